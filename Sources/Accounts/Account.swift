/// Somebody who can log in: a name, and what each mechanism checks a login against.
public struct Account: Hashable, Sendable {
  /// The most credentials, and the most authorization identities, that an account may have.
  public static let maximumCount = 256

  /// The name, unique in its store.
  public let name: AccountName
  /// What logins are checked against, by kind.
  public private(set) var credentials: [Credential.Key: Credential]
  /// Whom the account may act as (RFC 4422 section 2), besides itself.
  public private(set) var authorizationIdentities: Set<AccountName>
  /// Whether logins are refused, as if there were no such account.
  public var isDisabled: Bool
  /// When the account was made.
  public let created: Timestamp
  /// When it was last changed.
  public var changed: Timestamp
  /// Another each time the store has written it; 0 before the first time. Updates compare it (see ``CredentialStore``).
  public private(set) var version: UInt64

  /// An account.
  ///
  /// - Throws: ``AccountError`` `invalidCredential` or `invalidName` past ``maximumCount``, and `invalidCredential` for
  ///   two credentials with the same key.
  public init(
    _ name: AccountName, credentials: [Credential] = [], authorizationIdentities: Set<AccountName> = [],
    isDisabled: Bool = false, created: Timestamp, changed: Timestamp? = nil, version: UInt64 = 0
  ) throws(AccountError) {
    guard credentials.count <= Self.maximumCount else { throw .tooManyCredentials }
    guard authorizationIdentities.count <= Self.maximumCount else { throw .tooManyIdentities }
    self.name = name
    self.credentials = [:]
    self.authorizationIdentities = authorizationIdentities
    self.isDisabled = isDisabled
    self.created = created
    self.changed = changed ?? created
    self.version = version
    for credential in credentials {
      guard self.credentials.updateValue(credential, forKey: credential.key) == nil else {
        throw AccountError(.invalidCredential, "an account can't have \(credential) twice")
      }
    }
  }

  /// Adds a credential, in place of the one with the same key if there is one.
  ///
  /// - Throws: ``AccountError`` `invalidCredential` past ``maximumCount``.
  public mutating func set(_ credential: Credential) throws(AccountError) {
    guard credentials[credential.key] != nil || credentials.count < Self.maximumCount else { throw .tooManyCredentials }
    credentials[credential.key] = credential
  }

  /// Takes a credential away, if there is one with this key.
  public mutating func removeCredential(_ key: Credential.Key) { credentials[key] = nil }

  /// Puts credentials in place of all that a password has: so it has one password, and no other. API keys stay.
  ///
  /// - Throws: ``AccountError`` `invalidCredential` past ``maximumCount``.
  mutating func replacePassword(by new: [Credential]) throws(AccountError) {
    for key in credentials.keys where key.apiKeyID == nil { removeCredential(key) }
    for credential in new { try set(credential) }
  }

  /// Lets the account act as `identity`.
  ///
  /// - Throws: ``AccountError`` `invalidName` past ``maximumCount``.
  public mutating func allow(_ identity: AccountName) throws(AccountError) {
    guard authorizationIdentities.contains(identity) || authorizationIdentities.count < Self.maximumCount else {
      throw .tooManyIdentities
    }
    authorizationIdentities.insert(identity)
  }

  /// Lets the account act as `identity` no more.
  public mutating func disallow(_ identity: AccountName) { authorizationIdentities.remove(identity) }

  /// Whether the account may act as `identity`, which it always may as itself.
  public func mayAct(as identity: AccountName) -> Bool {
    identity == name || authorizationIdentities.contains(identity)
  }

  /// The same account at a version to begin with, for a store that inserts it: a random one, so that an account which
  /// is deleted and made anew is not taken for the one before by who still holds that.
  public func atFirstVersion() -> Account { at(version: .random(in: 1...1 << 48)) }

  /// The same account at another version, for a store that has just written it.
  public func at(version: UInt64) -> Account {
    var account = self
    account.version = version
    return account
  }
}

extension AccountError {
  fileprivate static var tooManyCredentials: AccountError {
    AccountError(.invalidCredential, "an account may have \(Account.maximumCount) credentials")
  }

  fileprivate static var tooManyIdentities: AccountError {
    AccountError(.invalidName, "an account may act as \(Account.maximumCount) others")
  }
}
