internal import ArgumentParser
internal import ExampleSupport
internal import NIOCore
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindTLS

/// One end of TLS connections on which both ends say by what they would bind: a server that tells its channel bindings,
/// and a client that prints them beside its own, for scripts that hold them against other programs' (Tests/Interop).
@main
struct TLSPeer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passbind-tls-peer", abstract: "One end of TLS connections, which tells its channel bindings.",
    subcommands: [Serve.self, Connect.self])
}

/// What an end says about a connection: a line each, a word and what it is, and a full stop behind them all.
func account(of handshake: TLSHandshake) -> [String] {
  let bindings = handshake.bindings
  return ["tls \(handshake.version)", "resumed \(handshake.isResumed)"]
    + ChannelBindingType.preferred.map { type in
      if let data = bindings[type]?.data { return "\(type) \(data.hexadecimal)" }
      return "\(type) none \(bindings.unavailable[type] ?? "")"
    }
}

struct VersionOptions: ParsableArguments {
  @Option(help: "The only TLS version, 1.2 or 1.3; without it, both.") var tls: TLSVersion?

  var versions: ClosedRange<TLSVersion> { tls.map { $0...$0 } ?? .tls12 ... .tls13 }
}
