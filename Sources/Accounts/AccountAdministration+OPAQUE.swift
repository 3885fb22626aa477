public import PassBindCrypto
internal import PassBindOPAQUE
internal import PassBindSASL

extension AccountAdministration {
  /// Makes an account that has no password yet, and a token for its owner to choose one by: the server never sees it then. An
  /// account that there is loses the password it had.
  ///
  /// - Parameters:
  ///   - name: the name, to be prepared by SASLprep.
  ///   - lifetime: for how long the token is good.
  ///   - replacing: whether an account that there is already loses its password; otherwise it is an error.
  /// - Returns: the token: 160 random bits as 32 small letters and digits, in UTF-8. It is for that person and nobody else to see,
  ///   and it is not kept.
  /// - Throws: ``AccountError`` `keysMissing` without ``keyring``, `invalidName`, `alreadyExists`, `conflict`, `unavailable`.
  public func invite(
    _ name: String, for lifetime: Duration, replacing: Bool = false
  ) async throws(AccountError) -> SecretBytes {
    let name = try AccountName(name)
    let existing = try await store.account(named: name)
    guard existing == nil || replacing else { throw .alreadyExists(name) }
    let (keys, condition) = try await currentKeys()
    let token = Self.randomToken()
    let opaque = try await opaqueCredential(for: token, of: name, under: keys)
    let credential = try EnrolmentCredential(expires: time.now() + lifetime, opaque).credential()
    if existing == nil {
      try await store.insert(Account(name, credentials: [credential], created: time.now()), under: condition)
    } else {
      try await replacePassword(of: name.description, by: [credential], under: condition)
    }
    return token
  }

  /// The record of a password, made in one step. The server sees the password, as it does not when its owner registers.
  func opaqueCredential(
    for password: borrowing SecretBytes, of name: AccountName, under keys: OPAQUEServerKeys
  ) async throws(AccountError) -> OPAQUECredential {
    do throws(OPAQUEError) {
      let registration = try await keys.current.register(
        password: password, credentialIdentifier: Array(name.description.utf8), stretching: stretching)
      return OPAQUECredential(record: registration.record, keyID: keys.current.keyID, stretching: stretching)
    } catch {
      throw AccountError(keys: error)
    }
  }

  /// The keys to register under, as new as can be, and the condition that they are still the same.
  func currentKeys() async throws(AccountError) -> (OPAQUEServerKeys, ServerRecordCondition) {
    guard let keyring else { throw AccountError(.keysMissing, "there are no server keys for OPAQUE") }
    try await keyring.refresh()
    return keyring.current
  }

  /// 160 bits in base32 (RFC 4648 section 6), in small letters: nothing in it that SASLprep would change.
  private static func randomToken() -> SecretBytes {
    let random = SecretBytes.random(count: 20)
    var token = SecretBytes(count: 32)
    var span = token.mutableSpan
    let bytes = random.span
    for group in 0..<4 {
      var bits: UInt64 = 0
      for index in 0..<5 { bits = bits << 8 | UInt64(bytes[5 * group + index]) }
      for index in 0..<8 {
        let five = UInt8(truncatingIfNeeded: bits >> UInt64(35 - 5 * index)) & 31
        // a...z for 0 to 25, 2...7 from 26 on, without a table to look up in.
        let isDigit = UInt8(0) &- (five &+ 6) >> 5
        span[8 * group + index] = five &+ UInt8(ascii: "a") &- isDigit & (UInt8(ascii: "a") &+ 26 &- UInt8(ascii: "2"))
      }
    }
    return token
  }
}
