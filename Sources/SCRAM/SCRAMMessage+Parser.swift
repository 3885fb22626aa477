internal import PassBindSASL

// Pure functions from bytes to a message or an error, strict to the letter of RFC 5802 section 7.

extension SCRAMMessage.ClientFirst {
  /// - Parameter mayLackUser: take an empty name, which the grammar has not.
  init(parsing message: [UInt8], mayLackUser: Bool = false) throws(SCRAMError) {
    var rest = try SCRAMMessage.bounded(message)
    header = try sasl { () throws(SASLError) in try GS2Header(parsing: &rest) }
    bare = rest
    var attributes = AttributeReader(rest)
    user = mayLackUser && attributes.skip("n=,") ? [] : try attributes.next("n")
    nonce = try attributes.nonce()
    extensions = try attributes.extensions()
  }
}

extension SCRAMMessage.ServerFirst {
  /// - Throws: also `serverRefused`, where the server sent an error in place of its first message.
  init(parsing message: [UInt8]) throws(SCRAMError) {
    var attributes = AttributeReader(try SCRAMMessage.bounded(message))
    if message.starts(with: [UInt8(ascii: "e"), UInt8(ascii: "=")]) {
      throw SCRAMError(from: try SCRAMServerError(parsing: attributes.next("e")))
    }
    nonce = try attributes.nonce()
    salt = try attributes.base64("s")
    iterations = try Self.count(attributes.next("i"))
    extensions = try attributes.extensions()
  }

  /// `posit-number`, of at most ten digits, which is more than any count that PBKDF2 takes.
  static func count(_ digits: ArraySlice<UInt8>) throws(SCRAMError) -> Int {
    guard digits.count <= 10, digits.first != UInt8(ascii: "0") else {
      throw SCRAMError(.malformedMessage, "an iteration count has ten digits at most and no leading zero")
    }
    var count = 0
    for digit in digits {
      guard digit.isDigit else {
        throw SCRAMError(.malformedMessage, "an iteration count is made of digits alone")
      }
      count = count * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return count
  }
}

extension SCRAMMessage.ClientFinal {
  init(parsing message: [UInt8]) throws(SCRAMError) {
    var attributes = AttributeReader(try SCRAMMessage.bounded(message))
    bindingInput = try attributes.base64("c")
    nonce = try attributes.nonce()
    withoutProof = try attributes.all(before: "p")
    proof = try attributes.base64("p")
    try attributes.end()
  }
}

extension SCRAMMessage.ServerFinal {
  init(parsing message: [UInt8]) throws(SCRAMError) {
    var attributes = AttributeReader(try SCRAMMessage.bounded(message))
    if message.first == UInt8(ascii: "e") {
      self = .error(try SCRAMServerError(parsing: attributes.next("e")))
    } else {
      self = .signature(try attributes.base64("v"))
    }
    _ = try attributes.extensions()
  }
}

extension SCRAMServerError {
  fileprivate init(parsing value: ArraySlice<UInt8>) throws(SCRAMError) {
    guard let text = String(validating: value, as: UTF8.self), !value.contains(0) else {
      throw SCRAMError(.invalidEncoding, "the server's error is not UTF-8")
    }
    self.init(rawValue: text)
  }
}

extension SCRAMMessage {
  static func bounded(_ message: [UInt8]) throws(SCRAMError) -> ArraySlice<UInt8> {
    guard message.count <= maximumCount else {
      throw SCRAMError(.messageTooLong, "a message may have \(maximumCount) bytes, not \(message.count)")
    }
    return message[...]
  }
}

/// Reads `attr-val`s one by one.
struct AttributeReader {
  private let whole: ArraySlice<UInt8>
  private var rest: ArraySlice<UInt8>
  private var isAtEnd = false
  private var seen: UInt64 = 0

  init(_ message: ArraySlice<UInt8>) {
    whole = message
    rest = message
  }

  /// The next attribute; nil behind the last one.
  private mutating func next() throws(SCRAMError) -> SCRAMMessage.Attribute? {
    if isAtEnd { return nil }
    let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
    let field = rest[..<end]
    isAtEnd = end == rest.endIndex
    rest = isAtEnd ? rest[end...] : rest[(end + 1)...]

    guard field.count >= 3, let name = field.first, name.isLetter, field[field.startIndex + 1] == UInt8(ascii: "=")
    else { throw SCRAMError(.malformedMessage, "an attribute must be a letter, = and a value") }
    // The one attribute that MUST NOT be passed over (RFC 5802 section 5.1), wherever it stands.
    guard name != UInt8(ascii: "m") else {
      throw SCRAMError(.unsupportedExtension, "the peer demands an extension, and none is known here")
    }
    let bit = UInt64(1) << UInt64(name - UInt8(ascii: "A"))
    guard seen & bit == 0 else {
      throw SCRAMError(.malformedMessage, "attribute \(Character(UnicodeScalar(name))) stands twice")
    }
    seen |= bit
    return SCRAMMessage.Attribute(name: name, value: field.dropFirst(2))
  }

  /// The value of the next attribute, which must be the named one.
  mutating func next(_ name: Unicode.Scalar) throws(SCRAMError) -> ArraySlice<UInt8> {
    guard let attribute = try next(), attribute.name == UInt8(ascii: name) else {
      throw SCRAMError(.malformedMessage, "attribute \(Character(name)) is missing or out of order")
    }
    return attribute.value
  }

  /// Passes over this text, if it is what comes next; false if it is not.
  mutating func skip(_ text: String) -> Bool {
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  mutating func base64(_ name: Unicode.Scalar) throws(SCRAMError) -> [UInt8] {
    let value = try next(name)
    do { return try Base64.decode(value.span) } catch { throw SCRAMError(error) }
  }

  /// `nonce`: printable ASCII without a comma. It may hold `=`, and it is not base64.
  mutating func nonce() throws(SCRAMError) -> ArraySlice<UInt8> {
    let value = try next("r")
    guard value.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw SCRAMError(.malformedMessage, "a nonce is made of printable ASCII")
    }
    return value
  }

  /// All that follows, which must be optional extensions.
  mutating func extensions() throws(SCRAMError) -> [SCRAMMessage.Attribute] {
    var list: [SCRAMMessage.Attribute] = []
    while let attribute = try next() { list.append(try Self.optional(attribute)) }
    return list
  }

  /// The message up to its last attribute, which is read next. What has not been read of it must be optional
  /// extensions.
  mutating func all(before last: Unicode.Scalar) throws(SCRAMError) -> ArraySlice<UInt8> {
    while !isAtEnd, rest.first != UInt8(ascii: last), let attribute = try next() { _ = try Self.optional(attribute) }
    guard !isAtEnd else {
      throw SCRAMError(.malformedMessage, "attribute \(Character(last)) is missing")
    }
    // `rest` begins behind a comma, which is not part of the message without its last attribute.
    return whole[..<(rest.startIndex - 1)]
  }

  mutating func end() throws(SCRAMError) {
    guard isAtEnd else { throw SCRAMError(.malformedMessage, "something follows the last attribute") }
  }

  /// An extension that may be passed over: none of the names that RFC 5802 gives a meaning, and a value of UTF-8.
  private static func optional(_ attribute: SCRAMMessage.Attribute) throws(SCRAMError) -> SCRAMMessage.Attribute {
    guard !"anrcsipve".utf8.contains(attribute.name) else {
      throw SCRAMError(
        .malformedMessage, "attribute \(Character(UnicodeScalar(attribute.name))) does not belong where it stands")
    }
    guard String(validating: attribute.value, as: UTF8.self) != nil, !attribute.value.contains(0) else {
      throw SCRAMError(.invalidEncoding, "an extension's value is not UTF-8")
    }
    return attribute
  }
}
