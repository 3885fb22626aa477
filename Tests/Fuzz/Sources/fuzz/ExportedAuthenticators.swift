@testable import PassBindCrypto
import PassBindTLS

@testable import PassBindExportedAuthenticators

/// An end of a connection that is always the same. Made anew for each input: its contexts would run out.
func end(isServer: Bool) throws -> ExportedAuthenticators {
  try ExportedAuthenticators(isServer: isServer, hash: .sha256) { label, count throws(ExportedAuthenticatorError) in
    do throws(CryptoError) {
      return SecretBytes(copying: try HashFunction.sha256.digest(of: Array(label.utf8).span))
    } catch {
      throw ExportedAuthenticatorError(.unavailable, error.reason)
    }
  }
}

let fixedContext = [UInt8](repeating: 7, count: 32)

private func path(_ file: String) -> String { "\(environment("PASSBIND_CERTIFICATES"))/\(file)" }

private func checks() throws -> [CertificateCheck] {
  let authorities = try AuthenticatorTrust(.file(path("authorities.pem")))
  return [.server("second.example", by: authorities), .client(by: authorities)]
}

/// Whatever comes, as it comes: the first byte says which end takes it and as what, the rest is the message. An
/// authenticator's Finished is never right.
func messages() throws -> Target {
  let checks = try checks()
  return { input in
    let what = input.byte()
    let bytes = input.bytes()
    var authenticators = try end(isServer: what & 1 == 1)
    let check = checks[Int(what & 1)]
    switch what >> 1 & 3 {
    case 0:
      let request = try authenticators.receiveRequest(bytes)
      _ = try authenticators.refuse(request)
    case 1:
      let request = try authenticators.request()
      _ = try authenticators.validate(bytes, for: request, checking: check)
    case 2:
      // The context that the message names, so that the check of it is passed.
      var parameters = AuthenticatorRequest.Parameters()
      parameters.context = try ExportedAuthenticators.context(of: bytes) ?? []
      let request = try authenticators.request(parameters)
      _ = try authenticators.validate(bytes, for: request, checking: check)
    default:
      _ = try authenticators.validateSpontaneous(bytes, checking: check)
    }
  }
}

/// Authenticators with chains of all kinds, under a right Finished: extensions, X.509, signatures.
func certificates() throws -> Target {
  let checks = try checks()
  let unverified = try AuthenticatorTrust(.dangerouslyUnverified)
  let identities = try [
    "second", "client", "ed25519", "rsa-sha256", "pss-key", "p384-sha384", "by-intermediate", "expired", "other-host",
  ].map { try AuthenticatorIdentity.files(chain: path("\($0).pem"), key: path("\($0).key")) }
  let intermediate = try CertificateChain(file: path("intermediate.pem")).certificates
  return { input in
    let how = input.byte()
    let identity = identities[input.index(below: identities.count)]
    let isByServer = how & 1 == 0
    var maker = try end(isServer: isByServer)
    var verifier = try end(isServer: !isByServer)
    var parameters = AuthenticatorRequest.Parameters()
    parameters.context = fixedContext
    parameters.extensions = [.init(.statusRequest, data: []), .init(.init(rawValue: 0xff4f), data: [])]
    let chain = identity.chain.certificates + (how & 2 == 0 ? [] : intermediate)
    var authenticator = try ChangedAuthenticator(
      context: fixedContext, entries: chain.map { CertificateEntry(data: $0) }, key: identity.key)
    while !input.isAtEnd { authenticator.change(by: &input) }
    let check =
      how & 4 == 0
      ? checks[isByServer ? 0 : 1] : isByServer ? .server("a.example", by: unverified) : .client(by: unverified)
    if how & 8 == 0 {
      let request = try verifier.request(parameters)
      let received = try maker.receiveRequest(request.bytes)
      _ = received.signatureSchemes
      let bytes = try authenticator.bytes(request: request.bytes, by: maker.own)
      _ = try verifier.validate(bytes, for: request, checking: check)
    } else {
      _ = try verifier.validateSpontaneous(authenticator.bytes(request: [], by: maker.own), checking: check)
    }
  }
}
