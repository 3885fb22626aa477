package import PassBindCrypto
internal import PassBindSASL

/// How a client makes the record of a password, for one of OPAQUE's mechanisms.
package protocol OPAQUERecordMaker: ~Copyable {
  /// RegistrationRequest (RFC 9807 section 5.1), 32 bytes.
  var request: [UInt8] { get }

  /// FinalizeRegistrationRequest (section 5.2.3).
  consuming func record(
    response: [UInt8], stretching: KeyStretchingParameters, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEMadeRecord
}

/// RegistrationRecord, 192 bytes, and what its maker keeps.
package struct OPAQUEMadeRecord: ~Copyable {
  let bytes: [UInt8]
  let exportKey: SecretBytes
  let serverPublicKey: [UInt8]

  package init(bytes: [UInt8], exportKey: consuming SecretBytes, serverPublicKey: [UInt8]) {
    self.bytes = bytes
    self.exportKey = exportKey
    self.serverPublicKey = serverPublicKey
  }
}

/// The client's end of a registration over the wire (REGISTRATION.md), which OPAQUE's mechanisms have in common: the
/// record, then the notes.
package final class OPAQUERegistrationSteps<Maker: OPAQUERecordMaker & ~Copyable> {
  private enum State: ~Copyable {
    case begun(Maker)
    case resealing(Resealing)
    case done(OPAQUERegistrationOutcome)
    case over
  }

  package let initialResponse: [UInt8]

  private var state: State
  private var oldVault: OPAQUEVault?
  private let account: String
  private let mayLoseNotes: Bool
  private let limits: KeyStretchingLimits
  private let random: (Int) -> [UInt8]

  package init(
    _ maker: consuming Maker, limits: KeyStretchingLimits, resealing vault: consuming OPAQUEVault?,
    mayLoseNotes: Bool, account: String, random: @escaping (Int) -> [UInt8]
  ) throws(OPAQUEError) {
    self.account = try OPAQUESASLMessage.prepare(user: account)
    initialResponse = OPAQUERegistrationMessage.request(maker.request)
    state = .begun(maker)
    oldVault = vault
    self.mayLoseNotes = mayLoseNotes
    self.limits = limits
    self.random = random
  }

  package func respond(to challenge: [UInt8]) async throws(OPAQUEError) -> [UInt8] {
    var now = State.over
    swap(&now, &state)
    switch consume now {
    case .begun(let maker):
      return try await register(maker, challenge)
    case .resealing(var resealing):
      let message = try resealing.next(challenge, from: oldVault, random)
      state = .resealing(resealing)
      return message
    case .done: throw OPAQUEError(.outOfOrder, "a challenge after the server claimed success")
    case .over: throw OPAQUEError(.outOfOrder, "a challenge after the exchange was over")
    }
  }

  private func register(_ maker: consuming Maker, _ challenge: [UInt8]) async throws(OPAQUEError) -> [UInt8] {
    let response = try OPAQUERegistrationMessage.Response(parsing: challenge)
    guard response.notes == 0 || mayLoseNotes || oldVault != nil else {
      throw OPAQUEError(
        .notesWouldBeLost, "the account has \(response.notes) notes, which only a login by OPAQUE can bring along")
    }
    do throws(CryptoError) {
      try limits.permits(response.stretching)
    } catch {
      throw OPAQUEError(.stretchingRefused, error.reason)
    }
    let made = try await maker.record(
      response: response.bytes, stretching: response.stretching, envelopeNonce: random(32))
    let message = OPAQUERegistrationMessage.record(made.bytes)
    state = .resealing(try Resealing(made, account: account, notes: response.notes))
    return message
  }

  package func finish(with data: [UInt8]?) throws(OPAQUEError) {
    var now = State.over
    swap(&now, &state)
    guard case .resealing(let resealing) = consume now, resealing.left == 0 else {
      throw OPAQUEError(.outOfOrder, "the server claims success before the record and the last note, or twice")
    }
    guard data?.isEmpty ?? true else { throw OPAQUEError(.outOfOrder, "the server adds data to its success") }
    state = .done(resealing.outcome())
  }

  package func takeOutcome() -> OPAQUERegistrationOutcome? {
    var now = State.over
    swap(&now, &state)
    switch consume now {
    case .done(let outcome): return outcome
    case .begun(let maker):
      state = .begun(maker)
      return nil
    case .resealing(let resealing):
      state = .resealing(resealing)
      return nil
    case .over: return nil
    }
  }
}

/// A client that has made its record, and goes through the notes.
private struct Resealing: ~Copyable {
  private let exportKey: SecretBytes
  private let serverPublicKey: [UInt8]
  private let vault: OPAQUEVault
  private var lastName = ""
  private var resealed = 0
  private var kept = 0
  /// How many notes are yet to come.
  private(set) var left: Int

  init(_ made: borrowing OPAQUEMadeRecord, account: String, notes: Int) throws(OPAQUEError) {
    exportKey = made.exportKey.copy()
    serverPublicKey = made.serverPublicKey
    vault = try OPAQUEVault(exportKey: made.exportKey, account: account)
    left = notes
  }

  /// The answer to a note: the note under the new key, or an empty message where the old one does not open it.
  mutating func next(
    _ message: [UInt8], from oldVault: borrowing OPAQUEVault?, _ random: (Int) -> [UInt8]
  ) throws(OPAQUEError) -> [UInt8] {
    guard left > 0 else { throw OPAQUEError(.outOfOrder, "more notes than the server announced") }
    let note = try OPAQUERegistrationMessage.Note(parsing: message)
    guard lastName.utf8.lexicographicallyPrecedes(note.name.utf8) else {
      throw OPAQUEError(.outOfOrder, "the notes are not in the order of their names, or one comes twice")
    }
    lastName = note.name
    left -= 1
    guard let opened = try? oldVault?.open(note.sealed.span, name: note.name) else {
      kept += 1
      return OPAQUERegistrationMessage.resealedNote(nil)
    }
    resealed += 1
    return OPAQUERegistrationMessage.resealedNote(
      try vault.seal(opened.span, name: note.name, nonce: random(AES256GCM.nonceCount)))
  }

  consuming func outcome() -> OPAQUERegistrationOutcome {
    OPAQUERegistrationOutcome(
      exportKey: exportKey, serverPublicKey: serverPublicKey, resealedNotes: resealed, keptNotes: kept)
  }
}
