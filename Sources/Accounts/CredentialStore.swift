public import PassBindCrypto

/// Where accounts are kept. A store keeps bytes and compares versions; what a credential means, what time it is and how
/// many failures are too many is decided above it.
///
/// Whatever a call changed is there to stay when the call returns, even if the process is killed then. Several tasks
/// may use one store at once, and several processes where the store allows it.
///
/// Updates compare and set: an account is read, changed, and written with the version it was read with. If somebody
/// else wrote it in between, the write throws `conflict`, and nothing is lost.
public protocol CredentialStore: Sendable {
  /// The account of that name; nil if there is none.
  ///
  /// - Throws: ``AccountError`` `unavailable`, `corrupt` or `tooNew`.
  func account(named name: AccountName) async throws(AccountError) -> Account?

  /// Adds an account, whatever its version says, and returns it with its first version, which no account of that name
  /// had before: ``Account/atFirstVersion()``. It has no notes.
  ///
  /// - Parameters:
  ///   - account: the account.
  ///   - condition: what must hold in the moment of the change; nil: nothing.
  /// - Throws: ``AccountError`` `alreadyExists`, `conflict` if the condition fails, or `unavailable`; then nothing is
  ///   changed.
  @discardableResult
  func insert(
    _ account: Account, under condition: ServerRecordCondition?
  ) async throws(AccountError) -> Account

  /// Writes an account in place of the stored one of the same name and version, and returns it with its next version.
  ///
  /// - Parameters:
  ///   - account: the account.
  ///   - notes: what is to be in place of the notes so named; nil takes a note away. Others stay as they are.
  ///   - condition: what must hold in the moment of the change; nil: nothing.
  /// - Throws: ``AccountError`` `notFound`, `conflict` if the account is at another version or the condition fails,
  ///   `invalidSize` (see ``AccountNotes``), `tooNew` or `unavailable`; then neither account nor notes are changed.
  @discardableResult
  func update(
    _ account: Account, notes: [NoteName: [UInt8]?], under condition: ServerRecordCondition?
  ) async throws(AccountError) -> Account

  /// An account's notes; nil if there is no such account.
  ///
  /// - Throws: ``AccountError`` `unavailable`, `corrupt` or `tooNew`.
  func notes(of name: AccountName) async throws(AccountError) -> AccountNotes?

  /// Deletes an account and its notes. Given a version, only if the account is still at that version.
  ///
  /// - Throws: ``AccountError`` `notFound`, `conflict` or `unavailable`.
  func delete(_ name: AccountName, version: UInt64?) async throws(AccountError)

  /// The first `limit` accounts whose names come after `name`, ordered by name; from the start where it is nil.
  ///
  /// - Throws: ``AccountError`` `unavailable`, `corrupt` or `tooNew`.
  func accounts(after name: AccountName?, limit: Int) async throws(AccountError) -> [Account]

  /// How many accounts there are.
  ///
  /// - Throws: ``AccountError`` `unavailable`.
  func accountCount() async throws(AccountError) -> Int

  /// The server's own secret of that name, and `candidate` if there was none: whoever asks first decides, in one atomic
  /// step, so that all who share the store agree.
  ///
  /// - Parameters:
  ///   - name: 1 to 64 characters.
  ///   - candidate: the secret to keep if there is none, 1 to 65,536 bytes.
  /// - Throws: ``AccountError`` `unavailable` or `corrupt`.
  func serverSecret(
    named name: String, orKeep candidate: borrowing SecretBytes
  ) async throws(AccountError) -> SecretBytes

  /// The server's own record of that name; nil if there is none.
  ///
  /// - Throws: ``AccountError`` `unavailable` or `corrupt`.
  func serverRecord(named name: String) async throws(AccountError) -> ServerRecord?

  /// Writes a record of the server's own, and returns it with its next version.
  ///
  /// - Parameters:
  ///   - name: 1 to 64 characters.
  ///   - bytes: the record, 1 to 65,536 bytes.
  ///   - version: the version of the record that it takes the place of; 0: there is none yet.
  /// - Throws: ``AccountError`` `conflict` if the record is at another version, `invalidSize`, `unavailable` or
  ///   `corrupt`.
  @discardableResult
  func setServerRecord(
    named name: String, to bytes: [UInt8], replacing version: UInt64
  ) async throws(AccountError) -> ServerRecord

  /// Reads the entries under `keys`, lets `change` alter them, and writes them back, in one atomic step. Entries that
  /// expire by `now` have never been there.
  ///
  /// `change` may run more than once, and only what its last run did counts.
  ///
  /// - Parameters:
  ///   - keys: no two the same.
  ///   - now: the time.
  ///   - limit: how many entries there may be in all. Past it, those that would expire first are dropped, up to a
  ///     sixteenth of all at once, so that a store which is full need not look for the first one at each change.
  ///   - change: gets the entries in the order of `keys`, nil for those that are not there; nil takes an entry away.
  /// - Throws: ``AccountError`` `unavailable`, or what `change` throws; then nothing is changed.
  func changeEntries<Outcome: Sendable>(
    under keys: [EntryKey], now: Timestamp, limit: Int,
    _ change: @escaping @Sendable (inout [Entry?]) throws(AccountError) -> Outcome
  ) async throws(AccountError) -> Outcome
}

/// The name of something that a store keeps for a while: 32 bytes.
public struct EntryKey: Hashable, Sendable {
  /// The bytes.
  public let bytes: [UInt8]

  /// The SHA-256 digest of `text`, so that all keys have one length and say nothing.
  ///
  /// - Throws: ``AccountError`` `unavailable` if OpenSSL lacks SHA-256.
  public init(digestOf text: String) throws(AccountError) {
    do throws(CryptoError) {
      bytes = try HashFunction.sha256.digest(of: Array(text.utf8).span)
    } catch {
      throw AccountError(.unavailable, error.reason)
    }
  }
}

/// Something that a store keeps for a while: the count of somebody's failures.
public struct Entry: Hashable, Sendable {
  /// The entry, which the store does not look into; at most 4,096 bytes.
  public var bytes: [UInt8]
  /// From when on the entry is gone.
  public var expires: Timestamp

  /// An entry.
  public init(_ bytes: [UInt8], expires: Timestamp) {
    self.bytes = bytes
    self.expires = expires
  }

  /// One part in so many of the entries that there may be is dropped at once.
  package static let roomShare = 16

  /// How many entries a store keeps that has `limit` of them.
  package static func kept(of limit: Int) -> Int { max(0, limit) - max(0, limit) / roomShare }
}

extension CredentialStore {
  /// Adds an account, whatever its version says, and returns it with its first version.
  ///
  /// - Throws: ``AccountError`` `alreadyExists` or `unavailable`.
  @discardableResult
  public func insert(_ account: Account) async throws(AccountError) -> Account {
    try await insert(account, under: nil)
  }

  /// Writes an account in place of the stored one of the same name and version, and returns it with its next version.
  /// Its notes stay.
  ///
  /// - Throws: ``AccountError`` `notFound`, `conflict`, `tooNew` or `unavailable`.
  @discardableResult
  public func update(_ account: Account) async throws(AccountError) -> Account {
    try await update(account, notes: [:], under: nil)
  }

  /// The server's own secret of that name: `count` random bytes, made when it is first asked for.
  ///
  /// - Throws: ``AccountError`` `unavailable` or `corrupt`, also where the secret has another length.
  public func serverSecret(named name: String, count: Int) async throws(AccountError) -> SecretBytes {
    let secret = try await serverSecret(named: name, orKeep: .random(count: count))
    guard secret.count == count else {
      throw AccountError(.corrupt, "the server's secret \(name) has \(secret.count) bytes, not \(count)")
    }
    return secret
  }
}
