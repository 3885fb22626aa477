internal import PassBindCrypto

extension RequestMessage {
  /// A request, all of whose bytes count.
  init(parsing bytes: [UInt8]) throws(ExportedAuthenticatorError) {
    guard bytes.count <= ExportedAuthenticators.requestLimit else {
      throw ExportedAuthenticatorError(
        .limitExceeded, "a request of \(bytes.count) bytes is over \(ExportedAuthenticators.requestLimit)")
    }
    var reader = Reader(bytes[...])
    let message = try reader.handshakeMessage()
    try reader.end()
    guard let type = message.type, type == .certificateRequest || type == .clientCertificateRequest else {
      throw ExportedAuthenticatorError(.malformed, "this is no request for an authenticator")
    }
    var body = Reader(message.body)
    self.type = type
    context = Array(try body.vector(0...255))
    extensions = try .init(parsing: body.vector(2...0xffff))
    try body.end()
  }
}

extension AuthenticatorMessage {
  /// An authenticator, all of whose bytes count.
  init(parsing bytes: [UInt8]) throws(ExportedAuthenticatorError) {
    guard bytes.count <= ExportedAuthenticators.authenticatorLimit else {
      throw ExportedAuthenticatorError(
        .limitExceeded, "an authenticator of \(bytes.count) bytes is over \(ExportedAuthenticators.authenticatorLimit)")
    }
    var reader = Reader(bytes[...])
    let first = try reader.handshakeMessage()
    if first.type == .finished {
      try reader.end()
      self = .empty(FinishedMessage(verifyData: Array(first.body)))
      return
    }
    let second = try reader.handshakeMessage()
    let third = try reader.handshakeMessage()
    try reader.end()
    guard first.type == .certificate, second.type == .certificateVerify, third.type == .finished else {
      throw ExportedAuthenticatorError(.malformed, "this is not Certificate, CertificateVerify and Finished")
    }
    self = .full(
      Received(message: try CertificateMessage(parsing: first.body), bytes: Array(first.bytes)),
      Received(message: try CertificateVerifyMessage(parsing: second.body), bytes: Array(second.bytes)),
      FinishedMessage(verifyData: Array(third.body)))
  }
}

extension CertificateMessage {
  init(parsing body: ArraySlice<UInt8>) throws(ExportedAuthenticatorError) {
    var reader = Reader(body)
    context = Array(try reader.vector(0...255))
    var list = Reader(try reader.vector(0...0xff_ffff))
    try reader.end()
    var entries: [CertificateEntry] = []
    while !list.isAtEnd {
      guard entries.count < ExportedAuthenticators.certificateLimit else {
        throw ExportedAuthenticatorError(
          .limitExceeded, "more than \(ExportedAuthenticators.certificateLimit) certificates")
      }
      let data = Array(try list.vector(1...0xff_ffff))
      entries.append(CertificateEntry(data: data, extensions: try .init(parsing: list.vector(0...0xffff))))
    }
    self.entries = entries
  }
}

extension CertificateVerifyMessage {
  init(parsing body: ArraySlice<UInt8>) throws(ExportedAuthenticatorError) {
    var reader = Reader(body)
    algorithm = UInt16(truncatingIfNeeded: try reader.number(byteCount: 2))
    signature = Array(try reader.vector(0...0xffff))
    try reader.end()
  }
}

extension [AuthenticatorExtension] {
  /// The content of a list of extensions (RFC 8446 section 4.2).
  init(parsing list: ArraySlice<UInt8>) throws(ExportedAuthenticatorError) {
    self = []
    var reader = Reader(list)
    while !reader.isAtEnd {
      guard count < ExportedAuthenticators.extensionLimit else {
        throw ExportedAuthenticatorError(
          .limitExceeded, "more than \(ExportedAuthenticators.extensionLimit) extensions in one place")
      }
      let kind = AuthenticatorExtension.Kind(rawValue: UInt16(truncatingIfNeeded: try reader.number(byteCount: 2)))
      append(AuthenticatorExtension(kind, data: [UInt8](try reader.vector(0...0xffff))))
    }
  }
}

extension AuthenticatorExtension {
  /// The content of signature_algorithms (RFC 8446 section 4.2.3), of which only what is known here is kept.
  func signatureSchemes() throws(ExportedAuthenticatorError) -> [SignatureScheme] {
    var reader = Reader(data[...])
    var list = Reader(try reader.vector(2...0xfffe))
    try reader.end()
    var schemes: [SignatureScheme] = []
    while !list.isAtEnd {
      let number = UInt16(truncatingIfNeeded: try list.number(byteCount: 2))
      if let scheme = SignatureScheme(rawValue: number), !schemes.contains(scheme) { schemes.append(scheme) }
    }
    return schemes
  }

  /// The content of server_name (RFC 6066 section 3): one name of the one type that there is.
  func hostName() throws(ExportedAuthenticatorError) -> String {
    var reader = Reader(data[...])
    var list = Reader(try reader.vector(1...0xffff))
    try reader.end()
    let type = try list.number(byteCount: 1)
    let name = String(decoding: try list.vector(1...0xffff), as: UTF8.self)
    try list.end()
    guard type == 0, isHostName(name) else {
      throw ExportedAuthenticatorError(.malformed, "server_name holds no host name in ASCII")
    }
    return name
  }

  /// The content of certificate_authorities (RFC 8446 section 4.2.4): names in DER.
  func distinguishedNames() throws(ExportedAuthenticatorError) -> [[UInt8]] {
    var reader = Reader(data[...])
    var list = Reader(try reader.vector(3...0xffff))
    try reader.end()
    var names: [[UInt8]] = []
    while !list.isAtEnd { names.append(Array(try list.vector(1...0xffff))) }
    return names
  }
}
