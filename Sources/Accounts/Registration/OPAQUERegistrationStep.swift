internal import PassBindOPAQUE
internal import PassBindSASL

/// A registration for one of OPAQUE's mechanisms whose answer is out and whose record is awaited.
struct OPAQUERegistrationStep: Sendable {
  private let account: Account
  private let notes: [NoteName: [UInt8]]
  private let record: any OPAQUEPasswordRecord.Type
  private let keyID: OPAQUEKeyID
  private let condition: ServerRecordCondition

  /// Takes `client-1`: answers the request under the current keys.
  static func open(
    _ session: AccountSession, _ record: any OPAQUEPasswordRecord.Type, _ message: [UInt8]
  ) async throws(AccountError) -> RegistrationExchange.Next {
    let authenticator = session.authenticator
    let account = try await session.account()
    guard let notes = try await authenticator.store.notes(of: account.name) else { throw .notFound(account.name) }
    guard notes.version == account.version else {
      throw AccountError(.conflict, "somebody else is changing the account: try again")
    }
    guard let keyring = authenticator.keyring else {
      throw AccountError(.keysMissing, "there are no server keys for OPAQUE")
    }
    try await keyring.refresh()
    let now = keyring.current
    let stretching = authenticator.policy.stretching
    let response = try opaque { () throws(OPAQUEError) in
      let request = try OPAQUERegistrationMessage.Request(parsing: message)
      return try record.response(to: request.bytes, for: Array(account.name.description.utf8), under: now)
    }
    return .challenge(
      .opaque(
        OPAQUERegistrationStep(
          account: account, notes: notes.notes, record: record, keyID: now.keys.current.keyID,
          condition: now.condition)),
      OPAQUERegistrationMessage.response(response, stretching, notes: notes.notes.count))
  }

  /// Takes `client-2`: the record.
  func finish(_ session: AccountSession, _ message: [UInt8]) async throws(AccountError) -> RegistrationExchange.Next {
    let stretching = session.authenticator.policy.stretching
    let made = try opaque { () throws(OPAQUEError) in
      let bytes = try OPAQUERegistrationMessage.Record(parsing: message).bytes
      return try record.init(record: bytes, keyID: keyID, stretching: stretching) as any OPAQUEPasswordRecord
    }
    return try await NoteResealing(account, Credential(opaque: made), notes, condition).next(session)
  }
}

/// The notes of an account, one after the other: their owner seals them anew under the new password's key. Then all is
/// written.
struct NoteResealing: Sendable {
  private let account: Account
  private let credential: Credential
  private let condition: ServerRecordCondition
  /// Those that are still to come, the next one last.
  private var waiting: [(name: NoteName, sealed: [UInt8])]
  private var resealed: [NoteName: [UInt8]?] = [:]

  init(
    _ account: Account, _ credential: Credential, _ notes: [NoteName: [UInt8]], _ condition: ServerRecordCondition
  ) {
    self.account = account
    self.credential = credential
    self.condition = condition
    waiting = notes.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
  }

  /// Takes `client-note`, for the note that was sent last.
  func next(_ session: AccountSession, _ message: [UInt8]) async throws(AccountError) -> RegistrationExchange.Next {
    var rest = self
    guard let note = rest.waiting.popLast() else { throw AccountError(.malformedMessage, "there are no more notes") }
    let answer = try opaque { () throws(OPAQUEError) in
      try OPAQUERegistrationMessage.ResealedNote(parsing: message)
    }
    if let sealed = answer.sealed { rest.resealed[note.name] = .some(sealed) }
    return try await rest.next(session)
  }

  /// Sends `server-note` for the next one, or writes.
  func next(_ session: AccountSession) async throws(AccountError) -> RegistrationExchange.Next {
    if let note = waiting.last {
      return .challenge(.resealing(self), OPAQUERegistrationMessage.note(note.name.description, note.sealed))
    }
    try await session.commit(credential, to: account, notes: resealed, under: condition)
    return .done
  }
}

extension AccountSession {
  /// Writes a registration, all at once, if the account is still what it was when the registration began.
  func commit(
    _ credential: Credential, to account: Account, notes: [NoteName: [UInt8]?] = [:],
    under condition: ServerRecordCondition? = nil
  ) async throws(AccountError) {
    var account = account
    try account.replacePassword(by: [credential])
    account.changed = authenticator.time.now()
    try await authenticator.store.update(account, notes: notes, under: condition)
  }
}

/// Runs `work`, and says what it throws in this module's words.
private func opaque<R>(_ work: () throws(OPAQUEError) -> R) throws(AccountError) -> R {
  do { return try work() } catch {
    throw AccountError(error.code == .unavailable ? .unavailable : .malformedMessage, error.reason)
  }
}
