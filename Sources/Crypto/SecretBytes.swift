internal import CPassBindOpenSSL

/// Bytes that nobody else may see: a password, a key. They live in memory of their own that is wiped when the value
/// dies, they cannot be copied by accident (a copy says `copy()`), and they print as nothing.
@safe public struct SecretBytes: ~Copyable, @unchecked Sendable {
  // Unchecked Sendable: the memory has one owner, and only `mutating` members write to it.
  private let base: UnsafeMutablePointer<UInt8>

  /// How many bytes there are.
  public let count: Int

  /// `count` bytes of zero. A negative count makes an empty secret.
  public init(count: Int) {
    self.count = max(0, count)
    unsafe base = .allocate(capacity: max(1, count))
    unsafe base.initialize(repeating: 0, count: max(1, count))
  }

  /// A copy of `bytes`, which stay where they are: the caller wipes them if they are secret.
  public init(copying bytes: Span<UInt8>) {
    self.init(count: bytes.count)
    for i in bytes.indices { unsafe base[i] = bytes[i] }
  }

  /// A copy of `bytes`, which stay where they are: the caller wipes them if they are secret.
  public init(copying bytes: some Collection<UInt8>) {
    self.init(count: bytes.count)
    let isCopied: Void? = bytes.withContiguousStorageIfAvailable { bytes in
      if let source = bytes.baseAddress { unsafe base.update(from: source, count: min(bytes.count, count)) }
    }
    guard isCopied == nil else { return }
    for (i, byte) in bytes.prefix(count).enumerated() { unsafe base[i] = byte }
  }

  /// Takes over the content of an array and wipes the array, which is empty afterwards.
  public init(taking bytes: inout [UInt8]) {
    self.init(copying: bytes.span)
    wipe(&bytes)
  }

  /// `count` fresh random bytes from OpenSSL's private generator.
  public static func random(count: Int) -> SecretBytes {
    var secret = SecretBytes(count: count)
    var span = secret.mutableSpan
    fillRandom(&span)
    return secret
  }

  deinit {
    unsafe passbind_cleanse(base, count)
    unsafe base.deallocate()
  }

  /// The bytes, to read.
  public var span: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get {
      unsafe _overrideLifetime(Span(_unsafeStart: base, count: count), borrowing: self)
    }
  }

  /// The bytes, to write.
  public var mutableSpan: MutableSpan<UInt8> {
    @_lifetime(&self)
    mutating get {
      unsafe _overrideLifetime(MutableSpan(_unsafeStart: base, count: count), mutating: &self)
    }
  }

  /// A second, independent secret with the same bytes.
  public borrowing func copy() -> SecretBytes { SecretBytes(copying: span) }

  /// Whether both hold the same bytes, in a time that depends on the lengths alone.
  public borrowing func isEqual(to other: borrowing SecretBytes) -> Bool { constantTimeEqual(span, other.span) }
}

/// Whether both hold the same bytes, in a time that depends on the lengths alone; unequal lengths are unequal.
public func constantTimeEqual(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
  unsafe a.withUnsafeBufferPointer { a in
    unsafe b.withUnsafeBufferPointer { b in
      EqualityAnswer(bits: unsafe passbind_equal(a.baseAddress, a.count, b.baseAddress, b.count)).declassified()
    }
  }
}

/// Whether two secrets are equal, as long as that is a secret too.
private struct EqualityAnswer {
  let bits: Int32

  /// Gives the answer away: the one place where it becomes a `Bool`, and so the one place where the constant-time tests
  /// see a branch on it. Not optimised, so that the branch stays in here and under this name.
  @inline(never)
  @_optimize(none)
  func declassified() -> Bool {
    if bits == 0 { return false }
    return true
  }
}

/// `count` random bytes that may be seen by others: nonces, salts.
public func randomBytes(count: Int) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: max(0, count))
  var span = bytes.mutableSpan
  fillRandom(&span)
  return bytes
}

/// Wipes an array that held a secret, and empties it. Copies made earlier are out of reach: prefer ``SecretBytes``.
public func wipe<Element: BitwiseCopyable>(_ array: inout [Element]) {
  var span = array.mutableSpan
  unsafe span.withUnsafeMutableBytes { unsafe passbind_cleanse($0.baseAddress, $0.count) }
  array = []
}

private func fillRandom(_ bytes: inout MutableSpan<UInt8>) {
  // There is nothing sane to do without randomness: going on would make predictable nonces and keys.
  let ok = unsafe bytes.withUnsafeMutableBufferPointer { unsafe passbind_random($0.baseAddress, $0.count) }
  guard ok == 1 else { fatalError("OpenSSL's random generator is not working") }
}
