internal import LoginSupport

/// Reads the XML that XMPP allows (RFC 6120 section 11): elements, attributes and text in UTF-8; no comments, no
/// document type, no processing instructions, no entities but the five that XML has by itself. An element's depth is
/// bounded here, its length by whoever keeps the bytes.
struct StreamParser {
  /// Namespaces by prefix.
  typealias Scope = [String: String]

  /// The server's end of a stream was reached.
  static let streamEnd = "</stream:stream>"

  private enum Stop: Error {
    /// The element goes on behind what has arrived.
    case incomplete
    case malformed(String)
  }

  private struct Tag {
    var name = ""
    var attributes: [(name: String, value: String)] = []
    var isEmpty = false
  }

  private static let maximumDepth = 16
  private static let maximumAttributeCount = 32

  private var rest: ArraySlice<UInt8>

  private init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The start tag of a stream, with the namespaces that hold inside it; nil if it has not all arrived.
  static func header(_ bytes: inout ArraySlice<UInt8>) throws(ProtocolError) -> (Element, Scope)? {
    try parse(&bytes) { parser throws(Stop) in
      parser.skipSpace()
      if parser.rest.starts(with: "<?".utf8) { try parser.declaration() }
      parser.skipSpace()
      let tag = try parser.startTag()
      guard !tag.isEmpty else { throw .malformed("an empty stream") }
      return try resolve(tag, in: [:])
    }
  }

  /// The next element of a stream; nil if it has not all arrived.
  static func element(_ bytes: inout ArraySlice<UInt8>, in scope: Scope) throws(ProtocolError) -> Element? {
    try parse(&bytes) { parser throws(Stop) in
      parser.skipSpace()  // what keeps the connection alive (RFC 6120 section 4.6.1)
      if parser.rest.starts(with: streamEnd.utf8) { throw .malformed("the server closed the stream") }
      return try parser.element(in: scope, depth: 0)
    }
  }

  private static func parse<Result>(
    _ bytes: inout ArraySlice<UInt8>, _ read: (inout StreamParser) throws(Stop) -> Result
  ) throws(ProtocolError) -> Result? {
    var parser = StreamParser(bytes)
    do throws(Stop) {
      let result = try read(&parser)
      bytes = parser.rest
      return result
    } catch {
      switch error {
      case .incomplete: return nil
      case .malformed(let reason): throw ProtocolError(reason)
      }
    }
  }

  // MARK: Elements

  private mutating func element(in outer: Scope, depth: Int) throws(Stop) -> Element {
    guard depth < Self.maximumDepth else { throw .malformed("elements too deep in each other") }
    let tag = try startTag()
    let (empty, scope) = try Self.resolve(tag, in: outer)
    var element = empty
    if tag.isEmpty { return element }
    while true {
      element.text += try text(until: UInt8(ascii: "<"))
      if rest.dropFirst().first == UInt8(ascii: "/") { break }
      element.children.append(try self.element(in: scope, depth: depth + 1))
    }
    try take("</")
    guard try name() == tag.name else { throw .malformed("the end tag of <\(tag.name)> has another name") }
    skipSpace()
    try take(">")
    return element
  }

  private mutating func startTag() throws(Stop) -> Tag {
    try take("<")
    if let next = rest.first, next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
      throw .malformed("XMPP has no comments, no processing instructions and no document types")
    }
    var tag = Tag(name: try name())
    while true {
      let isSpaced = skipSpace()
      switch try peek() {
      case UInt8(ascii: ">"):
        try take(">")
        return tag
      case UInt8(ascii: "/"):
        try take("/>")
        tag.isEmpty = true
        return tag
      default:
        guard isSpaced, tag.attributes.count < Self.maximumAttributeCount else {
          throw .malformed("a malformed tag <\(tag.name)>, or one of too many attributes")
        }
        tag.attributes.append(try attribute())
      }
    }
  }

  private mutating func attribute() throws(Stop) -> (name: String, value: String) {
    let name = try name()
    skipSpace()
    try take("=")
    skipSpace()
    let quote = try peek()
    guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw .malformed("an attribute without quotes")
    }
    rest.removeFirst()
    let value = try text(until: quote)
    rest.removeFirst()
    return (name, value)
  }

  /// An element of this tag, and the namespaces inside it (Namespaces in XML 1.0).
  private static func resolve(_ tag: Tag, in outer: Scope) throws(Stop) -> (Element, Scope) {
    var scope = outer
    var attributes: [String: String] = [:]
    var seen: Set<String> = []
    for (name, value) in tag.attributes {
      guard seen.insert(name).inserted else { throw .malformed("attribute \(name) stands twice") }
      if name == "xmlns" {
        scope[""] = value
      } else if name.hasPrefix("xmlns:") {
        scope[String(name.dropFirst(6))] = value
      } else if !name.contains(":") {
        attributes[name] = value
      }
    }
    let parts = tag.name.split(separator: ":")
    let prefix = parts.count == 2 ? String(parts[0]) : ""
    guard let local = parts.last, let namespace = scope[prefix] ?? (prefix.isEmpty ? "" : nil) else {
      throw .malformed("<\(tag.name)> is of no known namespace")
    }
    return (Element(name: String(local), namespace: namespace, attributes: attributes), scope)
  }

  /// `<?xml version='1.0'?>`; nothing in it matters, since XMPP is always UTF-8 (RFC 6120 section 11.6).
  private mutating func declaration() throws(Stop) {
    try take("<?xml ")
    guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw .incomplete }
    guard rest[..<end].last == UInt8(ascii: "?") else { throw .malformed("a malformed XML declaration") }
    rest = rest[(end + 1)...]
  }

  // MARK: Characters

  /// A name, with at most one prefix. XML has more letters; XMPP's own names need none of them.
  private mutating func name() throws(Stop) -> String {
    let name = rest.prefix { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: ":"):
        true
      default: false
      }
    }
    guard name.endIndex < rest.endIndex else { throw .incomplete }
    let text = String(decoding: name, as: UTF8.self)
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ $0.first?.isLetter == true || $0.first == "_" }) else {
      throw .malformed("a name that is none")
    }
    rest = rest[name.endIndex...]
    return text
  }

  /// What stands before this byte, which stays.
  private mutating func text(until end: UInt8) throws(Stop) -> String {
    var bytes: [UInt8] = []
    while true {
      let byte = try peek()
      if byte == end {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed("text that is not UTF-8") }
        return text
      }
      switch byte {
      case UInt8(ascii: "<"): throw .malformed("< in a value")
      case UInt8(ascii: "&"): bytes += try reference()
      case 0x20..., 0x09, 0x0a, 0x0d:
        bytes.append(byte)
        rest.removeFirst()
      default: throw .malformed("a control character")
      }
    }
  }

  /// `&lt;`, `&#60;` or `&#x3c;`.
  private mutating func reference() throws(Stop) -> [UInt8] {
    guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
      throw rest.count < 12 ? .incomplete : .malformed("an unknown entity")
    }
    let name = String(decoding: rest[rest.startIndex..<end].dropFirst(), as: UTF8.self)
    rest = rest[(end + 1)...]
    switch name {
    case "lt": return Array("<".utf8)
    case "gt": return Array(">".utf8)
    case "amp": return Array("&".utf8)
    case "apos": return Array("'".utf8)
    case "quot": return Array("\"".utf8)
    default:
      let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
      let isNumber = name.hasPrefix("#") && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
      let value = isNumber ? UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10) : nil
      guard let value, value >= 0x20 || [0x09, 0x0a, 0x0d].contains(value), let scalar = Unicode.Scalar(value) else {
        throw .malformed("an unknown entity")
      }
      return Array(String(scalar).utf8)
    }
  }

  @discardableResult
  private mutating func skipSpace() -> Bool {
    let before = rest.count
    rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }
    return rest.count < before
  }

  private func peek() throws(Stop) -> UInt8 {
    guard let byte = rest.first else { throw .incomplete }
    return byte
  }

  private mutating func take(_ expected: String) throws(Stop) {
    for byte in expected.utf8 {
      guard try peek() == byte else { throw .malformed("\(expected) is missing") }
      rest.removeFirst()
    }
  }
}
