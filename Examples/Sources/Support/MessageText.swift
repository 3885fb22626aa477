internal import PassBindSASL

/// A piece of a mechanism's message, and what it means.
package struct MessagePiece: Sendable {
  package let text: String
  package let meaning: String
}

extension MessagePiece {
  /// The header that both families of mechanisms begin with (RFC 5801 section 4).
  init(_ header: GS2Header) {
    let flag =
      switch header.flag {
      case .unsupported: "not bound to this connection"
      case .notOffered: "could be bound, but the server offered nothing that is"
      case .required(let type): "bound to this connection by \(type)"
      }
    let identity = header.authorizationIdentity.map { "; to act as \(printable($0))" } ?? ""
    self.init(text: printable(String(decoding: header.bytes, as: UTF8.self)), meaning: flag + identity)
  }
}

/// The number of bytes that base64 stands for, in words.
func byteCount(ofBase64 text: String) -> String {
  (try? Base64.decode(Array(text.utf8))).map { "\($0.count) bytes" } ?? "not base64"
}
