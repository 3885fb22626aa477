import PassBindCrypto
import Testing

@Suite("Secrets")
struct SecretBytesTests {
  @Test("Taking an array over empties it")
  func taking() {
    var password: [UInt8] = [1, 2, 3]
    let secret = SecretBytes(taking: &password)
    #expect(password.isEmpty)
    #expect(array(secret) == [1, 2, 3])
  }

  @Test("A copy is independent")
  func copy() {
    var a = SecretBytes(copying: [1, 2, 3])
    let b = a.copy()
    var span = a.mutableSpan
    span[0] = 9
    #expect(array(a) == [9, 2, 3])
    #expect(array(b) == [1, 2, 3])
  }

  @Test("A negative count is no bytes", arguments: [0, -1, Int.min])
  func negative(count: Int) {
    let zeros = SecretBytes(count: count)
    let random = SecretBytes.random(count: count)
    #expect(zeros.count == 0)
    #expect(random.count == 0)
    #expect(randomBytes(count: count).isEmpty)
  }

  @Test("A secret is gone from memory when it dies", .enabled(if: Memory.isReadable))
  func wipedFromMemory() throws {
    let masked = randomBytes(count: 32)  // the secret itself must not stand here, or the search finds it
    var secret: SecretBytes? = Memory.unmasked(masked)
    #expect(try Memory.place(ofMasked: masked) != nil)  // the control: while it lives, it is found
    secret = nil
    #expect(try Memory.place(ofMasked: masked) == nil)
    _ = secret.take()
  }

  static let pairs: [([UInt8], [UInt8], Bool)] = [
    ([], [], true), ([1], [1], true), ([1], [2], false), ([1], [], false), ([], [1], false),
    ([1, 2, 3], [1, 2], false), ([0, 0], [0], false), ([1, 2, 3], [1, 2, 3], true), ([1, 2, 3], [9, 2, 3], false),
  ]

  @Test("Equal is equal in length and content", arguments: pairs)
  func equality(a: [UInt8], b: [UInt8], want: Bool) {
    #expect(constantTimeEqual(a.span, b.span) == want)
    let x = SecretBytes(copying: a)
    let y = SecretBytes(copying: b)
    let isEqual = x.isEqual(to: y)
    #expect(isEqual == want)
  }

  @Test("Random bytes differ from call to call, and every byte is filled")
  func random() {
    #expect(randomBytes(count: 32) != randomBytes(count: 32))
    var seen = [Bool](repeating: false, count: 64)
    for _ in 0..<16 {
      for (i, byte) in randomBytes(count: 64).enumerated() where byte != 0 { seen[i] = true }
    }
    #expect(seen.allSatisfy { $0 })
  }

  @Test("Wiping an array empties it")
  func wiping() {
    var bytes: [UInt8] = [1, 2, 3]
    wipe(&bytes)
    #expect(bytes.isEmpty)
  }
}
