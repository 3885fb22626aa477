internal import ExampleSupport
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindTLS
internal import Synchronization

extension Intrusion {
  /// Logs in twice, with the right password: the second time on a resumed session, and bound to the first connection.
  func useStaleBinding() async throws -> Finding {
    var configuration = TLSClientContext.Configuration(trust: .dangerouslyUnverified)
    configuration.versions = newest...newest
    let context = try TLSClientContext(configuration)
    let first = try await LineClient.connect(to: place.host, port: place.port, tls: context)
    let (choice, exchange) = try login.exchange(on: first)
    try await first.logIn(exchange)
    _ = try await first.whoAmI()
    let session = try await first.session()
    try await first.logOut()

    let eavesdropper = Eavesdropper()
    let second = try await LineClient.connect(
      to: place.host, port: place.port, tls: context, resuming: session, trace: eavesdropper.take)
    guard second.handshake.isResumed else {
      await second.close()
      throw CommandError(cannotEnact: "the server did not resume the session, so there is nothing to try")
    }
    var finding: Finding
    do {
      try await second.logIn(
        login.exchange(choice, second.offer, second.handshake.bindings, first.authenticators))
      finding = Finding(
        loot: eavesdropper.loot, outcome: .accepted, text: "the old binding was accepted on a new connection")
    } catch {
      let error = ClientError(error)
      let who = if case .server = error { "the server" } else { "the client's own end" }
      finding = Finding(
        loot: eavesdropper.loot, outcome: .refused, text: "\(who) refuses the old binding on a new connection")
      finding.error = error
    }
    await second.close()
    return finding
  }
}

/// Keeps what a server says on a connection of one's own.
final class Eavesdropper: Sendable {
  private struct State {
    var loot = Loot()
    var reader = LineReader()
    var buffers: [Conversation.Side: LineBuffer] = [.client: LineBuffer(), .server: LineBuffer()]

    mutating func take(_ bytes: [UInt8], from side: Conversation.Side) {
      buffers[side]?.append(bytes)
      while let bytes = try? buffers[side]?.next() {
        let line = reader.read(bytes, from: side)
        if side == .server { loot.saw(line, .none) }
      }
    }
  }

  private let state = Mutex(State())

  var loot: Loot { state.withLock { $0.loot } }

  func take(_ event: LineClient.Event) {
    state.withLock { state in
      switch event {
      case .sent(let bytes): state.take(bytes, from: .client)
      case .received(let bytes): state.take(bytes, from: .server)
      case .secured: break
      }
    }
  }
}
