internal import LoginSupport
internal import PassBindSASL

/// XMPP's namespaces.
enum Namespace {
  static let streams = "http://etherx.jabber.org/streams"
  static let client = "jabber:client"
  static let tls = "urn:ietf:params:xml:ns:xmpp-tls"
  static let sasl = "urn:ietf:params:xml:ns:xmpp-sasl"
  static let channelBinding = "urn:xmpp:sasl-cb:0"
  static let bind = "urn:ietf:params:xml:ns:xmpp-bind"
}

/// One stream of a connection (RFC 6120 section 4): it begins anew after TLS, and again after the login, and nothing of
/// the stream before is known then.
struct XMPPStream {
  private let connection: Connection
  private let scope: StreamParser.Scope
  /// What the server offers on this stream.
  let features: Element

  /// Opens a stream.
  init(on connection: Connection, to domain: String) async throws {
    self.connection = connection
    try await connection.write(
      Array(
        ("<?xml version='1.0'?><stream:stream to='\(escaped(domain))' version='1.0' xmlns='\(Namespace.client)' "
          + "xmlns:stream='\(Namespace.streams)'>").utf8))
    let (header, scope) = try await connection.read { try StreamParser.header(&$0) }
    guard header.is("stream", Namespace.streams), header.attributes["version"] == "1.0" else {
      throw ProtocolError("\(header) is not a stream of XMPP 1.0")
    }
    self.scope = scope
    features = try await Self.read(connection, scope)
    guard features.is("features", Namespace.streams) else { throw ProtocolError("\(features) in place of features") }
  }

  func send(_ xml: String) async throws { try await connection.write(Array(xml.utf8)) }

  func receive() async throws -> Element { try await Self.read(connection, scope) }

  /// Sends an element, and reads the one that answers it.
  func ask(_ xml: String) async throws -> Element {
    try await send(xml)
    return try await receive()
  }

  private static func read(_ connection: Connection, _ scope: StreamParser.Scope) async throws -> Element {
    let element = try await connection.read { try StreamParser.element(&$0, in: scope) }
    if element.is("error", Namespace.streams) { throw ServerRefusal("stream error: \(element.condition)") }
    return element
  }
}

extension Element {
  /// What an error says: its condition, and the text beside it, if any.
  var condition: String {
    let condition = children.first { $0.name != "text" }?.name ?? "no condition"
    return children.first { $0.name == "text" }.map { "\(condition): \($0.text)" } ?? condition
  }
}
