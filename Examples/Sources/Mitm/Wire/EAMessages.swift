internal import ExampleSupport
internal import PassBindExportedAuthenticators

// The messages of OPAQUE-EA (OPAQUE-EA.md, "Messages"), taken apart so that an attacker can put other parts together.

/// A request for an authenticator: m1, and the end of m2 (RFC 9261 section 4).
struct EARequest {
  /// Whether it asks for a client's authenticator.
  var isServers: Bool
  var context: [UInt8]
  var extensions: [AuthenticatorExtension]

  init(parsing bytes: [UInt8]) throws(CommandError) {
    var reader = EAReader(bytes[...])
    self = try EARequest(&reader)
    try reader.end()
  }

  fileprivate init(_ reader: inout EAReader) throws(CommandError) {
    let (type, body) = try reader.message()
    guard type == .certificateRequest || type == .clientCertificateRequest else { throw EAReader.malformed }
    var content = EAReader(body)
    isServers = type == .certificateRequest
    context = Array(try content.vector(1))
    extensions = try content.extensions()
    try content.end()
  }

  var bytes: [UInt8] {
    message(isServers ? .certificateRequest : .clientCertificateRequest, vector(1, context) + list(extensions))
  }
}

/// An authenticator with one certificate: m3, and the beginning of m2 (RFC 9261 section 5.2).
struct EAAuthenticator {
  var context: [UInt8]
  /// cert_data.
  var key: [UInt8]
  var extensions: [AuthenticatorExtension]
  var scheme: [UInt8]
  var signature: [UInt8]
  var finished: [UInt8]

  init(parsing bytes: [UInt8]) throws(CommandError) {
    var reader = EAReader(bytes[...])
    self = try EAAuthenticator(&reader)
    try reader.end()
  }

  fileprivate init(_ reader: inout EAReader) throws(CommandError) {
    var certificate = EAReader(try reader.message(.certificate))
    context = Array(try certificate.vector(1))
    var entries = EAReader(try certificate.vector(3))
    try certificate.end()
    key = Array(try entries.vector(3))
    extensions = try entries.extensions()
    try entries.end()
    var verify = EAReader(try reader.message(.certificateVerify))
    scheme = Array(try verify.take(2))
    signature = Array(try verify.vector(2))
    try verify.end()
    finished = Array(try reader.message(.finished))
  }

  /// Certificate, which the signature is over.
  var certificate: [UInt8] {
    message(.certificate, vector(1, context) + vector(3, vector(3, key) + list(extensions)))
  }

  /// Certificate and CertificateVerify, which Finished is over.
  var unfinished: [UInt8] { certificate + message(.certificateVerify, scheme + vector(2, signature)) }

  var bytes: [UInt8] { unfinished + message(.finished, finished) }
}

/// m2: an authenticator, and a request behind it.
struct EAServerFirst {
  var authenticator: EAAuthenticator
  var request: EARequest

  init(parsing bytes: [UInt8]) throws(CommandError) {
    var reader = EAReader(bytes[...])
    authenticator = try EAAuthenticator(&reader)
    request = try EARequest(&reader)
    try reader.end()
  }

  var bytes: [UInt8] { authenticator.bytes + request.bytes }
}

extension AuthenticatorExtension.Kind {
  // OPAQUE-EA.md, "Extensions".
  static let opaqueServerAuth = Self(rawValue: 0xff4f)
  static let opaqueClientAuth = Self(rawValue: 0xff50)
  static let opaqueKeyStretching = Self(rawValue: 0xff51)
}

extension [AuthenticatorExtension] {
  /// Puts another content into the extension.
  mutating func change(_ kind: AuthenticatorExtension.Kind, _ change: ([UInt8]) -> [UInt8]) {
    self = map { $0.kind == kind ? AuthenticatorExtension(kind, data: change($0.data)) : $0 }
  }
}

/// RFC 8446 section 4.
private enum HandshakeType: UInt8 {
  case certificate = 11
  case certificateRequest = 13
  case certificateVerify = 15
  case clientCertificateRequest = 17
  case finished = 20
}

/// Reads the presentation language of RFC 8446 section 3, strictly: what an attacker could not read, it has not
/// understood.
private struct EAReader {
  static var malformed: CommandError { CommandError(cannotEnact: "this is no message of OPAQUE-EA") }

  private var fields: FieldReader

  init(_ bytes: ArraySlice<UInt8>) { fields = FieldReader(bytes) }

  mutating func take(_ count: Int) throws(CommandError) -> ArraySlice<UInt8> {
    guard let bytes = fields.take(count) else { throw Self.malformed }
    return bytes
  }

  mutating func vector(_ lengthCount: Int) throws(CommandError) -> ArraySlice<UInt8> {
    guard let bytes = fields.vector(lengthCount) else { throw Self.malformed }
    return bytes
  }

  mutating func message() throws(CommandError) -> (HandshakeType, ArraySlice<UInt8>) {
    guard let type = try take(1).first.flatMap(HandshakeType.init) else { throw Self.malformed }
    return (type, try vector(3))
  }

  mutating func message(_ wanted: HandshakeType) throws(CommandError) -> ArraySlice<UInt8> {
    let (type, body) = try message()
    guard type == wanted else { throw Self.malformed }
    return body
  }

  mutating func extensions() throws(CommandError) -> [AuthenticatorExtension] {
    var list = EAReader(try vector(2))
    var found: [AuthenticatorExtension] = []
    while !list.fields.isAtEnd {
      let kind = try list.take(2).reduce(0) { $0 << 8 | UInt16($1) }
      found.append(AuthenticatorExtension(.init(rawValue: kind), data: Array(try list.vector(2))))
    }
    return found
  }

  func end() throws(CommandError) {
    guard fields.isAtEnd else { throw Self.malformed }
  }
}

private func message(_ type: HandshakeType, _ body: [UInt8]) -> [UInt8] { [type.rawValue] + vector(3, body) }

private func vector(_ lengthCount: Int, _ content: [UInt8]) -> [UInt8] {
  bigEndian(content.count, lengthCount) + content
}

private func list(_ extensions: [AuthenticatorExtension]) -> [UInt8] {
  vector(2, extensions.flatMap { bigEndian(Int($0.kind.rawValue), 2) + vector(2, $0.data) })
}

private func bigEndian(_ number: Int, _ count: Int) -> [UInt8] {
  (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}
