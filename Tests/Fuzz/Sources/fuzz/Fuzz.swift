// What a peer sends of RFC 9261, for libFuzzer: the first byte says which end takes it and as what, the rest is the message. The
// environment variable PASSBIND_CERTIFICATES is a folder that `certs/make` has filled.
import Foundation
import PassBindExportedAuthenticators
import PassBindTLS

/// Both ends of one connection. Authenticators are made anew for each input: their contexts would run out.
final class Ends {
  private let engines: [TLSEngine]
  private let checks: [CertificateCheck]

  init() throws {
    guard let folder = ProcessInfo.processInfo.environment["PASSBIND_CERTIFICATES"] else {
      fatalError("PASSBIND_CERTIFICATES is not set")
    }
    let trust = TLSTrust.file("\(folder)/authority.pem")
    let identity = TLSIdentity.files(chain: "\(folder)/server.pem", key: "\(folder)/server.key")
    let client = try TLSEngine(client: TLSClientContext(.init(trust: trust)), host: "localhost")
    let server = try TLSEngine(server: TLSServerContext(.init(identities: [identity])))
    while server.state == .handshaking {
      _ = try server.receive(client.takeOutput().span)
      _ = try client.receive(server.takeOutput().span)
    }
    engines = [client, server]
    let authorities = try AuthenticatorTrust(trust)
    checks = [.server("second.example", by: authorities), .client(by: authorities)]
  }

  /// Nothing here may trap; that nothing forged is taken, the tests say.
  func take(_ bytes: [UInt8], as what: UInt8) throws {
    let end = Int(what & 1)
    var authenticators = try ExportedAuthenticators(engines[end])
    switch what >> 1 & 3 {
    case 0:
      let request = try authenticators.receiveRequest(bytes)
      _ = try authenticators.refuse(request)
    case 1:
      let request = try authenticators.request()
      _ = try authenticators.validate(bytes, for: request, checking: checks[end])
    case 2:
      // The context that the message names, so that the check of it is passed.
      var parameters = AuthenticatorRequest.Parameters()
      parameters.context = try ExportedAuthenticators.context(of: bytes) ?? []
      let request = try authenticators.request(parameters)
      _ = try authenticators.validate(bytes, for: request, checking: checks[end])
    default:
      _ = try authenticators.validateSpontaneous(bytes, checking: checks[end])
    }
  }
}

nonisolated(unsafe) let ends = {
  do { return try Ends() } catch { fatalError("no connection: \(error)") }
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let data, count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do { try ends.take(Array(bytes.dropFirst()), as: bytes[0]) } catch {}
  return 0
}
