internal import PassBindSASL

/// What a message of OPAQUE-EA says (OPAQUE-EA.md of PassBindExportedAuthenticators): TLS handshake messages (RFC 8446
/// section 4), field by field. They hold no secret; of what is long, the first bytes are shown.
package enum OPAQUEEAText {
  /// Takes a message of a login apart.
  package static func explain(_ message: [UInt8]) -> [MessagePiece] {
    guard let messages = handshakeMessages(message) else {
      return [MessagePiece(text: "...", meaning: "no message of OPAQUE-EA, \(message.count) bytes")]
    }
    let said = messages.flatMap(\.pieces)
    guard messages.count == 1, case .finished? = messages.first else { return said }
    return said + [
      MessagePiece(text: "and no Certificate", meaning: "an empty authenticator: whoever sends it declines")
    ]
  }

  /// How the server's message has the client stretch its password; nil for any other message.
  static func stretching(in message: [UInt8]) -> String? {
    for case .certificate(_, let entries)? in handshakeMessages(message) ?? [] {
      let asked = entries.flatMap(\.extensions).first { $0.kind == .keyStretching }
      if let asked { return String(decoding: asked.data, as: UTF8.self) }
    }
    return nil
  }

  /// The handshake messages that these bytes are, without anything left over; nil if they are none.
  private static func handshakeMessages(_ bytes: [UInt8]) -> [HandshakeMessage]? {
    var reader = FieldReader(bytes[...])
    var messages: [HandshakeMessage] = []
    while !reader.isAtEnd {
      guard let type = reader.number(1), let body = reader.vector(3), let message = HandshakeMessage(type, body) else {
        return nil
      }
      messages.append(message)
    }
    return messages.isEmpty ? nil : messages
  }
}

/// The handshake messages that an exported authenticator and a request for one are made of (RFC 9261 sections 4 and
/// 5.2).
private enum HandshakeMessage {
  case request(isClients: Bool, context: ArraySlice<UInt8>, [Extension])
  case certificate(context: ArraySlice<UInt8>, [Entry])
  case certificateVerify(scheme: Int, signature: ArraySlice<UInt8>)
  case finished(ArraySlice<UInt8>)

  struct Entry {
    let data: ArraySlice<UInt8>
    let extensions: [Extension]
  }

  init?(_ type: Int, _ body: ArraySlice<UInt8>) {
    var reader = FieldReader(body)
    switch type {
    case 13, 17:
      guard let context = reader.vector(1), let list = reader.vector(2), let extensions = Extension.list(list) else {
        return nil
      }
      self = .request(isClients: type == 17, context: context, extensions)
    case 11:
      guard let context = reader.vector(1), let list = reader.vector(3), let entries = Self.entries(list) else {
        return nil
      }
      self = .certificate(context: context, entries)
    case 15:
      guard let scheme = reader.number(2), let signature = reader.vector(2) else { return nil }
      self = .certificateVerify(scheme: scheme, signature: signature)
    case 20: self = .finished(reader.takeRest())
    default: return nil
    }
    guard reader.isAtEnd else { return nil }
  }

  private static func entries(_ list: ArraySlice<UInt8>) -> [Entry]? {
    var reader = FieldReader(list)
    var entries: [Entry] = []
    while !reader.isAtEnd {
      guard let data = reader.vector(3), let extensions = reader.vector(2).flatMap(Extension.list) else { return nil }
      entries.append(Entry(data: data, extensions: extensions))
    }
    return entries
  }

  var pieces: [MessagePiece] {
    switch self {
    case .request(let isClients, let context, let extensions):
      [
        MessagePiece(
          text: isClients ? "ClientCertificateRequest" : "CertificateRequest",
          meaning: isClients
            ? "the client asks for the server's authenticator" : "the server asks for the client's authenticator"),
        MessagePiece(text: "  context", meaning: "new for every request, \(shortened(context))"),
      ] + extensions.map { $0.piece(isAsked: true) }
    case .certificate(let context, let entries):
      [
        MessagePiece(text: "Certificate", meaning: "the first message of an authenticator"),
        MessagePiece(text: "  context", meaning: "that of the request which it answers, \(shortened(context))"),
      ]
        + entries.flatMap { entry in
          [MessagePiece(text: "  cert_data", meaning: "\(entry.holder)'s public key, \(entry.data.count) bytes")]
            + entry.extensions.map { $0.piece(isAsked: false) }
        }
    case .certificateVerify(let scheme, let signature):
      [
        MessagePiece(
          text: "CertificateVerify",
          meaning: "signature by that key over this TLS connection, \(schemeName(scheme)), \(shortened(signature))")
      ]
    case .finished(let data):
      [MessagePiece(text: "Finished", meaning: "made with keys of this TLS connection alone, \(shortened(data))")]
    }
  }
}

extension HandshakeMessage.Entry {
  /// Whose certificate it is: the server's holds what it has for the client.
  fileprivate var holder: String {
    extensions.contains { $0.kind == .serverAuth } ? "the server" : "the client"
  }
}

/// An extension of a request or a certificate entry.
private struct Extension {
  enum Kind: Int {
    case signatureAlgorithms = 13
    case serverAuth = 0xff4f
    case clientAuth = 0xff50
    case keyStretching = 0xff51
    case authorizationIdentity = 0xff52
  }

  let number: Int
  let data: ArraySlice<UInt8>

  var kind: Kind? { Kind(rawValue: number) }

  static func list(_ bytes: ArraySlice<UInt8>) -> [Extension]? {
    var reader = FieldReader(bytes)
    var extensions: [Extension] = []
    while !reader.isAtEnd {
      guard let number = reader.number(2), let data = reader.vector(2) else { return nil }
      extensions.append(Extension(number: number, data: data))
    }
    return extensions
  }

  func piece(isAsked: Bool) -> MessagePiece {
    let (name, meaning): (String, String?) =
      switch kind {
      case .signatureAlgorithms: ("signature_algorithms", schemes)
      case .serverAuth: ("opaque_server_auth", isAsked ? clientShare : serverShare)
      case .clientAuth: ("opaque_client_auth", who.map { "the user's name: \($0)" })
      case .keyStretching: ("opaque_key_stretching", isAsked ? question : answer)
      case .authorizationIdentity: ("opaque_authorization_identity", who.map { "to act as \($0)" })
      case nil: ("extension \(number)", nil)
      }
    return MessagePiece(text: "  \(name)", meaning: meaning ?? "nothing that belongs here, \(data.count) bytes")
  }

  private var schemes: String? {
    var reader = FieldReader(data)
    guard let list = reader.vector(2), reader.isAtEnd, list.count.isMultiple(of: 2) else { return nil }
    var names: [String] = []
    var numbers = FieldReader(list)
    while let number = numbers.number(2) { names.append(schemeName(number)) }
    return "signatures by " + names.joined(separator: ", ")
  }

  private var who: String? {
    var reader = FieldReader(data)
    guard let name = reader.vector(2), reader.isAtEnd else { return nil }
    return printable(String(decoding: name, as: UTF8.self))
  }

  private var question: String? { data.isEmpty ? "the server is to say how" : nil }

  private var answer: String? { "how to stretch the password: " + printable(String(decoding: data, as: UTF8.self)) }

  /// PAKEClientAuthExtension.
  private var clientShare: String? {
    var reader = FieldReader(data)
    guard let list = reader.vector(2), reader.vector(2) == [1], reader.isAtEnd else { return nil }
    var shares = FieldReader(list)
    guard let user = shares.vector(2), let blinded = shares.take(32), shares.isAtEnd else { return nil }
    return "\(printable(String(decoding: user, as: UTF8.self))), and the blinded password, \(shortened(blinded))"
  }

  /// PAKEServerAuthExtension.
  private var serverShare: String? {
    var reader = FieldReader(data)
    guard reader.vector(2) == [], let response = reader.take(192), reader.number(1) == 1, reader.isAtEnd else {
      return nil
    }
    return "CredentialResponse: the server's help and the sealed envelope, \(shortened(response))"
  }
}

private func schemeName(_ number: Int) -> String { number == 0x0807 ? "ed25519" : "scheme \(number)" }

private func shortened(_ bytes: ArraySlice<UInt8>) -> String {
  "\(bytes.count) bytes" + (bytes.isEmpty ? "" : ": \(Array(bytes.prefix(8)).hexadecimal)...")
}
