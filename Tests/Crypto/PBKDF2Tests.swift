import PassBindCrypto
import Testing

@Suite("PBKDF2")
struct PBKDF2Tests {
  /// RFC 6070 section 2 (the vectors of one block), and the first block of RFC 7914 section 11.
  static let vectors: [(HashFunction, password: String, salt: String, iterations: Int, want: String)] = [
    (.sha1, "password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
    (.sha1, "password", "salt", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
    (.sha1, "password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"),
    (.sha256, "passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"),
  ]

  @Test("Published vectors", arguments: vectors, [PBKDF2Path.default, .evp, .reference])
  func published(
    vector: (HashFunction, password: String, salt: String, iterations: Int, want: String), path: PBKDF2Path
  ) throws {
    let got = try pbkdf2(
      password: [UInt8](vector.password.utf8).span, salt: [UInt8](vector.salt.utf8).span,
      iterations: vector.iterations, hash: vector.0, path: path)
    #expect(array(got) == bytes(vector.want))
  }

  @Test("Every path agrees with PKCS5_PBKDF2_HMAC over random inputs", arguments: HashFunction.allCases)
  func agreesWithReference(hash: HashFunction) throws {
    for _ in 0..<200 {
      let password = randomBytes(count: Int.random(in: 0...300))
      let salt = randomBytes(count: Int.random(in: 0...80))
      let iterations = Int.random(in: 1...40)
      let want = try pbkdf2(
        password: password.span, salt: salt.span, iterations: iterations, hash: hash, path: .reference)
      for path in [PBKDF2Path.default, .evp] {
        let got = try pbkdf2(password: password.span, salt: salt.span, iterations: iterations, hash: hash, path: path)
        let isEqual = got.isEqual(to: want)
        #expect(isEqual, "\(hash) \(path) password \(password) salt \(salt) iterations \(iterations)")
      }
    }
  }

  @Test("A count that is not positive, or too large, is refused", arguments: [0, -1, Int.min, Int.max, 1 << 32])
  func badCount(iterations: Int) {
    let none: [UInt8] = []
    #expect(throws: CryptoError(.invalidParameter, "")) {
      _ = try pbkdf2(password: none.span, salt: none.span, iterations: iterations, hash: .sha512)
    }
  }

  @Test("Cancelling the task stops the work", .timeLimit(.minutes(60)))
  func cancellation() async {
    let task = Task {
      _ = try await stretchingKeys { () throws(CryptoError) in
        let password: [UInt8] = [1]
        return try pbkdf2(password: password.span, salt: password.span, iterations: Int(UInt32.max), hash: .sha512)
      }
    }
    task.cancel()
    let result = await task.result
    #expect(throws: CryptoError(.cancelled, "")) { try result.get() }
  }
}
