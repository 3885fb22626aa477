import PassBindCrypto
import Testing

@Suite("Key stretching parameters")
struct KeyStretchingParametersTests {
  private static func isRefused(_ body: () throws(CryptoError) -> KeyStretchingParameters) -> Bool {
    do throws(CryptoError) {
      _ = try body()
      return false
    } catch {
      return error.code == .invalidParameter
    }
  }

  static let texts = [
    "argon2id,m=65536,t=3,p=4", "argon2id,m=2097152,t=1,p=4", "argon2id,m=8,t=1,p=1", "argon2id,m=9,t=1,p=1",
    "argon2id,m=4294967295,t=4294967295,p=16777215", "argon2id,m=134217720,t=1,p=16777215",
    "scrypt,n=32768,r=8,p=1", "scrypt,n=2,r=1,p=1", "scrypt,n=32768,r=1,p=1", "scrypt,n=4294967296,r=1024,p=1024",
  ]

  @Test("Each has one text form, which is read back", arguments: texts)
  func text(text: String) throws {
    let parameters = try KeyStretchingParameters(parsing: text)
    #expect(parameters.description == text)
    #expect(text.utf8.count <= 64)
  }

  @Test("The named ones are what the standards say")
  func named() throws {
    #expect(KeyStretchingParameters.default.description == "argon2id,m=65536,t=3,p=4")
    #expect(KeyStretchingParameters.rfc9807Argon2id.description == "argon2id,m=2097152,t=1,p=4")
    #expect(KeyStretchingParameters.rfc9807Scrypt.description == "scrypt,n=32768,r=8,p=1")
    #expect(KeyStretchingParameters.strongScrypt.description == "scrypt,n=131072,r=8,p=1")
    let best: KeyStretchingParameters = Argon2Backend.available.isEmpty ? .strongScrypt : .default
    #expect(KeyStretchingParameters.bestAvailable == best)
    #expect(try KeyStretchingParameters.argon2id(memory: 65_536, passes: 3, lanes: 4) == .default)
    #expect(try KeyStretchingParameters.scrypt(n: 32_768, r: 8, p: 1) == .rfc9807Scrypt)
  }

  static let malformed = [
    "", ",", ",,,", "argon2id", "argon2id,", "argon2id,m=65536", "argon2id,m=65536,t=3", "argon2id,m=65536,t=3,p=",
    "argon2id,m=65536,t=3,p=4,", "argon2id,m=65536,t=3,p=4,k=1", ",argon2id,m=65536,t=3,p=4",
    "argon2id,m=65536,,t=3,p=4", "argon2id,m=65536,t=3,p=4 ", " argon2id,m=65536,t=3,p=4",
    "argon2id,m=65536,t=3,p=4\n", "argon2id,m=65536,t=3,p=4\0", "argon2id, m=65536,t=3,p=4",
    "argon2id,m= 65536,t=3,p=4",
    "Argon2id,m=65536,t=3,p=4", "argon2i,m=65536,t=3,p=4", "argon2d,m=65536,t=3,p=4", "argon2id,M=65536,t=3,p=4",
    "argon2id,t=3,m=65536,p=4", "argon2id,m=65536,p=4,t=3", "argon2id,m=65536,t=3,t=3", "argon2id,n=65536,r=3,p=4",
    "argon2id,m65536,t=3,p=4", "argon2id,m==65536,t=3,p=4", "argon2id,m=065536,t=3,p=4", "argon2id,m=65536,t=03,p=4",
    "argon2id,m=+65536,t=3,p=4", "argon2id,m=65536,t=-3,p=4", "argon2id,m=0x10000,t=3,p=4",
    "argon2id,m=65_536,t=3,p=4",
    "argon2id,m=65536.0,t=3,p=4", "argon2id,m=65536,t=\u{ff13},p=4", "argon2id,m=65536,t=3,p=4\u{301}",
    "argon2id,m=18446744073709551616,t=3,p=4", "argon2id,m=99999999999999999999999999999,t=3,p=4",
    "$argon2id$v=19$m=65536,t=3,p=4", "scrypt", "scrypt,n=32768,r=8", "scrypt,N=32768,r=8,p=1",
    "scrypt,r=8,n=32768,p=1",
    "scrypt,n=032768,r=8,p=1", "scrypt,ln=15,r=8,p=1", "scrypt,n=32768,r=8,p=1,", "scrypt,m=32768,t=8,p=1", "identity",
    String(repeating: "a", count: 65), String(repeating: ",", count: 100_000),
  ]

  @Test("Any other text is refused", arguments: malformed)
  func refused(text: String) {
    #expect(Self.isRefused { () throws(CryptoError) in try KeyStretchingParameters(parsing: text) })
  }

  @Test("Whatever byte is changed: it is refused, or reads back as it stands", arguments: texts)
  func mutated(text: String) {
    let original = Array(text.utf8)
    for i in original.indices {
      for byte in UInt8.min...UInt8.max {
        var bytes = original
        bytes[i] = byte
        do throws(CryptoError) {
          let parameters = try KeyStretchingParameters(parsing: bytes.span)
          #expect(Array(parameters.description.utf8) == bytes)
        } catch {
          #expect(error.code == .invalidParameter)
        }
      }
      var bytes = original
      bytes.remove(at: i)
      let parameters = try? KeyStretchingParameters(parsing: bytes.span)
      #expect(parameters.map { Array($0.description.utf8) == bytes } != false)
    }
  }

  static let noArgon2id: [(m: Int, t: Int, p: Int)] = [
    (7, 1, 1), (0, 1, 1), (-1, 1, 1), (15, 1, 2), (1 << 32, 1, 1), (Int.max, 1, 1), (Int.min, 1, 1), (8, 0, 1),
    (8, -1, 1), (8, 1 << 32, 1), (8, Int.max, 1), (8, 1, 0), (8, 1, -1), (1 << 31, 1, 1 << 24), (8, 1, Int.max),
    (8, 1, Int.min),
  ]

  @Test("Values that Argon2id does not have do not exist", arguments: noArgon2id)
  func argon2id(value: (m: Int, t: Int, p: Int)) {
    #expect(
      Self.isRefused { () throws(CryptoError) in
        try .argon2id(memory: value.m, passes: value.t, lanes: value.p)
      })
    #expect(
      Self.isRefused { () throws(CryptoError) in
        try KeyStretchingParameters(parsing: "argon2id,m=\(value.m),t=\(value.t),p=\(value.p)")
      })
  }

  static let noScrypt: [(n: Int, r: Int, p: Int)] = [
    (0, 8, 1), (1, 8, 1), (3, 8, 1), (-2, 8, 1), (Int.min, 8, 1), (Int.max, 8, 1), (1 << 33, 8, 1), (1 << 16, 1, 1),
    (1 << 32, 2, 1), (2, 0, 1), (2, -1, 1), (2, 1025, 1), (2, Int.max, 1), (2, 1, 0), (2, 1, -1), (2, 1, 1025),
    (2, 1, Int.max),
  ]

  @Test("Nor do values that scrypt does not have", arguments: noScrypt)
  func scrypt(value: (n: Int, r: Int, p: Int)) {
    #expect(Self.isRefused { () throws(CryptoError) in try .scrypt(n: value.n, r: value.r, p: value.p) })
    #expect(
      Self.isRefused { () throws(CryptoError) in
        try KeyStretchingParameters(parsing: "scrypt,n=\(value.n),r=\(value.r),p=\(value.p)")
      })
  }

  /// By hashlib.scrypt and argon2-cffi 25.1.0, with RFC 9807's salt of 16 zeros.
  static let stretched: [(KeyStretchingParameters, String)] = [
    (
      .rfc9807Scrypt,
      "821c384a3f232a4d41f4c68ed40aeb5b8a16bea836d2aa3c697400ed28a2c382"
        + "ddfd989a36c0d4604e8a95dc3c9a80e8e104d247a6f2a2b359d2ef012408aee5"
    ),
    (
      .default,
      "b9dd6d446b23ed2678948ef350afd1315968d007533f09bd6d177a96093d7189"
        + "6f3c39e64875afa61531550ff7c2e4eb28acad953e44c1ae8147947da4e31e6c"
    ),
  ]

  @Test("Stretching gives what other programs give", arguments: stretched)
  func stretch(parameters: KeyStretchingParameters, want: String) async throws {
    let (password, salt) = ([UInt8]("password".utf8), [UInt8](repeating: 0, count: 16))
    do {
      let got = try await stretchingKeys { () throws(CryptoError) in
        try parameters.stretch(password.span, salt: salt.span, count: 64)
      }
      #expect(array(got) == bytes(want))
    } catch {
      #expect(error.code == .unavailable)
      #expect(parameters == .default && Argon2Backend.available.isEmpty)
    }
  }

  @Test("Salt and count have limits", arguments: [(7, 32), (0, 32), (16, 3), (16, 0), (16, -1), (16, 1025)])
  func counts(salt: Int, count: Int) throws {
    let (input, salt) = ([UInt8]("password".utf8), [UInt8](repeating: 0, count: salt))
    for parameters in [KeyStretchingParameters.default, .rfc9807Scrypt] {
      #expect(throws: CryptoError(.invalidParameter, "")) {
        _ = try parameters.stretch(input.span, salt: salt.span, count: count)
      }
    }
  }

  @Test("The most memory that scrypt needs is just enough", arguments: [(2, 1, 1), (1024, 8, 16), (16, 1, 1024)])
  func memory(n: Int, r: Int, p: Int) throws {
    let (input, salt) = ([UInt8]("password".utf8), [UInt8](repeating: 0, count: 16))
    let got = try KeyStretchingParameters.scrypt(n: n, r: r, p: p).stretch(input.span, salt: salt.span, count: 32)
    #expect(got.count == 32)
  }
}
