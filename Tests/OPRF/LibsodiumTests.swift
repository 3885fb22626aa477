import Foundation
import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPRF

/// HashToGroup against libsodium's map, over a second, plain expand_message_xmd. libsodium is looked for when the tests
/// run (Debian: libsodium23). Under CI its absence is a failure.
@Suite("Against libsodium", .enabled(if: isLibsodiumWanted, "libsodium is not installed"))
struct LibsodiumTests {
  @Test("HashToGroup", arguments: OPRFMode.allCases)
  func hashesToGroup(mode: OPRFMode) throws {
    let map = try unsafe #require(libsodiumMap, "libsodium is not installed")
    let tag = Array("HashToGroup-OPRFV1-".utf8) + [mode.rawValue] + Array("-ristretto255-SHA512".utf8)
    for count in 0..<1000 {
      let input = randomBytes(count: count)
      let b0Input = [UInt8](repeating: 0, count: 128) + input + [0, 64, 0] + tag + [UInt8(tag.count)]
      let b0 = try HashFunction.sha512.digest(of: b0Input.span)
      let b1Input = b0 + [1] + tag + [UInt8(tag.count)]
      let b1 = try HashFunction.sha512.digest(of: b1Input.span)
      var theirs = [UInt8](repeating: 0, count: 32)
      #expect(unsafe map(&theirs, b1) == 0)
      #expect(try hashToGroup(input.span, mode: mode).encoded == theirs)
    }
  }
}

private typealias Map = @convention(c) (UnsafeMutablePointer<UInt8>, UnsafePointer<UInt8>) -> Int32

/// crypto_core_ristretto255_from_hash, which is older than the RFC and the same.
private let libsodiumMap: Map? = {
  guard let handle = unsafe dlopen("libsodium.so.23", RTLD_NOW) ?? dlopen("libsodium.dylib", RTLD_NOW),
    let symbol = unsafe dlsym(handle, "crypto_core_ristretto255_from_hash")
  else { return nil }
  return unsafe unsafeBitCast(symbol, to: Map.self)
}()

private let isLibsodiumWanted =
  unsafe libsodiumMap != nil || ProcessInfo.processInfo.environment["CI"] == "true"
