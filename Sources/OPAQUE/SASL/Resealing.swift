internal import PassBindCrypto

/// A client that has made its record, and goes through the notes.
struct Resealing: ~Copyable {
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
