internal import PassBindSASL

// What a client can ask for its own account once it is logged in. Nothing that a server says about that before the
// login is looked at.
extension ClientProfile {
  /// Asks what can be registered.
  ///
  /// - Throws: ``ProfileError`` `unexpected` before the login. The connection goes on.
  public mutating func askRegistrations() throws(ProfileError) {
    try checkLoggedIn()
    command("CAPABILITY", .registrations(seen: nil))
  }

  /// Asks something for the account. A registration is an exchange: ``Action/challenge(_:)`` may come before the
  /// answer.
  ///
  /// - Throws: ``ProfileError`` `malformed` for a name, a note or a mechanism that cannot be sent, `unexpected` before
  ///   the login. The connection goes on.
  public mutating func request(_ request: AccountRequest) throws(ProfileError) {
    try checkLoggedIn()
    guard request.isValid else {
      throw ProfileError(
        .malformed,
        "a note's name is 1 to 64 letters, digits, full stops, underscores and hyphens, a note has 1 to "
          + "\(AccountRequest.maximumNoteSize) bytes, and a mechanism is registered without -PLUS")
    }
    if case .register(_, let first) = request {
      begin(.registration, request.line, first)
    } else {
      command(request.line, .requesting(request, seen: request == .noteNames ? .noteNames([]) : nil))
    }
  }

  private func checkLoggedIn() throws(ProfileError) {
    guard state == .idle, isLoggedIn else {
      throw ProfileError(.unexpected, "log in first, and ask one thing at a time")
    }
  }

  mutating func finish(
    _ request: AccountRequest, _ seen: AccountAnswer?, _ status: ServerLine.Status, _ text: String
  ) throws(ProfileError) {
    state = .idle
    guard status == .ok else { return actions.append(.answer(.declined(ServiceRefusal(parsing: text)))) }
    switch request {
    case .noteNames, .note:
      guard let seen else { throw ProfileError(.unexpected, "the server says OK, and shows no note") }
      actions.append(.answer(seen))
    case .unregister:
      state = .closed
      actions.append(.answer(.done))
    case .register, .setNote, .deleteNote: actions.append(.answer(.done))
    }
  }

  /// What the server would like this client to register: `[REGISTER name]` in front of the text.
  func wanted(_ text: String) -> MechanismName? {
    guard let response = ResponseCode(in: text), response.name == "REGISTER", let argument = response.argument,
      let name = MechanismName(argument), !name.isPlus
    else { return nil }
    return name
  }
}

extension AccountRequest {
  /// What the answer is with one more `* VAULT` line. The server may show what was asked for, and nothing else.
  func seeing(_ line: [UInt8], after seen: AccountAnswer?) throws(ProfileError) -> AccountAnswer {
    let (word, rest) = splitWord(line)
    let name = String(decoding: word, as: UTF8.self)
    switch (self, seen, rest) {
    case (.noteNames, .noteNames(let names), nil)
    where SealedNotes.isName(name.utf8) && !names.contains(name) && names.count < Self.maximumNoteCount:
      return .noteNames(names + [name])
    case (.note(name), nil, let rest?):
      guard let note = try? Base64.decode(rest), SealedNotes.sizes.contains(note.count) else { break }
      return .note(note)
    default: break
    }
    throw ProfileError(.unexpected, "a VAULT line that is malformed, or that nobody asked for")
  }
}
