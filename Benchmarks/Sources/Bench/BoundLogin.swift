import CPeers
import Foundation
import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import PassBindTLS

/// What channel binding costs a server: a full TLS 1.3 handshake and a SCRAM-SHA-512-PLUS login bound to it, against the same
/// handshake alone in plain OpenSSL. The server's end alone is timed; neither issues tickets.
func boundLoginComparison() async throws -> Comparison {
  guard let folder = ProcessInfo.processInfo.environment["PASSBIND_CERTIFICATES"] else {
    fatalError("PASSBIND_CERTIFICATES must name a folder made by certs/make")
  }
  let (chain, key) = ("\(folder)/server.pem", "\(folder)/server.key")
  guard let peer = peer_tls_new(chain, key) else { fatalError("OpenSSL cannot read \(folder)") }
  var configuration = TLSServerContext.Configuration(identities: [.files(chain: chain, key: key)])
  configuration.resumption = .off
  let server = try TLSServerContext(configuration)
  let client = try TLSClientContext(.init(trust: .file("\(folder)/authority.pem")))
  let account = try await Account(SCRAMMechanism(.sha512, isPlus: true))
  let offer = SASLOffer(mechanisms: [account.mechanism.name], bindingTypes: nil)
  let logins = 60

  return Comparison(
    name: "bound-login-scram", unit: "us/login",
    ours: {
      var total = 0.0
      for _ in 0..<logins {
        let clientTLS = try TLSEngine(client: client, host: "localhost")
        var serverTLS: TLSEngine?
        total += try microseconds { serverTLS = try TLSEngine(server: server) }
        while serverTLS?.state == .handshaking || clientTLS.state == .handshaking {
          let up = clientTLS.takeOutput()
          var down: [UInt8] = []
          total += try microseconds {
            _ = try serverTLS?.receive(up.span)
            down = serverTLS?.takeOutput() ?? []
          }
          _ = try clientTLS.receive(down.span)
        }
        let bindings = serverTLS?.channelBindings ?? .none
        let binding = clientTLS.channelBindings[.tlsExporter]
        total += try await serverTime(account, bindings: bindings, offer: offer, binding: binding)
        total += microseconds { serverTLS = nil }
      }
      return total / Double(logins)
    },
    theirs: {
      var total = 0.0
      for _ in 0..<logins {
        let time = peer_tls_handshake(peer)
        precondition(time > 0, "OpenSSL's handshake failed")
        total += time
      }
      return total / Double(logins)
    })
}
