import Foundation
import Testing

@testable import PassBindRistretto

/// Differential tests against libsodium, an independent implementation. It is looked for when the tests run, so that
/// nothing but these tests needs it (Debian: libsodium23). Under CI its absence is a failure.
@Suite("Against libsodium", .enabled(if: Libsodium.isWanted, "libsodium is not installed"))
struct LibsodiumTests {
  private let sodium: Libsodium

  init() throws { sodium = try #require(Libsodium.shared, "libsodium is not installed") }

  @Test("Multiples, and when there is one")
  func multiples() {
    var nasty = NastyBytes()
    for _ in 0..<2000 {
      let a = nasty.scalar()
      let p = nasty.point()
      let multiple = (a * p).encoded
      let theirs = sodium.multiple(a.encoded, p.encoded)
      // It refuses the identity.
      #expect(multiple == (theirs ?? [UInt8](repeating: 0, count: 32)))
      let generatorMultiple = RistrettoPoint(generatorTimes: a).encoded
      let theirGeneratorMultiple = sodium.generatorMultiple(a.encoded)
      #expect(generatorMultiple == (theirGeneratorMultiple ?? [UInt8](repeating: 0, count: 32)))
    }
  }

  @Test("Sums and differences")
  func sums() {
    var nasty = NastyBytes()
    for _ in 0..<2000 {
      let p = nasty.point()
      let q = nasty.point()
      #expect((p + q).encoded == sodium.sum(p.encoded, q.encoded))
      #expect((p - q).encoded == sodium.difference(p.encoded, q.encoded))
    }
  }

  @Test("The map")
  func map() throws {
    var nasty = NastyBytes()
    for _ in 0..<5000 {
      let bytes = nasty.bytes(32) + nasty.bytes(32)
      #expect(try RistrettoPoint(mapping: bytes.span).encoded == sodium.map(bytes))
    }
  }

  @Test("Which encodings are valid")
  func validity() {
    var nasty = NastyBytes()
    var valid = 0
    for i in 0..<20_000 {
      var bytes = nasty.bytes(32)
      // Every other one has a chance.
      if i % 2 == 0 {
        bytes[0] &= 0xfe
        bytes[31] &= 0x7f
      }
      let isValid = (try? RistrettoPoint(decoding: bytes.span, allowingIdentity: true)) != nil
      // libsodium 1.0.18 ignores the top bit; RFC 9496 section 4.3.1 refuses it.
      #expect(isValid == (bytes[31] < 0x80 && sodium.isValid(bytes)), "\(bytes)")
      if isValid { valid += 1 }
    }
    #expect(valid > 100)
  }

  @Test("Arithmetic of scalars")
  func scalars() throws {
    var nasty = NastyBytes()
    for _ in 0..<5000 {
      let a = nasty.scalar()
      let b = nasty.scalar()
      let sum = (a + b).encoded
      #expect(sum == sodium.scalarSum(a.encoded, b.encoded))
      let difference = (a - b).encoded
      #expect(difference == sodium.scalarDifference(a.encoded, b.encoded))
      let product = (a * b).encoded
      #expect(product == sodium.scalarProduct(a.encoded, b.encoded))
      if !a.isZero {
        let inverse = try a.inverted().encoded
        #expect(inverse == sodium.scalarInverse(a.encoded))
      }
      let wide = nasty.bytes(64)
      let reduced = try RistrettoScalar(reducing: wide.span).encoded
      #expect(reduced == sodium.scalarReduction(wide))
    }
  }
}

/// The functions of libsodium that are compared with, found at run time.
@safe struct Libsodium: @unchecked Sendable {
  private typealias OneArgument = @convention(c) (UnsafeMutablePointer<UInt8>, UnsafePointer<UInt8>) -> Int32
  private typealias TwoArguments =
    @convention(c) (
      UnsafeMutablePointer<UInt8>, UnsafePointer<UInt8>, UnsafePointer<UInt8>
    ) -> Int32

  static let shared = Libsodium()
  static let isWanted = shared != nil || ProcessInfo.processInfo.environment["CI"] == "true"

  private let handle: UnsafeMutableRawPointer

  private init?() {
    guard let handle = unsafe dlopen("libsodium.so.23", RTLD_NOW) ?? dlopen("libsodium.dylib", RTLD_NOW) else {
      return nil
    }
    unsafe self.handle = handle
    guard unsafe dlsym(handle, "crypto_core_ristretto255_from_hash") != nil,
      let start = unsafe dlsym(handle, "sodium_init")
    else { return nil }
    guard unsafe unsafeBitCast(start, to: (@convention(c) () -> Int32).self)() >= 0 else { return nil }
  }

  private func symbol(_ name: String) -> UnsafeMutableRawPointer {
    guard let symbol = unsafe dlsym(handle, name) else { fatalError("libsodium lacks \(name)") }
    return unsafe symbol
  }

  private func one(_ name: String, _ a: [UInt8]) -> [UInt8]? {
    var out = [UInt8](repeating: 0, count: 32)
    let status = unsafe unsafeBitCast(symbol(name), to: OneArgument.self)(&out, a)
    return status == 0 ? out : nil
  }

  private func two(_ name: String, _ a: [UInt8], _ b: [UInt8]) -> [UInt8]? {
    var out = [UInt8](repeating: 0, count: 32)
    let status = unsafe unsafeBitCast(symbol(name), to: TwoArguments.self)(&out, a, b)
    return status == 0 ? out : nil
  }

  /// For a function of theirs that returns nothing: what looks like its status is not to be looked at.
  private func oneVoid(_ name: String, _ a: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 32)
    typealias Function = @convention(c) (UnsafeMutablePointer<UInt8>, UnsafePointer<UInt8>) -> Void
    unsafe unsafeBitCast(symbol(name), to: Function.self)(&out, a)
    return out
  }

  private func twoVoid(_ name: String, _ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 32)
    typealias Function =
      @convention(c) (UnsafeMutablePointer<UInt8>, UnsafePointer<UInt8>, UnsafePointer<UInt8>) -> Void
    unsafe unsafeBitCast(symbol(name), to: Function.self)(&out, a, b)
    return out
  }

  func multiple(_ scalar: [UInt8], _ point: [UInt8]) -> [UInt8]? {
    two("crypto_scalarmult_ristretto255", scalar, point)
  }
  func generatorMultiple(_ scalar: [UInt8]) -> [UInt8]? { one("crypto_scalarmult_ristretto255_base", scalar) }
  func sum(_ p: [UInt8], _ q: [UInt8]) -> [UInt8]? { two("crypto_core_ristretto255_add", p, q) }
  func difference(_ p: [UInt8], _ q: [UInt8]) -> [UInt8]? { two("crypto_core_ristretto255_sub", p, q) }
  func map(_ bytes: [UInt8]) -> [UInt8]? { one("crypto_core_ristretto255_from_hash", bytes) }
  func scalarSum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] { twoVoid("crypto_core_ristretto255_scalar_add", a, b) }
  func scalarDifference(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] { twoVoid("crypto_core_ristretto255_scalar_sub", a, b) }
  func scalarProduct(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] { twoVoid("crypto_core_ristretto255_scalar_mul", a, b) }
  func scalarInverse(_ a: [UInt8]) -> [UInt8]? { one("crypto_core_ristretto255_scalar_invert", a) }
  func scalarReduction(_ a: [UInt8]) -> [UInt8] { oneVoid("crypto_core_ristretto255_scalar_reduce", a) }

  func isValid(_ bytes: [UInt8]) -> Bool {
    typealias Function = @convention(c) (UnsafePointer<UInt8>) -> Int32
    return unsafe unsafeBitCast(symbol("crypto_core_ristretto255_is_valid_point"), to: Function.self)(bytes) == 1
  }
}
