import CPeers
import PassBindCrypto

/// PBKDF2 of one block against OpenSSL's PKCS5_PBKDF2_HMAC: an 11-byte password, a 16-byte salt.
func pbkdf2Comparison(_ hash: HashFunction, bits: Int32, iterations: Int) -> Comparison {
  let password = Array("hunter2 more".utf8.prefix(11))
  let salt = [UInt8](repeating: 7, count: 16)
  return Comparison(
    name: "pbkdf2-sha\(bits)", unit: "ns/iteration",
    ours: {
      try microseconds {
        _ = try pbkdf2(password: password.span, salt: salt.span, iterations: iterations, hash: hash)
      } * 1000 / Double(iterations)
    },
    theirs: {
      var out = [UInt8](repeating: 0, count: hash.digestCount)
      return microseconds {
        let ok = peer_pkcs5_pbkdf2(bits, password, password.count, salt, salt.count, Int32(iterations), &out)
        precondition(ok == 1)
      } * 1000 / Double(iterations)
    })
}
