package import PassBindCrypto
internal import PassBindSASL
public import PassBindTLS

/// The authenticators of one TLS 1.3 connection (RFC 9261): proofs, sent as application data at any time after the
/// handshake, that an end has the key of one more certificate, or of a first one. They hold for this connection and
/// this role alone.
///
/// ```swift
/// var authenticators = try ExportedAuthenticators(engine)
/// let request = try authenticators.request()                                 // on one end
/// send(request.bytes)
/// let request = try authenticators.receiveRequest(bytes)            // on the other
/// send(try authenticators.authenticate(request, as: [identity]).bytes)
/// let peer = try authenticators.validate(answer, for: request, checking: .client(by: trust))
/// ```
///
/// Make one for a connection, and keep it for as long as the connection: it remembers which contexts were used on it.
/// The keys are wiped when it dies.
public struct ExportedAuthenticators: ~Copyable, Sendable {
  /// The longest request that is taken, in bytes.
  public static let requestLimit = 16 * 1024
  /// The longest authenticator that is taken, in bytes.
  public static let authenticatorLimit = 64 * 1024
  /// The most certificates that an authenticator may hold.
  public static let certificateLimit = 10
  /// The most extensions that a request, or one certificate, may have.
  public static let extensionLimit = 32
  /// The most contexts that can be used on one connection, by both ends together.
  public static let contextLimit = 1024

  let isServer: Bool
  let own: AuthenticatorKeys
  let peer: AuthenticatorKeys
  /// Which connection this is: a request is good on its own alone.
  let connection = UInt64.random(in: .min ... .max)
  private var usedContexts: Set<[UInt8]> = []

  /// The authenticators of a connection.
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `unavailable` if the connection's handshake is not finished, or it has
  ///   failed, or it is not TLS 1.3.
  public init(_ engine: TLSEngine) throws(ExportedAuthenticatorError) {
    guard let handshake = engine.handshake else {
      throw ExportedAuthenticatorError(.unavailable, "the handshake is not finished")
    }
    // RFC 9261 would take TLS 1.2 with the extended master secret too: one version less to be wrong in.
    guard handshake.version == .tls13 else {
      throw ExportedAuthenticatorError(.unavailable, "exported authenticators need TLS 1.3, not \(handshake.version)")
    }
    // RFC 8446 appendix B.4: the name of a suite of TLS 1.3 ends in its hash.
    let hash: HashFunction
    if handshake.cipherSuite.hasSuffix("_SHA256") {
      hash = .sha256
    } else if handshake.cipherSuite.hasSuffix("_SHA384") {
      hash = .sha384
    } else {
      throw ExportedAuthenticatorError(.unavailable, "the hash of \(handshake.cipherSuite) is not known here")
    }
    try self.init(isServer: engine.isServer, hash: hash) { label, count throws(ExportedAuthenticatorError) in
      do throws(TLSError) {
        return try engine.exportKeyingMaterial(label: label, context: [], count: count)
      } catch {
        throw ExportedAuthenticatorError(.unavailable, error.reason)
      }
    }
  }

  /// The authenticators of a connection of another TLS stack, which has to be TLS 1.3 with its handshake finished.
  ///
  /// - Parameters:
  ///   - hash: of the connection's cipher suite.
  ///   - export: the connection's exporter (RFC 8446 section 7.5) for a label, an empty context and a count of bytes.
  package init(
    isServer: Bool, hash: HashFunction,
    export: (_ label: String, _ count: Int) throws(ExportedAuthenticatorError) -> SecretBytes
  ) throws(ExportedAuthenticatorError) {
    func keys(_ sender: String) throws(ExportedAuthenticatorError) -> AuthenticatorKeys {
      AuthenticatorKeys(
        hash: hash,
        handshakeContext: try export("EXPORTER-\(sender) authenticator handshake context", hash.digestCount),
        finishedKey: try export("EXPORTER-\(sender) authenticator finished key", hash.digestCount))
    }
    let own = try keys(isServer ? "server" : "client")
    let peer = try keys(isServer ? "client" : "server")
    self.isServer = isServer
    self.own = own
    self.peer = peer
  }

  /// The context of a request or an authenticator, 0 to 255 bytes: it says which request an authenticator is for. Nil
  /// for an empty authenticator, which holds none. Nothing is checked but the form (RFC 9261 section 7.2).
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `malformed`, `limitExceeded`.
  public static func context(of message: [UInt8]) throws(ExportedAuthenticatorError) -> [UInt8]? {
    switch message.first {
    case HandshakeType.certificateRequest.rawValue, HandshakeType.clientCertificateRequest.rawValue:
      return try RequestMessage(parsing: message).context
    default:
      switch try AuthenticatorMessage(parsing: message) {
      case .full(let certificate, _, _): return certificate.message.context
      case .empty: return nil
      }
    }
  }

  /// Has a context used, which it can be once on a connection, by whichever end (RFC 9261 section 4).
  mutating func use(context: [UInt8]) throws(ExportedAuthenticatorError) {
    guard usedContexts.count < Self.contextLimit else {
      throw ExportedAuthenticatorError(.limitExceeded, "\(Self.contextLimit) contexts were used on this connection")
    }
    guard usedContexts.insert(context).inserted else {
      throw ExportedAuthenticatorError(.contextReused, "the context was used on this connection before")
    }
  }

  /// A request was made, or received, on this connection: its context counts there.
  func require(_ connection: UInt64) throws(ExportedAuthenticatorError) {
    guard connection == self.connection else {
      throw ExportedAuthenticatorError(.invalidConfiguration, "the request is one of another connection")
    }
  }
}
