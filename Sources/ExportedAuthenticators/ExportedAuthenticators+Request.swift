public import PassBindCrypto

/// A request that this end made. It validates one authenticator and is gone.
public struct AuthenticatorRequest: ~Copyable, Sendable {
  /// What a request asks for.
  public struct Parameters: Sendable {
    /// 0 to 255 bytes that the answer repeats, never used on the connection before. By default 32 random ones, which
    /// the peer cannot foresee: it could otherwise sign ahead with a key that it has for a moment only.
    public var context = randomBytes(count: 32)
    /// The signature schemes that are understood, best first; at least one.
    public var signatureSchemes = SignatureScheme.allCases
    /// Which of the server's names is asked for, in ASCII; in a client's request alone.
    public var serverName: String?
    /// The names in DER of the authorities that are known; none says nothing about them.
    public var certificateAuthorities: [[UInt8]] = []
    /// Further extensions. Only kinds that stand in the request may stand in the answer.
    public var extensions: [AuthenticatorExtension] = []

    /// The defaults.
    public init() {}
  }

  /// The request, to send.
  public let bytes: [UInt8]
  /// The context of the request, which tells the answers to several requests apart.
  public let context: [UInt8]
  let terms: RequestTerms
  let connection: UInt64
}

/// A request that the peer made. It is answered once and is gone.
public struct ReceivedAuthenticatorRequest: ~Copyable, Sendable {
  /// The context of the request: 0 to 255 bytes.
  public let context: [UInt8]
  /// The extensions of the request, also those that are not known here.
  public let extensions: [AuthenticatorExtension]
  let bytes: [UInt8]
  let terms: RequestTerms
  let connection: UInt64

  /// The signature schemes that the peer understands, its best first, as far as they are known here.
  public var signatureSchemes: [SignatureScheme] { terms.signatureSchemes }
  /// Which of the server's names the client asks for; nil if it does not say.
  public var serverName: String? { terms.serverName }
  /// The names in DER of the authorities that the peer knows; empty if it does not say.
  public var certificateAuthorities: [[UInt8]] { terms.certificateAuthorities }
}

extension ExportedAuthenticators {
  /// Asks the peer to authenticate: on a server by a CertificateRequest, on a client by a ClientCertificateRequest (RFC
  /// 9261 section 4).
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `contextReused`, `limitExceeded`; `invalidConfiguration` if the
  ///   parameters make no legal request.
  public mutating func request(
    _ parameters: AuthenticatorRequest.Parameters = .init()
  ) throws(ExportedAuthenticatorError) -> AuthenticatorRequest {
    var extensions = [try AuthenticatorExtension.signatureAlgorithms(parameters.signatureSchemes)]
    if let name = parameters.serverName { extensions.append(try .serverName(name)) }
    if !parameters.certificateAuthorities.isEmpty {
      extensions.append(try .certificateAuthorities(parameters.certificateAuthorities))
    }
    let message = RequestMessage(
      type: isServer ? .certificateRequest : .clientCertificateRequest, context: parameters.context,
      extensions: extensions + parameters.extensions)
    let bytes = try message.bytes()
    let terms: RequestTerms
    do throws(ExportedAuthenticatorError) {
      terms = try RequestTerms(RequestMessage(parsing: bytes))
    } catch {
      throw ExportedAuthenticatorError(.invalidConfiguration, error.reason)
    }
    try use(context: message.context)
    return AuthenticatorRequest(
      bytes: bytes, context: message.context, terms: terms, connection: connection)
  }

  /// Takes the peer's request.
  ///
  /// - Parameter bytes: at most ``requestLimit`` bytes.
  /// - Throws: ``ExportedAuthenticatorError`` `malformed`, `limitExceeded`, `illegalParameter`, `contextReused`.
  public mutating func receiveRequest(
    _ bytes: [UInt8]
  ) throws(ExportedAuthenticatorError) -> ReceivedAuthenticatorRequest {
    let message = try RequestMessage(parsing: bytes)
    guard (message.type == .certificateRequest) != isServer else {
      throw ExportedAuthenticatorError(.illegalParameter, "this request is for the other end")
    }
    let terms = try RequestTerms(message)
    try use(context: message.context)
    return ReceivedAuthenticatorRequest(
      context: message.context, extensions: message.extensions, bytes: bytes, terms: terms,
      connection: connection)
  }
}
