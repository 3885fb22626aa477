// A secret sealed at rest. The bytes, version 1:
//
//   magic       8   "PBSEALED"
//   version     1   1
//   purpose     1 + 1...255, its count first: what the secret is, as the caller calls it
//   stretching  1 + 0...64, its count first: the text form of the parameters; none if it was sealed under a key
//   count       4   of the secret, most significant byte first
//   salt       32   random
//   nonce      12   random
//   check      32
//   sealed      as many as the secret has, and a tag of 16
//
// The passphrase, stretched with the salt to 32 bytes, or the key itself is the input of HKDF-SHA-512 (RFC 5869) with
// the same salt; expanded to 64 bytes with all that stands before `check` as info, it gives the key of AES-256-GCM and
// `check`. So each sealing has a key of its own, which no nonce meets twice. GCM's associated data is all that stands
// before `sealed`. `check` is there because GCM alone lets one ciphertext be made that opens under many keys, which
// tries many passphrases at once.

package enum SealedSecret {
  /// The most bytes a secret may have: 1 MiB.
  package static let maximumCount = 1 << 20

  /// Seals a secret, differently each time. With a passphrase it blocks for as long as stretching takes.
  ///
  /// - Parameters:
  ///   - secret: 1 byte to 1 MiB.
  ///   - purpose: 1 to 255 bytes of UTF-8 that say what the secret is. It is not secret; opening asks for the same.
  /// - Throws: ``CryptoError`` `invalidParameter` or `unavailable`.
  package static func seal(
    _ secret: Span<UInt8>, purpose: String, under key: borrowing SealingKey
  ) throws(CryptoError) -> [UInt8] {
    try seal(
      secret, purpose: purpose, under: key, salt: randomBytes(count: SealedHeader.saltCount),
      nonce: randomBytes(count: AES256GCM.nonceCount))
  }

  /// The same with a given salt and nonce, for the tests.
  package static func seal(
    _ secret: Span<UInt8>, purpose: String, under key: borrowing SealingKey, salt: [UInt8], nonce: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    let header = try SealedHeader(
      purpose: purpose, stretching: key.stretching?.parameters, secretCount: secret.count, salt: salt, nonce: nonce)
    var bytes = header.bytes
    let keys = try keys(key, header, bytes.span)
    bytes += keys.check
    return try bytes
      + AES256GCM.seal(secret, key: keys.encryption.span, nonce: nonce.span, associatedData: bytes.span)
  }

  /// Opens what `seal` made. With a passphrase it blocks for as long as stretching takes; what the bytes ask for is
  /// checked against the key's limits first.
  ///
  /// - Throws: ``CryptoError`` `notAuthentic` if the key, the passphrase or the purpose is another one or any byte was
  ///   changed, added or left out; `invalidParameter` if stretching would cost more than the limits allow;
  ///   `unavailable`.
  package static func open(
    _ sealed: Span<UInt8>, purpose: String, with key: borrowing SealingKey
  ) throws(CryptoError) -> SecretBytes {
    let header = try SealedHeader(parsing: sealed)
    guard header.purpose.elementsEqual(purpose.utf8) else {
      throw CryptoError(.notAuthentic, "this was sealed for another purpose than \(purpose)")
    }
    let checkEnd = sealed.count - header.secretCount - AES256GCM.tagCount  // the header has checked that
    let headerEnd = checkEnd - checkCount
    let keys = try keys(key, header, sealed.extracting(..<headerEnd))
    guard constantTimeEqual(keys.check.span, sealed.extracting(headerEnd..<checkEnd)) else {
      throw CryptoError(.notAuthentic, "the key or the passphrase is another one, or the bytes were changed")
    }
    return try AES256GCM.open(
      sealed.extracting(checkEnd...), key: keys.encryption.span, nonce: header.nonce.span,
      associatedData: sealed.extracting(..<checkEnd))
  }

  static let checkCount = 32

  private struct Keys: ~Copyable {
    let encryption: SecretBytes
    let check: [UInt8]
  }

  private static func keys(
    _ key: borrowing SealingKey, _ header: SealedHeader, _ headerBytes: Span<UInt8>
  ) throws(CryptoError) -> Keys {
    let input: SecretBytes
    switch (header.stretching, key.stretching) {
    case (nil, nil):
      input = key.secret.copy()
    case (let parameters?, let own?):
      try own.limits.permitsCap(parameters)
      input = try parameters.stretch(key.secret.span, salt: header.salt.span, count: SealingKey.keyCount)
    case (_?, nil):
      throw CryptoError(.notAuthentic, "this was sealed with a passphrase, and opens with that alone")
    case (nil, _?):
      throw CryptoError(.notAuthentic, "this was sealed with a key, and opens with that alone")
    }
    let pseudorandomKey = try HashFunction.sha512.extract(salt: header.salt.span, inputKeyMaterial: input.span)
    let keys = try HashFunction.sha512.expand(
      pseudorandomKey.span, info: headerBytes, count: AES256GCM.keyCount + checkCount)
    let check = keys.span.extracting(AES256GCM.keyCount...)
    return Keys(
      encryption: SecretBytes(copying: keys.span.extracting(..<AES256GCM.keyCount)),
      check: check.indices.map { check[$0] })
  }
}
