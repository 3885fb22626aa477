public import PassBindSASL

/// What a client that is logged in can ask for its own account: other credentials, an end, and its notes, which it
/// seals before it hands them over.
public enum AccountRequest: Hashable, Sendable {
  /// `REGISTER`: to be checked by this mechanism from now on, and by nothing else. Named without -PLUS; with the first
  /// message of an exchange.
  case register(MechanismName, [UInt8])
  /// `UNREGISTER`: to be deleted.
  case unregister
  /// `VAULT LIST`: what its notes are called.
  case noteNames
  /// `VAULT GET`: the note of this name.
  case note(String)
  /// `VAULT PUT`: to keep this note under this name, in place of any that is there.
  case setNote(String, [UInt8])
  /// `VAULT DELETE`: to forget the note of this name.
  case deleteNote(String)

  /// The most notes that an account may have.
  public static let maximumNoteCount = SealedNotes.maximumCount
  /// The most bytes that a note may have, so that its base64 fits a line; the fewest are 1.
  public static let maximumNoteSize = SealedNotes.maximumSize

  /// Reads what stands behind `VAULT`; nil for anything that is not exactly one of the four.
  init?(vault arguments: [UInt8]) {
    let words = arguments.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    switch (words.first.flatMap { keyword(Array($0)) }, words.count) {
    case ("LIST", 1): self = .noteNames
    case ("GET", 2): self = .note(String(decoding: words[1], as: UTF8.self))
    case ("PUT", 3):
      guard let note = try? Base64.decode(words[2]) else { return nil }
      self = .setNote(String(decoding: words[1], as: UTF8.self), note)
    case ("DELETE", 2): self = .deleteNote(String(decoding: words[1], as: UTF8.self))
    default: return nil
    }
    guard isValid else { return nil }
  }

  /// Whether names and notes are what they may be.
  var isValid: Bool {
    switch self {
    case .register(let mechanism, _): !mechanism.isPlus
    case .unregister, .noteNames: true
    case .note(let name), .deleteNote(let name): SealedNotes.isName(name.utf8)
    case .setNote(let name, let note): SealedNotes.isName(name.utf8) && SealedNotes.sizes.contains(note.count)
    }
  }

  /// The command, without a first message.
  var line: String {
    switch self {
    case .register(let mechanism, _): "REGISTER \(mechanism)"
    case .unregister: "UNREGISTER"
    case .noteNames: "VAULT LIST"
    case .note(let name): "VAULT GET \(name)"
    case .setNote(let name, let note): "VAULT PUT \(name) \(Base64.string(note))"
    case .deleteNote(let name): "VAULT DELETE \(name)"
    }
  }
}

/// What became of an ``AccountRequest``.
public enum AccountAnswer: Hashable, Sendable {
  /// It is done: registered, deleted, kept, forgotten.
  case done
  /// To `VAULT LIST`: the names.
  case noteNames([String])
  /// To `VAULT GET`: the note.
  case note([UInt8])
  /// It is not done.
  case declined(ServiceRefusal)
}
