internal import ExampleSupport
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindTLS
internal import Synchronization

/// Shows a connection's conversation while it goes on.
final class VerboseTrace: Sendable {
  private let conversation = Mutex(Conversation())

  func callAsFunction(_ event: LineClient.Event) {
    let lines = conversation.withLock { conversation in
      switch event {
      case .sent(let bytes): conversation.take(bytes, from: .client)
      case .received(let bytes): conversation.take(bytes, from: .server)
      case .secured(let handshake): describe(handshake)
      }
    }
    for line in lines { printOut(line) }
  }

  private func describe(_ handshake: TLSHandshake) -> [String] {
    let bindings = handshake.bindings
    let title = "-- TLS \(handshake.version), \(handshake.cipherSuite)" + (handshake.isResumed ? ", resumed" : "")
    return [Colour.bold.on(title)]
      + bindings.available.map { "     \($0.type.name.padded(to: 26)) " + Colour.dim.on("\($0.data.count) bytes") }
      + ChannelBindingType.preferred.compactMap { type in
        bindings.unavailable[type].map { "     \(type.name.padded(to: 26)) " + Colour.dim.on("none: \($0)") }
      }
  }
}
