internal import PassBindCrypto

extension RequestMessage {
  func bytes() throws(ExportedAuthenticatorError) -> [UInt8] {
    var body = Writer()
    try body.vector(context, 0...255)
    try body.vector(extensions.bytes(), 2...0xffff)
    return try Writer.handshakeMessage(type, body.bytes)
  }
}

extension CertificateMessage {
  func bytes() throws(ExportedAuthenticatorError) -> [UInt8] {
    var list = Writer()
    for entry in entries {
      try list.vector(entry.data, 1...0xff_ffff)
      try list.vector(entry.extensions.bytes(), 0...0xffff)
    }
    var body = Writer()
    try body.vector(context, 0...255)
    try body.vector(list.bytes, 0...0xff_ffff)
    return try Writer.handshakeMessage(.certificate, body.bytes)
  }
}

extension CertificateVerifyMessage {
  func bytes() throws(ExportedAuthenticatorError) -> [UInt8] {
    var body = Writer()
    body.number(Int(algorithm), byteCount: 2)
    try body.vector(signature, 0...0xffff)
    return try Writer.handshakeMessage(.certificateVerify, body.bytes)
  }
}

extension FinishedMessage {
  func bytes() throws(ExportedAuthenticatorError) -> [UInt8] {
    try Writer.handshakeMessage(.finished, verifyData)
  }
}

extension [AuthenticatorExtension] {
  /// The content of a list of extensions (RFC 8446 section 4.2).
  func bytes() throws(ExportedAuthenticatorError) -> [UInt8] {
    var list = Writer()
    for item in self {
      list.number(Int(item.kind.rawValue), byteCount: 2)
      try list.vector(item.data, 0...0xffff)
    }
    return list.bytes
  }
}

extension AuthenticatorExtension {
  /// RFC 8446 section 4.2.3.
  static func signatureAlgorithms(_ schemes: [SignatureScheme]) throws(ExportedAuthenticatorError) -> Self {
    var list = Writer()
    for scheme in schemes { list.number(Int(scheme.rawValue), byteCount: 2) }
    var data = Writer()
    try data.vector(list.bytes, 2...0xfffe)
    return AuthenticatorExtension(.signatureAlgorithms, data: data.bytes)
  }

  /// RFC 6066 section 3: one name, of type host_name.
  static func serverName(_ host: String) throws(ExportedAuthenticatorError) -> Self {
    guard isHostName(host) else {
      throw ExportedAuthenticatorError(
        .invalidConfiguration, "a server name is a name in ASCII (IDNs as xn--), of at most 253 bytes and no address")
    }
    var name = Writer()
    name.number(0, byteCount: 1)
    try name.vector(Array(host.utf8), 1...0xffff)
    var data = Writer()
    try data.vector(name.bytes, 1...0xffff)
    return AuthenticatorExtension(.serverName, data: data.bytes)
  }

  /// RFC 8446 section 4.2.4.
  static func certificateAuthorities(_ names: [[UInt8]]) throws(ExportedAuthenticatorError) -> Self {
    var list = Writer()
    for name in names { try list.vector(name, 1...0xffff) }
    var data = Writer()
    try data.vector(list.bytes, 3...0xffff)
    return AuthenticatorExtension(.certificateAuthorities, data: data.bytes)
  }
}
