import PassBindCrypto
import Testing

/// What is sealed here, and under what.
private enum Sample: String, CaseIterable, Sendable {
  case key
  case scrypt
  case argon2id

  static let secret = [UInt8]("attack at dawn".utf8)
  static let purpose = "a test's secret"
  static var usable: [Sample] { allCases.filter { $0 != .argon2id || !Argon2Backend.available.isEmpty } }
  /// Tests of the format need no strength.
  static let noFloor = KeyStretchingLimits(minimumMemory: 0, minimumWork: 0)

  func key(_ passphrase: String = "correct horse", first: UInt8 = 0) throws -> SealingKey {
    switch self {
    case .key: try .key(SecretBytes(copying: first..<first + 32))
    case .scrypt: try Self.passphrase(passphrase, .scrypt(n: 16, r: 8, p: 1))
    case .argon2id: try Self.passphrase(passphrase, .argon2id(memory: 64, passes: 3, lanes: 4))
    }
  }

  private static func passphrase(_ text: String, _ stretching: KeyStretchingParameters) throws -> SealingKey {
    try .passphrase(SecretBytes(copying: text.utf8), stretching: stretching, limits: noFloor)
  }

  func sealed() throws -> [UInt8] { try SealedSecret.seal(Self.secret.span, purpose: Self.purpose, under: key()) }

  /// The secret sealed with byte i of the salt 32 + i and of the nonce 64 + i, by Python: hashlib, argon2-cffi,
  /// cryptography.
  var golden: [UInt8] {
    switch self {
    case .key:
      bytes(
        "50425345414c4544010f612074657374277320736563726574000000000e202122232425262728292a2b2c2d2e2f3031"
          + "32333435363738393a3b3c3d3e3f404142434445464748494a4b21a26fe9dc0c5ba89b9a00a81ed28e10270753e375cc"
          + "6bb9adafe1280bfe8998796368fd431cbcd414d28e78b1cf46d9a0c88f88d0f545206f0c486febdd")
    case .scrypt:
      bytes(
        "50425345414c4544010f612074657374277320736563726574137363727970742c6e3d31362c723d382c703d31000000"
          + "0e202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b117259"
          + "807eb8a9154692f232d83365878487ae04bd61e7de320542937a8cf917ce9ebf734ca971d437391c27a8d5b05701f2e7"
          + "f6da7682aef34b628235cf")
    case .argon2id:
      bytes(
        "50425345414c4544010f612074657374277320736563726574156172676f6e3269642c6d3d36342c743d332c703d3400"
          + "00000e202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b97"
          + "dde734ff85c55f27f681e7b7f276965defb9492b28fdf40a0b06c49aab7a31c7fbf8ccf6f35a5db5f001897c619cc1ee"
          + "6b3369b0139b9e323742203eed")
    }
  }
}

/// The code of the error that opening ends in, if it does.
private func failure(
  _ sealed: [UInt8], _ purpose: String = Sample.purpose, with key: borrowing SealingKey
) -> CryptoError.Code? {
  do throws(CryptoError) {
    _ = try SealedSecret.open(sealed.span, purpose: purpose, with: key)
    return nil
  } catch {
    return error.code
  }
}

@Suite("Sealed secrets")
struct SealedSecretTests {
  @Test("The bytes are those of version 1, made by another program", arguments: Sample.usable)
  fileprivate func golden(sample: Sample) throws {
    let key = try sample.key()
    let opened = try SealedSecret.open(sample.golden.span, purpose: Sample.purpose, with: key)
    #expect(array(opened) == Sample.secret)
    let sealed = try SealedSecret.seal(
      Sample.secret.span, purpose: Sample.purpose, under: key, salt: Array(0x20..<0x40), nonce: Array(0x40..<0x4c))
    #expect(sealed == sample.golden)
  }

  @Test("What was sealed opens, and is sealed differently each time", arguments: Sample.usable, [1, 2, 255, 1 << 20])
  fileprivate func roundTrip(sample: Sample, count: Int) throws {
    let key = try sample.key()
    let secret = randomBytes(count: count)
    let a = try SealedSecret.seal(secret.span, purpose: Sample.purpose, under: key)
    let b = try SealedSecret.seal(secret.span, purpose: Sample.purpose, under: key)
    let opened = try SealedSecret.open(a.span, purpose: Sample.purpose, with: key)
    #expect(array(opened) == secret)
    #expect(a != b)
    #expect(a.count == b.count)
  }

  @Test("Any changed bit is noticed", arguments: Sample.usable)
  fileprivate func changed(sample: Sample) throws {
    let key = try sample.key()
    let sealed = try sample.sealed()
    // Argon2id with four lanes takes its time: there, one bit of every byte.
    for bit in stride(from: 0, to: 8 * sealed.count, by: sample == .argon2id ? 7 : 1) {
      var other = sealed
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(failure(other, with: key) == .notAuthentic, "bit \(bit)")
    }
  }

  @Test("So is every missing byte, and any additional one", arguments: Sample.usable)
  fileprivate func cut(sample: Sample) throws {
    let key = try sample.key()
    let sealed = try sample.sealed()
    for count in 0..<sealed.count {
      #expect(failure(Array(sealed.prefix(count)), with: key) == .notAuthentic)
      #expect(failure(Array(sealed.suffix(count)), with: key) == .notAuthentic)
    }
    #expect(failure(sealed + [0], with: key) == .notAuthentic)
    #expect(failure([0] + sealed, with: key) == .notAuthentic)
    #expect(failure(sealed + sealed, with: key) == .notAuthentic)
  }

  @Test("Another key or passphrase does not open it", arguments: Sample.usable)
  fileprivate func wrongKey(sample: Sample) throws {
    let other = try sample.key("correct horsf", first: 1)
    let sealed = try sample.sealed()
    #expect(failure(sealed, with: other) == .notAuthentic)
  }

  @Test("A key does not open what a passphrase sealed, nor the reverse")
  func wrongKind() throws {
    let key = try Sample.key.key()
    let passphrase = try Sample.scrypt.key()
    #expect(failure(try Sample.scrypt.sealed(), with: key) == .notAuthentic)
    #expect(failure(try Sample.key.sealed(), with: passphrase) == .notAuthentic)
    let sameBytes = try SealingKey.passphrase(SecretBytes(copying: 0..<32), stretching: .rfc9807Scrypt)
    #expect(failure(try Sample.key.sealed(), with: sameBytes) == .notAuthentic)
  }

  @Test("Nor does another purpose", arguments: ["", "a test's secre", "a test's secret ", "A test's secret", "x"])
  func wrongPurpose(purpose: String) throws {
    let key = try Sample.key.key()
    #expect(failure(try Sample.key.sealed(), purpose, with: key) == .notAuthentic)
  }

  /// GCM alone lets a ciphertext be made that opens under many keys: here each part fits but the one that names the
  /// key.
  @Test("A tag that fits does not stand in for the check of the key")
  func commitment() throws {
    let key = try Sample.key.key()
    let golden = Sample.key.golden
    let header = Array(golden.prefix(74))
    let (salt, nonce) = (Array(header[30..<62]), Array(header[62...]))
    let pseudorandomKey = try HashFunction.sha512.extract(salt: salt.span, inputKeyMaterial: Array(0..<32).span)
    let keys = try HashFunction.sha512.expand(pseudorandomKey.span, info: header.span, count: 64)
    func sealed(check: [UInt8]) throws -> [UInt8] {
      let associated = header + check
      return try associated
        + AES256GCM.seal(
          Sample.secret.span, key: keys.span.extracting(..<32), nonce: nonce.span, associatedData: associated.span)
    }
    let check = Array(golden[74..<106])
    #expect(try sealed(check: check) == golden)
    for i in check.indices {
      var other = check
      other[i] ^= 1
      #expect(failure(try sealed(check: other), with: key) == .notAuthentic)
    }
  }

  @Test("One part does not pass for another of the same key's")
  func spliced() throws {
    let key = try Sample.key.key()
    let (a, b) = (try Sample.key.sealed(), try Sample.key.sealed())
    for cut in 1..<a.count where a.prefix(cut) != b.prefix(cut) && a.suffix(from: cut) != b.suffix(from: cut) {
      #expect(failure(Array(a.prefix(cut) + b.suffix(from: cut)), with: key) == .notAuthentic)
    }
  }

  /// Whatever these ask for, a machine would feel it. Those that could be done all the same would end in notAuthentic.
  static let hostile = [
    "argon2id,m=4294967295,t=4294967295,p=1", "argon2id,m=4294967295,t=1,p=16", "argon2id,m=262145,t=1,p=1",
    "argon2id,m=262144,t=5,p=1", "argon2id,m=8,t=4294967295,p=1", "argon2id,m=134217720,t=1,p=16777215",
    "scrypt,n=4294967296,r=1024,p=1024", "scrypt,n=2,r=1,p=1024", "scrypt,n=524288,r=8,p=1",
    "scrypt,n=262144,r=8,p=16",
  ]

  @Test("Parameters beyond the cap are refused before anything is stretched", arguments: hostile)
  func beyondTheCap(text: String) throws {
    let key = try Sample.scrypt.key()
    let golden = Sample.scrypt.golden
    let sealed = Array(golden.prefix(25)) + [UInt8(text.utf8.count)] + Array(text.utf8) + golden.dropFirst(25 + 20)
    var code: CryptoError.Code?
    let time = ContinuousClock().measure { code = failure(sealed, with: key) }
    #expect(code == .invalidParameter)
    #expect(time < .seconds(60))
  }

  @Test("A count that lies is refused", arguments: [0, 13, 15, 1 << 20, 1 << 20 + 1, 0x7fff_ffff, 0xffff_ffff])
  func lyingCount(count: UInt32) throws {
    let key = try Sample.key.key()
    var sealed = try Sample.key.sealed()
    for i in 0..<4 { sealed[26 + i] = UInt8(truncatingIfNeeded: count >> (24 - 8 * UInt32(i))) }
    #expect(failure(sealed, with: key) == .notAuthentic)
  }

  @Test("Weak parameters are not refused in opening, where they harm nobody")
  func weak() throws {
    let sealed = try Sample.scrypt.sealed()
    let key = try SealingKey.passphrase(SecretBytes(copying: "correct horse".utf8))
    let opened = try SealedSecret.open(sealed.span, purpose: Sample.purpose, with: key)
    #expect(array(opened) == Sample.secret)
  }

  @Test("By default a passphrase is stretched as well as this process can")
  func byDefault() throws {
    let key = try SealingKey.passphrase(SecretBytes(copying: "correct horse".utf8))
    let sealed = try SealedSecret.seal(Sample.secret.span, purpose: "x", under: key)
    let text = KeyStretchingParameters.bestAvailable.description
    #expect(Array(sealed.dropFirst(12).prefix(text.utf8.count)) == Array(text.utf8))
    let opened = try SealedSecret.open(sealed.span, purpose: "x", with: key)
    #expect(array(opened) == Sample.secret)
  }

  @Test("What was sealed and opened, and the passphrase, are gone from memory", .enabled(if: Memory.isReadable))
  func wiped() throws {
    // The secrets themselves must not stand here, or the search finds them.
    let masked = (randomBytes(count: 32), randomBytes(count: 32), randomBytes(count: 32))
    do {
      let key = try SealingKey.key(Memory.unmasked(masked.0))
      let passphrase = try SealingKey.passphrase(Memory.unmasked(masked.1))
      let secret = Memory.unmasked(masked.2)
      let a = try SealedSecret.seal(secret.span, purpose: Sample.purpose, under: key)
      let b = try SealedSecret.seal(secret.span, purpose: Sample.purpose, under: passphrase)
      let first = try SealedSecret.open(a.span, purpose: Sample.purpose, with: key)
      let second = try SealedSecret.open(b.span, purpose: Sample.purpose, with: passphrase)
      let isSame = first.isEqual(to: secret) && second.isEqual(to: secret)
      #expect(isSame)
      #expect(try Memory.place(ofMasked: masked.2) != nil)  // the control
      extendLifetime(second)
    }
    for bytes in [masked.0, masked.1, masked.2] { #expect(try Memory.place(ofMasked: bytes) == nil) }
  }

  @Test("A secret and a purpose have limits", arguments: [(0, 1), (1 << 20 + 1, 1), (1, 0), (1, 256)])
  func sizes(secret: Int, purpose: Int) throws {
    let key = try Sample.key.key()
    let secret = [UInt8](repeating: 1, count: secret)
    #expect(throws: CryptoError(.invalidParameter, "")) {
      _ = try SealedSecret.seal(secret.span, purpose: String(repeating: "x", count: purpose), under: key)
    }
  }

  @Test("A purpose may have 255 bytes")
  func longPurpose() throws {
    let key = try Sample.key.key()
    let purpose = String(repeating: "x", count: 255)
    let sealed = try SealedSecret.seal(Sample.secret.span, purpose: purpose, under: key)
    let opened = try SealedSecret.open(sealed.span, purpose: purpose, with: key)
    #expect(array(opened) == Sample.secret)
  }

  @Test("A key has 32 bytes", arguments: [0, 16, 31, 33, 64])
  func keyCount(count: Int) {
    #expect(throws: CryptoError(.invalidParameter, "")) { _ = try SealingKey.key(SecretBytes(count: count)) }
  }

  @Test("An empty passphrase, and stretching beyond the limits, are refused")
  func passphrases() {
    func isRefused(_ text: String, _ stretching: KeyStretchingParameters, _ limits: KeyStretchingLimits) -> Bool {
      do throws(CryptoError) {
        _ = try SealingKey.passphrase(SecretBytes(copying: text.utf8), stretching: stretching, limits: limits)
        return false
      } catch {
        return error.code == .invalidParameter
      }
    }
    #expect(isRefused("", .default, .default))
    #expect(isRefused("correct horse", .rfc9807Argon2id, .default))
    #expect(isRefused("correct horse", .default, KeyStretchingLimits(minimumWork: 196_609)))
    #expect(!isRefused("correct horse", .default, KeyStretchingLimits(minimumWork: 196_608)))
  }
}
