internal import PassBindSASL

// What a client can ask for its own account once it is logged in.
extension ServerProfile {
  /// Answers ``Action/request(_:)``. An answer to something else, or with what no line can hold, is turned into a
  /// refusal.
  public mutating func answer(_ answer: AccountAnswer) {
    switch (state, answer) {
    case (.deciding(let exchange), .done) where exchange.isRegistration: finish("\(exchange.tag) OK Registered.")
    case (.deciding(let exchange), .declined(let refusal)) where exchange.isRegistration:
      decline(exchange, refusal)
    case (.deciding(let exchange), _) where exchange.isRegistration: decline(exchange, .misfit)
    case (.answering(let tag, let request), _): self.answer(tag, request, answer)
    default: break
    }
  }

  private mutating func answer(_ tag: String, _ request: AccountRequest, _ answer: AccountAnswer) {
    switch (request, answer) {
    case (.unregister, .done): takeLeave("\(tag) OK Deleted.")
    case (.setNote, .done), (.deleteNote, .done): finish("\(tag) OK Done.")
    case (.noteNames, .noteNames(let names)) where names.allSatisfy { SealedNotes.isName($0.utf8) }:
      for name in names { send("* VAULT \(name)") }
      finish("\(tag) OK That is all.")
    case (.note(let name), .note(let note)) where SealedNotes.sizes.contains(note.count):
      send("* VAULT \(name) \(Base64.string(note))")
      finish("\(tag) OK That is it.")
    case (_, .declined(let refusal)): finish("\(tag) NO \(refusal.line)")
    default: finish("\(tag) NO \(ServiceRefusal.misfit.line)")
    }
  }

  // MARK: Commands

  mutating func register(_ tag: String, _ arguments: [UInt8]) {
    let (word, initialResponse) = splitWord(arguments)
    guard identity != nil else { return mistake(tag, "Log in first.") }
    guard let name = keyword(word).flatMap({ MechanismName($0) }) else {
      return mistake(tag, "Malformed mechanism name.")
    }
    let exchange = Exchange(tag: tag, mechanism: name, isRegistration: true)
    guard registrations.mechanisms.contains(name) else {
      actions.append(.refusedRegistration(name))
      return decline(exchange, ServiceRefusal(.notPermitted, "This session may not register that."))
    }
    begin(exchange, initialResponse)
  }

  mutating func vault(_ tag: String, _ arguments: [UInt8]) {
    guard let request = AccountRequest(vault: arguments) else { return mistake(tag, "Malformed VAULT command.") }
    self.request(tag, request)
  }

  mutating func request(_ tag: String, _ request: AccountRequest) {
    guard identity != nil else { return mistake(tag, "Log in first.") }
    self.request(request, as: tag)
  }

  private mutating func decline(_ exchange: Exchange, _ refusal: ServiceRefusal) {
    finish("\(exchange.tag) NO \(refusal.line)")
    countRegistration()
  }

  private mutating func finish(_ line: String) {
    state = .command
    send(line)
  }
}

extension ServiceRefusal {
  fileprivate static let misfit = ServiceRefusal(.unavailable, "The server has no answer that fits.")
}
