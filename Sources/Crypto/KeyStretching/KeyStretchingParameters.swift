/// Which function stretches a key, and how hard: a value that can be stored, sent and compared. A value that the
/// function itself would refuse does not exist; whether one is wise is for ``KeyStretchingLimits`` to say.
public struct KeyStretchingParameters: Hashable, Sendable, CustomStringConvertible {
  package enum Function: Hashable, Sendable {
    case argon2id(memory: Int, passes: Int, lanes: Int)
    case scrypt(n: Int, r: Int, p: Int)
  }

  package let function: Function

  private init(_ function: Function) { self.function = function }

  /// Argon2id (RFC 9106 3.1), version 0x13.
  ///
  /// - Parameters:
  ///   - memory: in KiB, 8 for each lane or more, up to 2^32 - 1.
  ///   - passes: over the memory, 1 to 2^32 - 1.
  ///   - lanes: 1 to 2^24 - 1.
  /// - Throws: ``CryptoError`` `invalidParameter` outside of these.
  public static func argon2id(memory: Int, passes: Int, lanes: Int) throws(CryptoError) -> Self {
    let most = Int(UInt32.max)
    guard (1...0xff_ffff).contains(lanes), (8 * lanes...most).contains(memory), (1...most).contains(passes) else {
      throw CryptoError(.invalidParameter, "Argon2id has no such parameters: m=\(memory), t=\(passes), p=\(lanes)")
    }
    return Self(.argon2id(memory: memory, passes: passes, lanes: lanes))
  }

  /// scrypt (RFC 7914 section 2).
  ///
  /// - Parameters:
  ///   - n: the cost, a power of two, 2 to 2^32 and below 2^(16 * r).
  ///   - r: the block size, 1 to 1,024; scrypt takes 128 * n * r bytes of memory.
  ///   - p: the parallelisation, 1 to 1,024.
  /// - Throws: ``CryptoError`` `invalidParameter` outside of these.
  public static func scrypt(n: Int, r: Int, p: Int) throws(CryptoError) -> Self {
    guard (2...1 << 32).contains(n), n & (n - 1) == 0, (1...1024).contains(r), (1...1024).contains(p),
      n.trailingZeroBitCount < 16 * r
    else { throw CryptoError(.invalidParameter, "scrypt has no such parameters: n=\(n), r=\(r), p=\(p)") }
    return Self(.scrypt(n: n, r: r, p: p))
  }

  /// Argon2id with 64 MiB, 3 passes, 4 lanes: the second recommended option of RFC 9106 section 4.
  public static let `default` = Self(.argon2id(memory: 65_536, passes: 3, lanes: 4))
  /// Argon2id with 2 GiB, 1 pass, 4 lanes: what RFC 9807 section 7 recommends, and the first option of RFC 9106 section
  /// 4. More than most clients have to spare, and beyond the default ``KeyStretchingLimits``.
  public static let rfc9807Argon2id = Self(.argon2id(memory: 2_097_152, passes: 1, lanes: 4))
  /// scrypt with n = 32,768, r = 8, p = 1, which takes 32 MiB: what RFC 9807 section 7 recommends.
  public static let rfc9807Scrypt = Self(.scrypt(n: 32_768, r: 8, p: 1))
  /// scrypt with n = 131,072, r = 8, p = 1, which takes 128 MiB: OWASP's first choice for passwords.
  public static let strongScrypt = Self(.scrypt(n: 131_072, r: 8, p: 1))

  /// Argon2id with 19 MiB, 2 passes, 1 lane: what opaque-ke uses unless it is told otherwise, and OWASP's minimum.
  public static let opaqueKE = Self(.argon2id(memory: 19_456, passes: 2, lanes: 1))
  /// ``default`` where this process has Argon2id, else ``strongScrypt``. For what is opened where it was closed; what
  /// others have to repeat wants a fixed choice.
  public static var bestAvailable: Self { Argon2Backend.available.isEmpty ? strongScrypt : .default }

  /// Stretches `input`. It blocks for as long as it takes: call ``stretchingKeys(_:)`` around it in asynchronous code,
  /// and ``KeyStretchingLimits/permits(_:)`` before it where somebody else chose the parameters.
  ///
  /// - Parameters:
  ///   - input: a password, or what was made from one; up to 2^32 - 1 bytes.
  ///   - salt: 8 bytes or more. RFC 9807 has 16 zeros, since its input is salted already.
  ///   - count: how many bytes to derive, 4 to 1,024.
  /// - Throws: ``CryptoError`` `unavailable` if this process lacks the function; `invalidParameter`, also where the
  ///   memory would not suffice.
  public func stretch(_ input: Span<UInt8>, salt: Span<UInt8>, count: Int) throws(CryptoError) -> SecretBytes {
    guard salt.count >= 8, (4...1024).contains(count) else {
      throw CryptoError(.invalidParameter, "a salt has 8 bytes or more, a stretched key 4 to 1,024")
    }
    switch function {
    case .argon2id(let memory, let passes, let lanes):
      return try PassBindCrypto.argon2id(
        password: input, salt: salt, memory: memory, passes: passes, lanes: lanes, count: count)
    case .scrypt(let n, let r, let p):
      // What OpenSSL counts: the memory proper, the p blocks, and two blocks to work in.
      return try PassBindCrypto.scrypt(
        password: input, salt: salt, n: n, r: r, p: p, count: count, maxMemory: 128 * r * (n + p + 2))
    }
  }
}

// The text form. It travels and is compared, so that every value has exactly one.
extension KeyStretchingParameters {
  /// The one text form, as `argon2id,m=65536,t=3,p=4` (m in KiB) or `scrypt,n=32768,r=8,p=1`: ASCII, at most 64 bytes.
  public var description: String {
    switch function {
    case .argon2id(let memory, let passes, let lanes): "argon2id,m=\(memory),t=\(passes),p=\(lanes)"
    case .scrypt(let n, let r, let p): "scrypt,n=\(n),r=\(r),p=\(p)"
    }
  }

  /// The value whose ``description`` is `text`, byte for byte.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter` for any other text, and for values that the function does not have.
  public init(parsing text: Span<UInt8>) throws(CryptoError) {
    let malformed = CryptoError(.invalidParameter, "not key stretching parameters such as argon2id,m=65536,t=3,p=4")
    guard text.count <= 64 else { throw malformed }
    let bytes = text.indices.map { text[$0] }
    let fields = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard fields.count == 4 else { throw malformed }
    let numbers = fields.dropFirst().compactMap { field in
      field.count > 2 ? Int(String(decoding: field.dropFirst(2), as: UTF8.self)) : nil
    }
    guard numbers.count == 3 else { throw malformed }
    if fields[0].elementsEqual("argon2id".utf8) {
      self = try .argon2id(memory: numbers[0], passes: numbers[1], lanes: numbers[2])
    } else if fields[0].elementsEqual("scrypt".utf8) {
      self = try .scrypt(n: numbers[0], r: numbers[1], p: numbers[2])
    } else {
      throw malformed
    }
    // Names, order, signs and leading zeros: whatever differs from the one spelling ends here.
    guard bytes.elementsEqual(description.utf8) else { throw malformed }
  }

  /// The value whose ``description`` is `text`.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter` for any other text, and for values that the function does not have.
  public init(parsing text: String) throws(CryptoError) {
    let bytes = Array(text.utf8.prefix(65))
    try self.init(parsing: bytes.span)
  }
}
