public import PassBindCrypto
internal import PassBindOPAQUE
public import PassBindSASL
internal import PassBindSCRAM

/// What an administrator does to accounts: makes them, gives them passwords and API keys, changes and deletes them.
public struct AccountAdministration: Sendable {
  /// The accounts.
  public let store: any CredentialStore
  /// The hashes to make a new password's verifiers with. Stock clients know SHA-256; few know SHA-512.
  public var hashes: [HashFunction] = [.sha512, .sha256]
  /// The iteration counts of new verifiers, by hash; ``SCRAMVerifier/defaultIterations(for:)`` where it says nothing.
  /// The server's ``ServerPolicy/iterations`` should say the same.
  public var iterations: [HashFunction: Int] = [:]
  /// The server's keys for OPAQUE. With them, a new password gets OPAQUE records too: leave ``hashes`` empty to have
  /// nothing else.
  public var keyring: OPAQUEKeyring?
  /// Which of OPAQUE's mechanisms a new password gets records for, where there is a ``keyring``: OPAQUE-R255, OPAQUE-EA
  /// or both. A record of the one does not log in by the other. An account with both can't keep notes: each gives
  /// another key to seal them under.
  public var opaqueMechanisms = OPAQUEMechanism.preferred
  /// The key stretching of new OPAQUE records. The server's ``ServerPolicy/stretching`` should say the same.
  public var stretching = KeyStretchingParameters.default
  /// The clock.
  public var time = TimeSource.system

  /// An administration of a store's accounts.
  public init(_ store: any CredentialStore) { self.store = store }

  /// Makes an account with a password. The password is stretched once for each hash and each of OPAQUE's mechanisms,
  /// off the caller's executor.
  ///
  /// - Parameters:
  ///   - name: the name, to be prepared by SASLprep.
  ///   - password: the password, in UTF-8, likewise.
  /// - Throws: ``AccountError`` `invalidName`, `invalidPassword`, `invalidCredential` for ``opaqueMechanisms`` that are
  ///   none of OPAQUE's, `alreadyExists`, `unavailable`.
  @discardableResult
  public func create(_ name: String, password: borrowing SecretBytes) async throws(AccountError) -> Account {
    let name = try AccountName(name)
    // Before the work, for a quick answer; insertion checks again.
    guard try await store.account(named: name) == nil else { throw .alreadyExists(name) }
    let (credentials, condition) = try await credentials(for: password, of: name)
    return try await store.insert(Account(name, credentials: credentials, created: time.now()), under: condition)
  }

  /// Gives an account another password. No credential of the old one is left, of whatever kind; API keys stay.
  ///
  /// - Throws: ``AccountError`` `invalidName`, `invalidPassword`, `invalidCredential` as ``create(_:password:)``,
  ///   `notFound`, `conflict`, `unavailable`.
  @discardableResult
  public func changePassword(
    of name: String, to password: borrowing SecretBytes
  ) async throws(AccountError) -> Account {
    let (credentials, condition) = try await credentials(for: password, of: AccountName(name))
    return try await replacePassword(of: name, by: credentials, under: condition)
  }

  @discardableResult
  func replacePassword(
    of name: String, by credentials: [Credential], under condition: ServerRecordCondition?
  ) async throws(AccountError) -> Account {
    try await change(name, under: condition) { account throws(AccountError) in
      try account.replacePassword(by: credentials)
    }
  }

  /// Gives an account a TrueNAS API key, in place of the one with the same number if there is one: the client logs in
  /// as `user:ID`. As TrueNAS has it, the key is used as it is, without SASLprep, and with SHA-512.
  ///
  /// - Parameters:
  ///   - id: the key's number, 1 to 2,147,483,647.
  ///   - key: the key.
  ///   - name: the account's name.
  /// - Throws: ``AccountError`` `invalidName`, `invalidCredential`, `notFound`, `conflict`, `unavailable`.
  @discardableResult
  public func setAPIKey(
    _ id: Int32, to key: borrowing SecretBytes, of name: String
  ) async throws(AccountError) -> Account {
    let credential = try await Credential(verifier(for: key, .sha512, .none), apiKeyID: id)
    return try await change(name) { account throws(AccountError) in try account.set(credential) }
  }

  /// Changes an account. If somebody else changes it meanwhile, `edit` runs again on what they made of it.
  ///
  /// - Returns: the account as it is stored now.
  /// - Throws: ``AccountError`` `invalidName`, `notFound`, `unavailable`, `conflict` if it was always somebody else, or
  ///   what `edit` throws.
  @discardableResult
  public func change(
    _ name: String, _ edit: (inout Account) throws(AccountError) -> Void
  ) async throws(AccountError) -> Account {
    try await change(name, under: nil, edit)
  }

  @discardableResult
  func change(
    _ name: String, under condition: ServerRecordCondition?, _ edit: (inout Account) throws(AccountError) -> Void
  ) async throws(AccountError) -> Account {
    let name = try AccountName(name)
    var conflict: AccountError?
    for _ in 0..<16 {
      guard var account = try await store.account(named: name) else { throw .notFound(name) }
      try edit(&account)
      account.changed = time.now()
      do throws(AccountError) {
        return try await store.update(account, notes: [:], under: condition)
      } catch  where error.code == .conflict {
        conflict = error
      }
    }
    throw conflict ?? .notFound(name)
  }

  /// Deletes an account.
  ///
  /// - Throws: ``AccountError`` `invalidName`, `notFound`, `unavailable`.
  public func delete(_ name: String) async throws(AccountError) {
    try await store.delete(AccountName(name), version: nil)
  }

  /// Goes through all accounts, ordered by name, without holding them all in memory.
  ///
  /// - Throws: ``AccountError`` `unavailable`, `corrupt` or `tooNew`, or what `body` throws.
  public func forEach(_ body: (Account) async throws(AccountError) -> Void) async throws(AccountError) {
    var last: AccountName?
    while true {
      let page = try await store.accounts(after: last, limit: 256)
      for account in page { try await body(account) }
      guard let name = page.last?.name else { return }
      last = name
    }
  }

  private func credentials(
    for password: borrowing SecretBytes, of name: AccountName
  ) async throws(AccountError) -> ([Credential], ServerRecordCondition?) {
    var credentials: [Credential] = []
    for hash in hashes { credentials.append(try await Credential(verifier(for: password, hash, .saslPrep))) }
    guard keyring != nil else { return (credentials, nil) }
    let keys = try await currentKeys()
    let prepared: SecretBytes
    do throws(OPAQUEError) {
      prepared = try OPAQUESASLClientPolicy().prepare(password)
    } catch {
      throw AccountError(keys: error)
    }
    for mechanism in opaqueMechanisms.withoutRepeats {
      guard let record = opaqueRecordType(of: mechanism) else {
        throw AccountError(.invalidCredential, "\(mechanism) is none of OPAQUE's mechanisms")
      }
      credentials.append(try await opaqueCredential(record, for: prepared, of: name, under: keys))
    }
    return (credentials, keys.condition)
  }

  private func verifier(
    for password: borrowing SecretBytes, _ hash: HashFunction, _ preparation: SCRAMPreparation
  ) async throws(AccountError) -> SCRAMVerifier {
    do throws(SCRAMError) {
      return try await SCRAMVerifier.make(
        password: password, hash: hash, iterations: iterations[hash], preparation: preparation)
    } catch {
      switch error.code {
      case .invalidPassword: throw AccountError(.invalidPassword, error.reason)
      case .invalidVerifier: throw AccountError(.invalidCredential, error.reason)
      default: throw AccountError(.unavailable, error.reason)
      }
    }
  }
}
