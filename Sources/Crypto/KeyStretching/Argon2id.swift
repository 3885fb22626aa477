internal import CPassBindOpenSSL

/// A library that computes Argon2id. Which are there shows at run time: see ``available``.
public enum Argon2Backend: Int32, CaseIterable, Sendable, CustomStringConvertible {
  /// OpenSSL's own, from 3.2 on. One thread computes all lanes.
  case openSSL = 1
  /// libargon2, linked under the trait `Argon2`. Each lane has a thread of its own, up to 16.
  case libargon2 = 2

  /// The backends that this process can use, the preferred one first; without any,
  /// ``argon2id(password:salt:memory:passes:lanes:count:)`` throws.
  public static var available: [Argon2Backend] { allCases.filter { passbind_argon2_has($0.rawValue) == 1 } }

  /// The library's name.
  public var description: String {
    switch self {
    case .openSSL: "OpenSSL"
    case .libargon2: "libargon2"
    }
  }
}

/// Argon2id (RFC 9106), version 0x13, by OpenSSL where it has it, else by libargon2 if the trait `Argon2` is on.
///
/// It blocks for as long as it takes (0.1 to 0.3 s with 64 MiB and three passes) and cannot be stopped on the way: call
/// ``stretchingKeys(_:)`` around it in asynchronous code. The memory is wiped before it is given back.
///
/// - Parameters:
///   - password: the password's bytes, any number up to 2^32 - 1.
///   - salt: 8 bytes or more; 16 are usual.
///   - memory: in KiB, 8 for each lane or more, up to 2^32 - 1; the caller bounds it before calling.
///   - passes: over the memory, 1 to 2^32 - 1; the caller bounds it too.
///   - lanes: 1 to 2^24 - 1. The result depends on it, however many threads there are.
///   - count: how many bytes to derive, 4 to 1,024.
/// - Throws: ``CryptoError`` `unavailable` without a backend; `invalidParameter`, also where the memory would not
///   suffice.
public func argon2id(
  password: Span<UInt8>, salt: Span<UInt8>, memory: Int, passes: Int, lanes: Int, count: Int
) throws(CryptoError) -> SecretBytes {
  let none: [UInt8] = []
  return try argon2id(
    password: password, salt: salt, secret: none.span, associatedData: none.span, memory: memory, passes: passes,
    lanes: lanes, count: count, backend: Argon2Backend.available.first)
}

/// The same with the two inputs that only the published vectors have (RFC 9106 3.1: K and X), and by a backend of
/// choice.
package func argon2id(
  password: Span<UInt8>, salt: Span<UInt8>, secret: Span<UInt8>, associatedData: Span<UInt8>, memory: Int,
  passes: Int, lanes: Int, count: Int, backend: Argon2Backend?
) throws(CryptoError) -> SecretBytes {
  guard let memory = UInt32(exactly: memory), let passes = UInt32(exactly: passes), passes > 0,
    let lanes = UInt32(exactly: lanes), (1...0xff_ffff).contains(lanes), memory >= 8 * lanes,
    (4...1024).contains(count), salt.count >= 8, let saltCount = UInt32(exactly: salt.count),
    let passwordCount = UInt32(exactly: password.count), let secretCount = UInt32(exactly: secret.count),
    let associatedCount = UInt32(exactly: associatedData.count)
  else { throw CryptoError(.invalidParameter, "Argon2id parameters out of range") }
  guard let backend, Argon2Backend.available.contains(backend) else {
    throw CryptoError(.unavailable, "there is no Argon2id here: enable the trait Argon2, or use OpenSSL 3.2 or later")
  }
  var out = SecretBytes(count: count)
  var span = out.mutableSpan
  let ok = unsafe span.withUnsafeMutableBufferPointer { out in
    unsafe password.withUnsafeBufferPointer { password in
      unsafe salt.withUnsafeBufferPointer { salt in
        unsafe secret.withUnsafeBufferPointer { secret in
          unsafe associatedData.withUnsafeBufferPointer { associated in
            var input = unsafe passbind_argon2_input(
              password: password.baseAddress, salt: salt.baseAddress, secret: secret.baseAddress,
              associated: associated.baseAddress, password_count: passwordCount, salt_count: saltCount,
              secret_count: secretCount, associated_count: associatedCount, memory: memory, passes: passes,
              lanes: lanes)
            return unsafe passbind_argon2id(backend.rawValue, &input, out.baseAddress, out.count)
          }
        }
      }
    }
  }
  guard ok == 1 else {
    throw CryptoError(.invalidParameter, "\(backend) refuses these Argon2id parameters, or has not the memory for them")
  }
  return out
}
