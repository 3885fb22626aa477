import PassBindCrypto
import Testing

/// What certificates and TLS's other schemes are needed for is tested with them, in Tests/ExportedAuthenticators.
@Suite("Signatures")
struct SignatureTests {
  /// RFC 8032 section 7.1, tests 1 to 3.
  static let ed25519: [(seed: String, publicKey: String, message: String, signature: String)] = [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
        + "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
    (
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
        + "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    ),
  ]

  @Test("Ed25519 of RFC 8032", arguments: 0..<3)
  func ed25519(index: Int) throws {
    let example = Self.ed25519[index]
    let key = try SigningKey(ed25519Seed: bytes(example.seed).span)
    let message = bytes(example.message)
    let signature = try key.signature(of: message.span, scheme: .ed25519)
    #expect(signature == bytes(example.signature))
    let info = key.subjectPublicKeyInfo
    // RFC 8410 section 4.
    #expect(info == bytes("302a300506032b6570032100" + example.publicKey))
    let verifying = try VerifyingKey(subjectPublicKeyInfo: info.span)
    #expect(verifying.subjectPublicKeyInfo == info)
    #expect(key.isPair(of: verifying))
    #expect(verifies(verifying, signature, message))
  }

  @Test("One bit wrong in a signature, or a byte more or less")
  func wrongSignatures() throws {
    let example = Self.ed25519[1]
    let key = try VerifyingKey(subjectPublicKeyInfo: bytes("302a300506032b6570032100" + example.publicKey).span)
    let (message, signature) = (bytes(example.message), bytes(example.signature))
    for i in 0..<(8 * signature.count) {
      var changed = signature
      changed[i / 8] ^= 1 << (i % 8)
      #expect(!verifies(key, changed, message), "bit \(i)")
    }
    for other in [[], Array(signature.dropLast()), signature + [0], signature + signature] {
      #expect(!verifies(key, other, message))
    }
    #expect(!verifies(key, signature, []))
    #expect(!verifies(key, signature, message + [0]))
    for i in Self.ed25519.indices where i != 1 {
      #expect(!verifies(key, bytes(Self.ed25519[i].signature), message))
    }
  }

  /// RFC 8032 section 5.1.7: S is below the order, so that a signature has no second form.
  @Test("S and the order added is another signature, and wrong")
  func malleability() throws {
    let example = Self.ed25519[1]
    let key = try VerifyingKey(subjectPublicKeyInfo: bytes("302a300506032b6570032100" + example.publicKey).span)
    let order = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
    var signature = bytes(example.signature)
    var carry = 0
    for i in 0..<32 {
      let sum = Int(signature[32 + i]) + Int(order[i]) + carry
      signature[32 + i] = UInt8(sum & 0xff)
      carry = sum >> 8
    }
    #expect(carry == 0)
    #expect(!verifies(key, signature, bytes(example.message)))
  }

  @Test("A key signs and checks by its own scheme alone", arguments: SignatureScheme.allCases)
  func schemes(scheme: SignatureScheme) throws {
    let key = try SigningKey(ed25519Seed: [UInt8](repeating: 1, count: 32).span)
    let verifying = try VerifyingKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo.span)
    let isOwn = scheme == .ed25519
    #expect(key.fits(scheme) == isOwn)
    #expect(verifying.fits(scheme) == isOwn)
    guard !isOwn else { return }
    #expect(throws: CryptoError(.invalidParameter, "")) { try key.signature(of: [1].span, scheme: scheme) }
    let signature = try key.signature(of: [1].span, scheme: .ed25519)
    #expect(!verifies(verifying, signature, [1], scheme))
  }

  @Test("Seeds have 32 bytes", arguments: [0, 31, 33, 64])
  func seedLength(count: Int) {
    #expect(throws: CryptoError(.invalidParameter, "")) {
      try SigningKey(ed25519Seed: [UInt8](repeating: 1, count: count).span)
    }
  }

  @Test("What is no public key")
  func badKeys() {
    let good = bytes("302a300506032b6570032100" + Self.ed25519[0].publicKey)
    for bad in [[], Array(good.dropLast()), good + [0], [0], [UInt8](repeating: 0xff, count: 44)] {
      #expect(throws: CryptoError(.invalidParameter, "")) { try VerifyingKey(subjectPublicKeyInfo: bad.span) }
    }
  }

  @Test("What is no private key")
  func badPEM() {
    for bad in ["", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
      #expect(throws: CryptoError(.invalidParameter, "")) { try SigningKey(pem: Array(bad.utf8).span) }
      #expect(throws: CryptoError(.invalidParameter, "")) { try CertificateChain(pem: Array(bad.utf8).span) }
    }
    #expect(throws: CryptoError(.invalidParameter, "")) { try SigningKey(file: "/nonexistent") }
    #expect(throws: CryptoError(.invalidParameter, "")) { try CertificateChain(der: []) }
  }

  private func verifies(
    _ key: VerifyingKey, _ signature: [UInt8], _ message: [UInt8], _ scheme: SignatureScheme = .ed25519
  ) -> Bool { key.isValid(signature.span, of: message.span, scheme: scheme) }
}
