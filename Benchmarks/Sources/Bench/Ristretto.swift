import CPeers
import PassBindRistretto

/// ristretto255 against libsodium, bytes in and bytes out: decoding and encoding are part of every operation. What the
/// two give out is compared once, before anything is timed.
enum RistrettoBench {
  private static func scalar(_ seed: UInt8) throws -> [UInt8] {
    let wide = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37) &+ seed }
    return try bytes { (out: inout MutableSpan<UInt8>) throws(RistrettoError) in
      try RistrettoScalar(reducing: wide.span).encode(into: &out)
    }
  }

  private static func point(_ seed: UInt8) throws -> [UInt8] {
    try RistrettoPoint(mapping: (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 91) &+ seed }.span).encoded
  }

  private static func bytes(
    count: Int = 32, _ write: (inout MutableSpan<UInt8>) throws(RistrettoError) -> Void
  ) throws(RistrettoError) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: count)
    var span = out.mutableSpan
    try write(&span)
    return out
  }

  private static func theirBytes(count: Int = 32, _ write: (UnsafeMutablePointer<UInt8>) -> Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress, write(base) == 1 { initialized = count }
    }
  }

  private static func compare(
    _ name: String, repeating count: Int, ours: @escaping () throws -> [UInt8], theirs: @escaping () -> [UInt8]
  ) throws -> Comparison {
    precondition(peer_sodium_init() == 1)
    let (a, b) = (try ours(), theirs())
    precondition(a == b, "\(name): the results differ")
    return Comparison(
      name: name, unit: "us",
      ours: { try microseconds { for _ in 0..<count { _ = try ours() } } / Double(count) },
      theirs: { microseconds { for _ in 0..<count { _ = theirs() } } / Double(count) })
  }

  static func multiplication() throws -> Comparison {
    let (scalar, point) = (try scalar(1), try point(1))
    return try compare(
      "ristretto-scalarmult", repeating: 50,
      ours: {
        try bytes { (out: inout MutableSpan<UInt8>) throws(RistrettoError) in
          try (try RistrettoScalar(decoding: scalar.span) * RistrettoPoint(decoding: point.span)).encode(into: &out)
        }
      },
      theirs: { theirBytes { peer_sodium_multiply(scalar, point, $0) } })
  }

  static func generatorMultiplication() throws -> Comparison {
    let scalar = try scalar(1)
    return try compare(
      "ristretto-base", repeating: 150,
      ours: {
        try bytes { (out: inout MutableSpan<UInt8>) throws(RistrettoError) in
          try RistrettoPoint(generatorTimes: RistrettoScalar(decoding: scalar.span)).encode(into: &out)
        }
      },
      theirs: { theirBytes { peer_sodium_multiply_generator(scalar, $0) } })
  }

  static func map() throws -> Comparison {
    let wide = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 73) }
    return try compare(
      "ristretto-map", repeating: 150,
      ours: {
        try bytes { (out: inout MutableSpan<UInt8>) throws(RistrettoError) in
          try RistrettoPoint(mapping: wide.span).encode(into: &out)
        }
      },
      theirs: { theirBytes { peer_sodium_map(wide, $0) } })
  }

  static func decoding() throws -> Comparison {
    let point = try point(1)
    return try compare(
      "ristretto-decode", repeating: 500,
      ours: {
        _ = try RistrettoPoint(decoding: point.span)
        return [1]
      },
      theirs: { [UInt8(truncatingIfNeeded: peer_sodium_is_valid(point))] })
  }

  static func inversion() throws -> Comparison {
    let scalar = try scalar(1)
    return try compare(
      "scalar-invert", repeating: 100,
      ours: {
        try bytes { (out: inout MutableSpan<UInt8>) throws(RistrettoError) in
          try RistrettoScalar(decoding: scalar.span).inverted().encode(into: &out)
        }
      },
      theirs: { theirBytes { peer_sodium_invert(scalar, $0) } })
  }

  /// What a server computes in the group for one OPAQUE login: the OPRF evaluation, three Diffie-Hellman results, and
  /// its key share (RFC 9807 section 6.4).
  static func opaqueServer() throws -> Comparison {
    let (oprfKey, ephemeral, longTerm) = (try scalar(1), try scalar(2), try scalar(3))
    let (blinded, clientKeyShare, clientKey) = (try point(1), try point(2), try point(3))
    return try compare(
      "opaque-server-group", repeating: 10,
      ours: {
        let (oprf, clientShare) = try RistrettoPoint.decode(blinded.span, and: clientKeyShare.span)
        let client = try RistrettoPoint(decoding: clientKey.span)
        let secret = try RistrettoScalar(decoding: ephemeral.span)
        var products = RistrettoProducts()
        products.append(try RistrettoScalar(decoding: oprfKey.span), times: oprf)
        products.append(secret, and: try RistrettoScalar(decoding: longTerm.span), times: clientShare)
        products.append(secret, times: client)
        products.append(generatorTimes: secret)
        var out = [UInt8](repeating: 0, count: 160)
        var span = out.mutableSpan
        try products.encode(into: &span)
        return out
      },
      theirs: {
        theirBytes(count: 160) { out in
          peer_sodium_multiply(oprfKey, blinded, out)
            & peer_sodium_multiply(ephemeral, clientKeyShare, out + 32)
            & peer_sodium_multiply(longTerm, clientKeyShare, out + 64)
            & peer_sodium_multiply(ephemeral, clientKey, out + 96)
            & peer_sodium_multiply_generator(ephemeral, out + 128)
        }
      })
  }
}
