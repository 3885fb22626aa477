package import PassBindCrypto
internal import PassBindSASL

/// The messages of a registration (REGISTRATION.md of PassBindOPAQUE, "SCRAM"): pure functions between bytes and
/// values, strict to its letter. Both ends of it are made of these, the server's in another module. `client-1` is the
/// empty message.
package enum SCRAMRegistrationMessage {
  /// `server-1`.
  package struct Parameters {
    /// 1 to 1,024 bytes.
    package let salt: [UInt8]
    package let iterations: Int

    package init(parsing message: [UInt8]) throws(SCRAMError) {
      var attributes = AttributeReader(try SCRAMMessage.bounded(message))
      salt = try attributes.base64("s")
      iterations = try SCRAMMessage.ServerFirst.count(attributes.next("i"))
      try attributes.end()
    }
  }

  package static func parameters(salt: [UInt8], iterations: Int) -> [UInt8] {
    var out = AttributeWriter()
    out.add("s", base64: salt)
    out.add("i", String(iterations).utf8)
    return out.bytes
  }

  /// `client-2`.
  package struct Keys {
    /// As many bytes as the hash has.
    package let storedKey: [UInt8]
    /// As many bytes as the hash has.
    package let serverKey: [UInt8]

    package init(parsing message: [UInt8], hash: HashFunction) throws(SCRAMError) {
      var attributes = AttributeReader(try SCRAMMessage.bounded(message))
      storedKey = try attributes.base64("k")
      serverKey = try attributes.base64("v")
      try attributes.end()
      guard storedKey.count == hash.digestCount, serverKey.count == hash.digestCount else {
        throw SCRAMError(.invalidVerifier, "stored key, server key: \(hash.digestCount) bytes wanted")
      }
    }
  }

  package static func keys(of verifier: SCRAMVerifier) -> [UInt8] {
    var out = AttributeWriter()
    out.add("k", base64: verifier.storedKey)
    out.add("v", base64: verifier.serverKey)
    return out.bytes
  }
}
