/// What stands before `check` in a sealed secret; see SealedSecret.swift for the layout.
struct SealedHeader {
  static let saltCount = 32
  private static let magic = Array("PBSEALED".utf8)
  private static let version: UInt8 = 1

  let purpose: [UInt8]
  let stretching: KeyStretchingParameters?
  let secretCount: Int
  let salt, nonce: [UInt8]

  init(
    purpose: String, stretching: KeyStretchingParameters?, secretCount: Int, salt: [UInt8], nonce: [UInt8]
  ) throws(CryptoError) {
    self.purpose = Array(purpose.utf8)
    guard (1...255).contains(self.purpose.count), (1...SealedSecret.maximumCount).contains(secretCount) else {
      throw CryptoError(.invalidParameter, "a purpose has 1 to 255 bytes, a secret to seal 1 byte to 1 MiB")
    }
    self.stretching = stretching
    self.secretCount = secretCount
    self.salt = salt
    self.nonce = nonce
  }

  var bytes: [UInt8] {
    let stretching = Array((stretching?.description ?? "").utf8)
    let count = UInt32(secretCount)
    return Self.magic + [Self.version, UInt8(purpose.count)] + purpose + [UInt8(stretching.count)] + stretching
      + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + salt + nonce
  }

  /// The header of `sealed`, all of which must be as long as the header says.
  init(parsing sealed: Span<UInt8>) throws(CryptoError) {
    var reader = Reader(bytes: sealed)
    guard let magic = reader.take(Self.magic.count), magic == Self.magic, let version = reader.take(1) else {
      throw CryptoError(.notAuthentic, "this is not a sealed secret")
    }
    guard version[0] == Self.version else {
      throw CryptoError(.notAuthentic, "this was sealed in version \(version[0]); known is \(Self.version)")
    }
    guard let purpose = reader.takeCounted(), !purpose.isEmpty, let stretching = reader.takeCounted(),
      let count = reader.take(4), let salt = reader.take(Self.saltCount),
      let nonce = reader.take(AES256GCM.nonceCount)
    else { throw Self.malformed }
    self.purpose = purpose
    self.salt = salt
    self.nonce = nonce
    secretCount = count.reduce(0) { $0 << 8 | Int($1) }
    if stretching.isEmpty {
      self.stretching = nil
    } else {
      // Whoever reads the error would not know what to make of the inner one.
      do throws(CryptoError) {
        self.stretching = try KeyStretchingParameters(parsing: stretching.span)
      } catch {
        throw Self.malformed
      }
    }
    guard (1...SealedSecret.maximumCount).contains(secretCount),
      reader.left == SealedSecret.checkCount + secretCount + AES256GCM.tagCount
    else { throw Self.malformed }
  }

  private static var malformed: CryptoError {
    CryptoError(.notAuthentic, "this sealed secret is not whole, or was changed")
  }
}

private struct Reader: ~Escapable {
  private let bytes: Span<UInt8>
  private var position = 0

  @_lifetime(copy bytes)
  init(bytes: Span<UInt8>) { self.bytes = bytes }

  var left: Int { bytes.count - position }

  mutating func take(_ count: Int) -> [UInt8]? {
    guard count <= left else { return nil }
    defer { position += count }
    return (position..<position + count).map { bytes[$0] }
  }

  /// As many bytes as the next byte says.
  mutating func takeCounted() -> [UInt8]? { take(1).flatMap { take(Int($0[0])) } }
}
