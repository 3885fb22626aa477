internal import PassBindCrypto
internal import PassBindOPAQUE

extension AuthenticatorExtension.Kind {
  // OPAQUE-EA.md, "Extensions": numbers for private use (RFC 8446 section 11).

  /// What a client needs of OPAQUE to believe the server.
  static let opaqueServerAuth = Self(rawValue: 0xff4f)
  /// Whom the client is to prove to be.
  static let opaqueClientAuth = Self(rawValue: 0xff50)
  /// How the client stretches its password.
  static let opaqueKeyStretching = Self(rawValue: 0xff51)
  /// Whom the client wants to act as.
  static let opaqueAuthorizationIdentity = Self(rawValue: 0xff52)
}

/// OPAQUEType: what the client's and the server's OPAQUE keys do. They sign.
private let opaqueSign: UInt8 = 1

/// PAKEShareClient, of which a request holds one.
struct PAKEShareClient: Equatable {
  let identity: [UInt8]
  /// 32 bytes, whatever they are.
  let blindedMessage: [UInt8]

  init(identity: [UInt8], blindedMessage: [UInt8]) {
    self.identity = identity
    self.blindedMessage = blindedMessage
  }

  init(parsing item: AuthenticatorExtension) throws(ExportedAuthenticatorError) {
    var reader = Reader(item.data[...])
    var shares = Reader(try reader.vector(35...0xffff))
    identity = Array(try shares.vector(1...0xffff))
    blindedMessage = Array(try shares.take(32))
    try shares.end()
    guard try reader.vector(1...0xffff) == [opaqueSign] else {
      throw ExportedAuthenticatorError(.illegalParameter, "the client does not want signatures")
    }
    try reader.end()
  }

  func inExtension() throws(ExportedAuthenticatorError) -> AuthenticatorExtension {
    var share = Writer()
    try share.vector(identity, 1...0xffff)
    var data = Writer()
    try data.vector(share.bytes + blindedMessage, 35...0xffff)
    try data.vector([opaqueSign], 1...0xffff)
    return AuthenticatorExtension(.opaqueServerAuth, data: data.bytes)
  }
}

/// PAKEShareServer, which the server's only certificate entry holds.
struct PAKEShareServer: Equatable {
  let identity: [UInt8]
  /// 192 bytes, whatever they are.
  let credentialResponse: [UInt8]

  init(identity: [UInt8] = [], credentialResponse: [UInt8]) {
    self.identity = identity
    self.credentialResponse = credentialResponse
  }

  init(parsing item: AuthenticatorExtension) throws(ExportedAuthenticatorError) {
    var reader = Reader(item.data[...])
    identity = Array(try reader.vector(0...0xffff))
    credentialResponse = Array(try reader.take(CredentialResponse.count))
    guard try reader.number(byteCount: 1) == opaqueSign else {
      throw ExportedAuthenticatorError(.illegalParameter, "the server does not sign")
    }
    try reader.end()
  }

  func inExtension() throws(ExportedAuthenticatorError) -> AuthenticatorExtension {
    var data = Writer()
    try data.vector(identity, 0...0xffff)
    return AuthenticatorExtension(.opaqueServerAuth, data: data.bytes + credentialResponse + [opaqueSign])
  }
}

extension AuthenticatorExtension {
  /// One name, behind its length in two bytes.
  init(_ kind: Kind, name: [UInt8]) throws(ExportedAuthenticatorError) {
    var data = Writer()
    try data.vector(name, 1...0xffff)
    self.init(kind, data: data.bytes)
  }

  func name() throws(ExportedAuthenticatorError) -> [UInt8] {
    var reader = Reader(data[...])
    let name = try reader.vector(1...0xffff)
    try reader.end()
    return Array(name)
  }
}

extension [AuthenticatorExtension] {
  /// The extension, which has to be there.
  func required(_ kind: AuthenticatorExtension.Kind) throws(ExportedAuthenticatorError) -> AuthenticatorExtension {
    guard let item = self[kind] else {
      throw ExportedAuthenticatorError(.illegalParameter, "extension \(kind.rawValue) is missing")
    }
    return item
  }

  /// RFC 8446 section 4.2: an extension that is known, and is not for this message, is an error.
  func refuse(_ kinds: AuthenticatorExtension.Kind...) throws(ExportedAuthenticatorError) {
    for kind in kinds where self[kind] != nil {
      throw ExportedAuthenticatorError(.illegalParameter, "extension \(kind.rawValue) may not stand here")
    }
  }
}
