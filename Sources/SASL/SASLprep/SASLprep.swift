public import PassBindCrypto

/// Prepares user names and passwords so that what looks equal is equal, byte for byte (RFC 4013, a profile of RFC
/// 3454).
///
/// Other spaces become U+0020, characters such as the soft hyphen are left out, and the rest is brought to
/// normalization form KC; control characters and other unfit ones are refused, and so is right-to-left text that could
/// be misread. All of it goes by Unicode 3.2, as RFC 3454 wants, so that a password prepared today is prepared the same
/// in ten years. U+200B, which RFC 3454 lists both as a space and as nothing, becomes a space, as in GNU libidn and
/// PostgreSQL; Python's scramp and Go's xdg-go leave it out.
///
/// What is prepared can be prepared again, and stays as it is.
public enum SASLprep {
  /// What the text is for (RFC 3454 section 7).
  public enum Usage: Sendable {
    /// To be compared with something stored: what a client sends. It may hold code points that Unicode 3.2 does not
    /// assign.
    case query
    /// To be stored, or to make something stored from, such as a SCRAM verifier: code points must be assigned.
    case stored
  }

  /// The longest name, in bytes of UTF-8 before and after preparation.
  public static let maximumNameLength = 1024
  /// The longest password, in bytes of UTF-8 before and after preparation.
  public static let maximumPasswordLength = 65536

  /// A name, prepared: 1 to ``maximumNameLength`` bytes of UTF-8.
  ///
  /// - Throws: ``SASLprepError``.
  public static func prepare(_ name: String, as usage: Usage) throws(SASLprepError) -> String {
    let prepared = try prepare(name.utf8.span, as: usage, maximumLength: maximumNameLength)
    let bytes = prepared.span
    return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
  }

  /// A password in UTF-8, prepared: 1 to ``maximumPasswordLength`` bytes of UTF-8.
  ///
  /// No copy of it stays behind. The time this takes depends on the characters, except among those of ASCII.
  ///
  /// - Throws: ``SASLprepError``, which says what is wrong and where, but not what the password is.
  public static func prepare(_ password: borrowing SecretBytes, as usage: Usage) throws(SASLprepError) -> SecretBytes {
    try prepare(password.span, as: usage, maximumLength: maximumPasswordLength)
  }

  private static func prepare(
    _ utf8: Span<UInt8>, as usage: Usage, maximumLength: Int
  ) throws(SASLprepError) -> SecretBytes {
    let tooLong = SASLprepError(.tooLong, "more than \(maximumLength) bytes")
    guard !utf8.isEmpty else { throw SASLprepError(.empty, "the text is empty") }
    guard utf8.count <= maximumLength else { throw tooLong }
    if isPrintableASCII(utf8) { return SecretBytes(copying: utf8) }

    var buffer = NFKCBuffer(bytesOfUTF8: utf8.count)
    defer { buffer.wipe() }
    try map(utf8, as: usage, into: &buffer)
    guard buffer.count > 0 else { throw SASLprepError(.empty, "every character is one that is left out") }
    buffer.normalize()
    try checkDirection(of: buffer)

    let prepared = buffer.encoded()
    guard prepared.count <= maximumLength else { throw tooLong }
    return prepared
  }

  /// Whether preparation would change nothing and refuse nothing; looks at every byte.
  private static func isPrintableASCII(_ utf8: Span<UInt8>) -> Bool {
    var other = 0 as UInt8
    for i in utf8.indices {
      // The top bit is set in the first or second term for what is above 0x7E, in the third for what is below 0x20.
      other |= utf8[i] | (utf8[i] &+ 1) | (utf8[i] &- 0x20)
    }
    return other < 0x80
  }

  /// Maps, refuses and decomposes, scalar by scalar (RFC 4013 sections 2.1 to 2.3 and 2.5). RFC 3454 looks for what is
  /// to be refused after normalization; normalization neither makes nor removes any of it (generate-tables.py proves
  /// that), and here the place in the caller's text is known.
  private static func map(
    _ utf8: Span<UInt8>, as usage: Usage, into buffer: inout NFKCBuffer
  ) throws(SASLprepError) {
    let text: UTF8Span
    do {
      text = try UTF8Span(validating: utf8)
    } catch {
      throw SASLprepError(.invalidUTF8, "not UTF-8", offset: error.byteOffsets.lowerBound)
    }
    var scalars = text.makeUnicodeScalarIterator()
    var offset = 0
    while let scalar = scalars.next() {
      let category = SASLprepCategory(of: scalar.value)
      if let prohibition = category.prohibition { throw SASLprepError(.prohibited, prohibition, offset: offset) }
      switch category {
      case .unassigned where usage == .stored:
        throw SASLprepError(.unassigned, "code point not assigned in Unicode 3.2 (RFC 3454 table A.1)", offset: offset)
      case .nothing: break
      case .space: buffer.append(0x20)
      default: buffer.append(scalar.value)
      }
      offset = scalars.currentCodeUnitOffset
    }
  }

  /// RFC 3454 section 6.
  private static func checkDirection(of buffer: borrowing NFKCBuffer) throws(SASLprepError) {
    var hasRightToLeft = false
    var hasLeftToRight = false
    for i in 0..<buffer.count {
      switch SASLprepCategory(of: buffer[i]) {
      case .rightToLeft: hasRightToLeft = true
      case .leftToRight: hasLeftToRight = true
      default: break
      }
    }
    guard hasRightToLeft else { return }
    guard !hasLeftToRight else {
      throw SASLprepError(.bidirectional, "right-to-left and left-to-right characters are mixed")
    }
    guard SASLprepCategory(of: buffer[0]) == .rightToLeft,
      SASLprepCategory(of: buffer[buffer.count - 1]) == .rightToLeft
    else {
      throw SASLprepError(.bidirectional, "right-to-left text does not begin and end with a right-to-left character")
    }
  }
}
