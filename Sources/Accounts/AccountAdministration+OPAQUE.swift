public import PassBindCrypto
internal import PassBindOPAQUE
internal import PassBindSASL

extension AccountAdministration {
  /// Makes an account that has no password yet, and a token for its owner to choose one by: the server never sees it
  /// then. An account that there is loses the password it had. Its owner may log in by either of OPAQUE's mechanisms to
  /// do so.
  ///
  /// - Parameters:
  ///   - name: the name, to be prepared by SASLprep.
  ///   - lifetime: for how long the token is good; by then the password has to be there.
  ///   - replacing: whether an account that there is already loses its password; otherwise it is an error.
  /// - Returns: the token: 160 random bits as 32 small letters and digits, in UTF-8. It is for that person and nobody
  ///   else to see, and it is not kept.
  /// - Throws: ``AccountError`` `keysMissing` without ``keyring``, `invalidName`, `alreadyExists`, `conflict`,
  ///   `unavailable`.
  public func invite(
    _ name: String, for lifetime: Duration, replacing: Bool = false
  ) async throws(AccountError) -> SecretBytes {
    let name = try AccountName(name)
    let existing = try await store.account(named: name)
    guard existing == nil || replacing else { throw .alreadyExists(name) }
    let keys = try await currentKeys()
    let token = Self.randomToken()
    let expiry = time.now() + lifetime
    var credentials: [Credential] = []
    for record in opaqueRecordTypes {
      credentials.append(try await self.token(token, of: name, as: record, under: keys, until: expiry))
    }
    if existing == nil {
      try await store.insert(Account(name, credentials: credentials, created: time.now()), under: keys.condition)
    } else {
      try await replacePassword(of: name.description, by: credentials, under: keys.condition)
    }
    return token
  }

  private func token<Record: OPAQUEPasswordRecord>(
    _ token: borrowing SecretBytes, of name: AccountName, as _: Record.Type, under keys: OPAQUEKeyring.Snapshot,
    until expiry: Timestamp
  ) async throws(AccountError) -> Credential {
    try await EnrolmentCredential(expires: expiry, record(Record.self, for: token, of: name, under: keys)).credential()
  }

  /// A password's credential for one of OPAQUE's mechanisms.
  func opaqueCredential<Record: OPAQUEPasswordRecord>(
    _: Record.Type, for password: borrowing SecretBytes, of name: AccountName, under keys: OPAQUEKeyring.Snapshot
  ) async throws(AccountError) -> Credential {
    try await Credential(opaque: record(Record.self, for: password, of: name, under: keys))
  }

  /// Made in one step. The server sees the password, as it does not when its owner registers.
  private func record<Record: OPAQUEPasswordRecord>(
    _: Record.Type, for password: borrowing SecretBytes, of name: AccountName, under keys: OPAQUEKeyring.Snapshot
  ) async throws(AccountError) -> Record {
    do throws(OPAQUEError) {
      return try await Record(password, for: Array(name.description.utf8), under: keys, stretching: stretching)
    } catch {
      throw AccountError(keys: error)
    }
  }

  /// The keys to register under, as new as can be.
  func currentKeys() async throws(AccountError) -> OPAQUEKeyring.Snapshot {
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
