import PassBindCrypto
import Testing

@Suite("PBKDF2")
struct PBKDF2Tests {
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

  @Test("Cancelling the task stops the work", .timeLimit(.minutes(1)))
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
