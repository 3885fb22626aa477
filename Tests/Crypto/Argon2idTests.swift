import Foundation
import PassBindCrypto
import Testing

@Suite("Argon2id", .enabled(if: !Argon2Backend.available.isEmpty, "neither OpenSSL 3.2 nor the trait Argon2 is here"))
struct Argon2idTests {
  @Test("The published vector", arguments: Argon2Backend.available)
  func published(backend: Argon2Backend) throws {
    // RFC 9106 section 5.3.
    func run(_ byte: UInt8, _ count: Int) -> [UInt8] { .init(repeating: byte, count: count) }
    let (password, salt, secret, associated) = (run(1, 32), run(2, 16), run(3, 8), run(4, 12))
    let got = try argon2id(
      password: password.span, salt: salt.span, secret: secret.span, associatedData: associated.span, memory: 32,
      passes: 3, lanes: 4, count: 32, backend: backend)
    #expect(array(got) == bytes("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"))
  }

  typealias Vector = (password: Int, salt: Int, memory: Int, passes: Int, lanes: Int, count: Int, tag: String)

  /// What argon2-cffi 25.1.0 gives. Byte i of the password is 7 * i + 1; a salt of 16 bytes is zeros, as in RFC 9807,
  /// and byte i of another 7 * i + 2. Of a tag longer than 64 bytes it is the SHA-512.
  static let vectors: [Vector] = [
    (
      0, 16, 8, 1, 1, 32,
      "cfa0d2d242da6703d311d7eefc922e39cc60c9f4ec93a67d20995be541a06be4"
        + ""
    ),
    (
      8, 8, 64, 3, 4, 64,
      "c6b0f28a526646b1b4f412eca0546a515321da7254ec4e829c221830746623b5"
        + "510337d6cfb89143dbe6bb509c49421f5424160b500dbf96bb5263158bd8557d"
    ),
    (64, 16, 64, 1, 2, 24, "1856fcd08f1c676b4a4262d7ee504325a9abf3df25588cb8"),
    (
      1, 32, 4096, 2, 3, 64,
      "6c402fee4f69693311db9de0f3e972a52fda69989ca9a4b478b951e32298f5b0"
        + "53e41dc9b6039770cba33e3c2747f20081e66e0c5ebf9b8cd6229be9822bf864"
    ),
    (
      64, 16, 65536, 3, 4, 64,
      "ba86eee009a14803160624698db4517aa700803f556f1e92a852b5ab73aa2218"
        + "1c3c280eb6d16129f76c52c45ee508c9fdd547a93dead563562dcc45a4727fc3"
    ),
    (
      64, 16, 19456, 2, 1, 64,
      "8b2c97b35b377acf0791b8fac6c3e13c3741360c41c3ec8ad8db8ca0042d8ea3"
        + "8929658f3a48a93951ddb7d6d14a41a5b4ea37a8f11c1d8d7e6a367eea6fa37e"
    ),
    (
      129, 200, 1000, 4, 7, 100,
      "f01e7170fdf478a6d1a9104bca8ead2c6c9a803b8044656ddf585997a1110d6a"
        + "c1464af2cccd3349be7df891647ed3a8fa4ca53470eaf06556776b0f7dcabf26"
    ),
    (1000, 16, 257, 5, 16, 4, "42206c6e"),
    (
      64, 16, 160, 2, 20, 1024,
      "b130acd83b0ff81b7c348dc8bc5a60afb23164e4b764be767e4ea1d7294556c6"
        + "b5d15d0cccacd7c6dbf00627b98d481ff72c46290359de6739840d07fe888a41"
    ),
  ]

  @Test("It agrees with argon2-cffi", arguments: Argon2Backend.available, vectors)
  func differential(backend: Argon2Backend, vector: Vector) throws {
    func pattern(_ count: Int, _ tag: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + tag) } }
    let (password, none) = (pattern(vector.password, 1), [UInt8]())
    let salt = vector.salt == 16 ? [UInt8](repeating: 0, count: 16) : pattern(vector.salt, 2)
    let got = try argon2id(
      password: password.span, salt: salt.span, secret: none.span, associatedData: none.span, memory: vector.memory,
      passes: vector.passes, lanes: vector.lanes, count: vector.count, backend: backend)
    let tag = vector.count <= 64 ? array(got) : try HashFunction.sha512.digest(of: got.span)
    #expect(tag == bytes(vector.tag))
    #expect(got.count == vector.count)
  }

  /// Tests/Interop/argon2 writes such a file: password, salt, memory, passes, lanes and tag in each line.
  private static let vectorFile = ProcessInfo.processInfo.environment["PASSBIND_ARGON2_VECTORS"]

  @Test("A file of vectors", .enabled(if: vectorFile != nil), arguments: Argon2Backend.available)
  func file(backend: Argon2Backend) throws {
    let lines = try String(contentsOfFile: #require(Self.vectorFile), encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 1)
    for line in lines {
      let fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      let costs = try fields[2...4].map { try #require(Int($0)) }
      let (password, salt, none) = (bytes(fields[0]), bytes(fields[1]), [UInt8]())
      let tag = bytes(fields[5])
      let got = try argon2id(
        password: password.span, salt: salt.span, secret: none.span, associatedData: none.span, memory: costs[0],
        passes: costs[1], lanes: costs[2], count: tag.count, backend: backend)
      #expect(array(got) == tag, "\(backend): \(line)")
    }
  }

  @Test("Without a choice, the first that is there computes it")
  func choice() throws {
    let (password, salt, none) = ([UInt8]("password".utf8), [UInt8](repeating: 0, count: 16), [UInt8]())
    let backend = try #require(Argon2Backend.available.first)
    let a = try argon2id(password: password.span, salt: salt.span, memory: 64, passes: 1, lanes: 4, count: 32)
    let b = try argon2id(
      password: password.span, salt: salt.span, secret: none.span, associatedData: none.span, memory: 64, passes: 1,
      lanes: 4, count: 32, backend: backend)
    #expect(array(a) == array(b))
  }
}

/// What needs no backend.
@Suite("Argon2id's refusals")
struct Argon2idRefusalTests {
  static let refused: [(salt: Int, memory: Int, passes: Int, lanes: Int, count: Int)] = [
    (7, 64, 1, 1, 32), (0, 64, 1, 1, 32), (16, 7, 1, 1, 32), (16, 0, 1, 1, 32), (16, -1, 1, 1, 32),
    (16, 31, 1, 4, 32), (16, 1 << 32, 1, 1, 32), (16, Int.max, 1, 1, 32), (16, Int.min, 1, 1, 32),
    (16, 64, 0, 1, 32), (16, 64, -1, 1, 32), (16, 64, 1 << 32, 1, 32), (16, 64, 1, 0, 32), (16, 64, 1, -1, 32),
    (16, 1 << 31, 1, 1 << 24, 32), (16, 64, 1, Int.max, 32), (16, 64, 1, 1, 3), (16, 64, 1, 1, 0),
    (16, 64, 1, 1, -1), (16, 64, 1, 1, 1025), (16, 64, 1, 1, Int.max),
  ]

  @Test("Parameters outside their limits are refused", arguments: refused)
  func limits(parameters: (salt: Int, memory: Int, passes: Int, lanes: Int, count: Int)) {
    let (password, salt) = ([UInt8]("password".utf8), [UInt8](repeating: 0, count: parameters.salt))
    #expect(throws: CryptoError(.invalidParameter, "")) {
      _ = try argon2id(
        password: password.span, salt: salt.span, memory: parameters.memory, passes: parameters.passes,
        lanes: parameters.lanes, count: parameters.count)
    }
  }

  @Test("A backend that is not there says what to do")
  func absent() {
    let missing = Set(Argon2Backend.allCases).subtracting(Argon2Backend.available)
    let (salt, none) = ([UInt8](repeating: 0, count: 16), [UInt8]())
    for backend in missing.map(Optional.some) + [nil] {
      let error = #expect(throws: CryptoError.self) {
        _ = try argon2id(
          password: none.span, salt: salt.span, secret: none.span, associatedData: none.span, memory: 64, passes: 1,
          lanes: 1, count: 32, backend: backend)
      }
      #expect(error?.code == .unavailable)
      #expect(error?.reason.contains("enable the trait Argon2") == true)
    }
  }
}
