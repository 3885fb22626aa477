internal import PassBindCrypto
internal import PassBindOPAQUE
public import PassBindSASL

/// OPAQUE inside exported authenticators as a SASL mechanism: `OPAQUE-EA`, this package's own, specified in
/// OPAQUE-EA.md beside this file. It has no -PLUS form: its messages hold for one TLS 1.3 connection, always.
public enum OPAQUEEAMechanism {
  /// The name.
  public static let name = MechanismName.opaqueEA
  /// The longest message that is read, in bytes: 8 KiB.
  public static let maximumCount = 8192
  /// The longest user name or authorization identity, in bytes.
  static let maximumNameCount = 1024
  static let contextCount = 32
}

/// `m1`: what the client says of itself in its request.
struct OPAQUEEAClientFirst {
  /// The user's name, as the client wrote it.
  let user: [UInt8]
  let authorizationIdentity: String?
  /// blinded_message, 32 bytes.
  let blinded: [UInt8]

  init(_ request: borrowing ReceivedAuthenticatorRequest) throws(OPAQUEError) {
    let (extensions, context) = (request.extensions, request.context)
    guard context.count == OPAQUEEAMechanism.contextCount, request.signatureSchemes.contains(.ed25519) else {
      throw OPAQUEError(.malformedMessage, "the client's request has no context of 32 bytes, or not Ed25519")
    }
    let share = try authenticating { () throws(ExportedAuthenticatorError) in
      try extensions.refuse(.opaqueClientAuth)
      let stretching = try extensions.required(.opaqueKeyStretching)
      guard stretching.data.isEmpty else {
        throw ExportedAuthenticatorError(.malformed, "the client does not choose the key stretching")
      }
      return try PAKEShareClient(parsing: extensions.required(.opaqueServerAuth))
    }
    _ = try eaName(share.identity)
    user = share.identity
    blinded = share.blindedMessage
    authorizationIdentity = try extensions.authorizationIdentity()
  }
}

/// `m2`: the server's authenticator, and its request.
struct OPAQUEEAServerFirst {
  let authenticator: [UInt8]
  let request: [UInt8]

  init(parsing message: [UInt8]) throws(OPAQUEError) {
    try message.mustFit()
    let parts = try authenticating { () throws(ExportedAuthenticatorError) in
      var reader = Reader(message[...])
      // An empty authenticator is one message long, and nothing is asked after it.
      let first = try reader.handshakeMessage()
      if first.type == .finished, reader.isAtEnd { return (message, [UInt8]()) }
      var count = first.bytes.count
      for _ in 0..<2 { count += try reader.handshakeMessage().bytes.count }
      return (Array(message[..<count]), Array(message[count...]))
    }
    (authenticator, request) = parts
  }
}

/// What the server's authenticator says, once Finished has shown that it is this connection's.
struct OPAQUEEAServerProof {
  let response: Message<CredentialResponse>
  let stretching: KeyStretchingParameters
  /// cert_data, a SubjectPublicKeyInfo.
  let certificateKey: [UInt8]

  init(_ entries: [CertificateEntry]) throws(OPAQUEError) {
    guard entries.count == 1, let entry = entries.first else {
      throw OPAQUEError(.malformedMessage, "the server's certificate is not one entry")
    }
    let (share, text) = try authenticating { () throws(ExportedAuthenticatorError) in
      (
        try PAKEShareServer(parsing: entry.extensions.required(.opaqueServerAuth)),
        try entry.extensions.required(.opaqueKeyStretching).data
      )
    }
    guard share.identity.isEmpty, entry.extensions.count == 2 else {
      throw OPAQUEError(.malformedMessage, "the server's certificate says more than it may")
    }
    response = try Message(share.credentialResponse)
    do throws(CryptoError) {
      stretching = try KeyStretchingParameters(parsing: text.span)
    } catch {
      throw OPAQUEError(.malformedMessage, error.reason)
    }
    certificateKey = entry.data
  }
}

extension [AuthenticatorExtension] {
  /// Whom the client wants to act as; nil if it does not say.
  func authorizationIdentity() throws(OPAQUEError) -> String? {
    guard let item = self[.opaqueAuthorizationIdentity] else { return nil }
    return try eaName(authenticating { () throws(ExportedAuthenticatorError) in try item.name() })
  }
}

/// A name as it travels: 1 to 1,024 bytes of UTF-8 without NUL.
func eaName(_ bytes: [UInt8]) throws(OPAQUEError) -> String {
  guard (1...OPAQUEEAMechanism.maximumNameCount).contains(bytes.count), !bytes.contains(0),
    let name = String(validating: bytes, as: UTF8.self)
  else { throw OPAQUEError(.invalidName, "a name has 1 to 1,024 bytes of UTF-8, and no NUL") }
  return name
}

extension [UInt8] {
  func mustFit() throws(OPAQUEError) {
    guard count <= OPAQUEEAMechanism.maximumCount else {
      throw OPAQUEError(
        .messageTooLong, "a message may have \(OPAQUEEAMechanism.maximumCount) bytes, not \(count)")
    }
  }
}
