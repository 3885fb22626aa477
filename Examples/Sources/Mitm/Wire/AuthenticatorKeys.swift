internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindTLS

/// One end of a connection of the attacker's own, for all that exported authenticators let it do there.
struct AuthenticatorEnd: Sendable {
  /// What this end may do, as this package does it.
  let authenticators: ConnectionAuthenticators
  /// What it can do besides.
  let keys: AuthenticatorKeys
  /// What it has to sign with.
  let identity: AuthenticatorIdentity?
  /// The server's signing key of OPAQUE-EA, a PEM file, if it was stolen.
  let signingKey: String?

  /// Nil where the connection has no authenticators.
  init?(
    _ engine: TLSEngine?, _ authenticators: ConnectionAuthenticators?, _ identity: AuthenticatorIdentity? = nil,
    _ signingKey: String? = nil
  ) {
    guard let engine, let authenticators, let keys = try? AuthenticatorKeys(engine) else { return nil }
    self.authenticators = authenticators
    self.keys = keys
    self.identity = identity
    self.signingKey = signingKey
  }

  /// An authenticator that answers the request; an empty one without an identity that suits.
  func answer(_ request: [UInt8], as identities: [AuthenticatorIdentity]) throws -> [UInt8] {
    try authenticators.use { value throws(ExportedAuthenticatorError) in
      try value.authenticate(value.receiveRequest(request), as: identities).bytes
    }
  }
}

/// What Finished is made with on one connection, in either role (RFC 9261 section 5.1): whoever is an end of a
/// connection has the keys of both.
final class AuthenticatorKeys: Sendable {
  enum Role: String {
    case client, server
  }

  private struct Values: ~Copyable, Sendable {
    let context: SecretBytes
    let finished: SecretBytes
  }

  private let hash: HashFunction
  private let client: Values
  private let server: Values

  init(_ engine: TLSEngine) throws {
    let hash: HashFunction = engine.handshake?.cipherSuite.hasSuffix("_SHA384") == true ? .sha384 : .sha256
    func values(_ role: Role) throws -> Values {
      func export(_ what: String) throws(TLSError) -> SecretBytes {
        try engine.exportKeyingMaterial(
          label: "EXPORTER-\(role) authenticator \(what)", context: [], count: hash.digestCount)
      }
      let context = try export("handshake context")
      let finished = try export("finished key")
      return Values(context: context, finished: finished)
    }
    let client = try values(.client)
    let server = try values(.server)
    self.hash = hash
    self.client = client
    self.server = server
  }

  /// The authenticator with a Finished of this connection (RFC 9261 section 5.2.3), as if the role's end had made it
  /// for the request.
  func seal(_ authenticator: EAAuthenticator, by role: Role, for request: [UInt8]) throws -> EAAuthenticator {
    var sealed = authenticator
    let messages = request + authenticator.unfinished
    sealed.finished =
      switch role {
      case .client: try finished(client, messages)
      case .server: try finished(server, messages)
      }
    return sealed
  }

  /// What a server signs (RFC 9261 section 5.2.2).
  func signedContent(_ authenticator: EAAuthenticator, for request: [UInt8]) throws -> [UInt8] {
    let transcript = server.context.array + request + authenticator.certificate
    return try [UInt8](repeating: 0x20, count: 64) + Array("Exported Authenticator".utf8) + [0]
      + hash.digest(of: transcript.span)
  }

  private func finished(_ values: borrowing Values, _ messages: [UInt8]) throws -> [UInt8] {
    let transcript = values.context.array + messages
    let digest = try hash.digest(of: transcript.span)
    return try hash.hmac(key: values.finished.span, digest.span).array
  }
}

extension SecretBytes {
  /// The attacker's own, and no secret to it.
  fileprivate var array: [UInt8] { span.indices.map { span[$0] } }
}
