public import PassBindSASL

/// The client's side of the line profile: STARTTLS if asked for, the server's offer, one login, and, after it, a few
/// commands and what a client can ask for its own account. It does no I/O and knows no clock: received bytes go in
/// through ``receive(_:)``, and ``next()`` says what to do, until it returns nil.
public struct ClientProfile: Sendable {
  /// What to do next, or what has happened.
  public enum Action: Hashable, Sendable {
    /// Send these bytes.
    case send([UInt8])
    /// Hand everything that arrives from now on to TLS; then call ``ClientProfile/startedTLS()``.
    case startTLS
    /// This is what the server offers: call ``ClientProfile/authenticate(_:initialResponse:)``.
    case offered(SASLOffer)
    /// A challenge: call ``ClientProfile/respond(_:)`` or ``ClientProfile/abort()``.
    case challenge([UInt8])
    /// The server says that the login succeeded, and what it would like this client to register, if anything. Believe
    /// it only if the mechanism does.
    case accepted(wanted: MechanismName?)
    /// The server refuses the login, with its text. Another may be tried.
    case refused(String)
    /// The answer to ``ClientProfile/whoAmI()``; nil where the server did not say.
    case identity(String?)
    /// The answer to ``ClientProfile/askRegistrations()``: mechanisms that can be registered.
    case registrations([MechanismName])
    /// The answer to ``ClientProfile/request(_:)``.
    case answer(AccountAnswer)
    /// The server answered LOGOUT: close the connection.
    case loggedOut
  }

  enum State: Equatable {
    case greeting
    case plainCapability(seen: Capabilities?)
    case startTLSAnswer
    case startingTLS
    case capability(seen: Capabilities?)
    case idle
    case initialPrompt(Exchange, message: [UInt8])
    case exchanging(Exchange)
    case deciding(Exchange)
    case whoAmI(seen: String?)
    case registrations(seen: [MechanismName]?)
    case requesting(AccountRequest, seen: AccountAnswer?)
    case loggingOut
    case closed
  }

  /// An exchange of lines.
  enum Exchange {
    case login, registration
  }

  private let usesStartTLS: Bool
  var state = State.greeting
  private var buffer = LineBuffer()
  var actions: [Action] = []
  private var commands = 0
  private var tag: String?
  private var takesInitialResponse = false
  private(set) var isLoggedIn = false

  /// A connection on which nothing has happened yet.
  ///
  /// - Parameter startTLS: whether to go over to TLS by STARTTLS; otherwise the connection is inside TLS already.
  public init(startTLS: Bool) {
    usesStartTLS = startTLS
  }

  /// Takes in received bytes.
  public mutating func receive(_ bytes: some Collection<UInt8>) { buffer.append(bytes) }

  /// What to do next; nil until there is more to read, or an answer to the last action.
  ///
  /// - Throws: ``ProfileError``. The connection is of no use afterwards.
  public mutating func next() throws(ProfileError) -> Action? {
    while actions.isEmpty {
      switch state {
      case .closed: return nil
      case .startingTLS:
        guard buffer.isEmpty else { throw injected() }
        return nil
      case .deciding:
        // The server waits for this side, so what it sends ahead is bounded by one line.
        guard buffer.count <= LineBuffer.maximumCount else {
          throw ProfileError(.tooLong, "the server sends on without waiting")
        }
        return nil
      default:
        guard let line = try buffer.next() else { return nil }
        try handle(ServerLine(parsing: line))
      }
    }
    return actions.removeFirst()
  }

  /// TLS is up: whatever the server said before is forgotten, and it is asked again.
  public mutating func startedTLS() {
    guard state == .startingTLS else { return }
    command("CAPABILITY", .capability(seen: nil))
  }

  /// Logs in, once the server's offer is there, and again after a refusal.
  ///
  /// - Parameters:
  ///   - mechanism: one of those offered.
  ///   - initialResponse: the mechanism's first message.
  public mutating func authenticate(_ mechanism: MechanismName, initialResponse: [UInt8]) {
    guard state == .idle else { return }
    begin(.login, "AUTHENTICATE \(mechanism)", initialResponse)
  }

  /// Answers a challenge.
  public mutating func respond(_ bytes: [UInt8]) {
    guard case .deciding(let exchange) = state else { return }
    state = .exchanging(exchange)
    send(Base64.string(bytes))
  }

  /// Gives a login or a registration up in answer to a challenge (RFC 3501 section 6.2.2). A ``Action/refused(_:)``, or
  /// an ``Action/answer(_:)`` that declines, follows.
  public mutating func abort() {
    guard case .deciding(let exchange) = state else { return }
    state = .exchanging(exchange)
    send("*")
  }

  /// Asks the server whom it takes this client for.
  public mutating func whoAmI() {
    guard state == .idle else { return }
    command("WHOAMI", .whoAmI(seen: nil))
  }

  /// Ends the connection.
  public mutating func logOut() {
    guard state == .idle else { return }
    command("LOGOUT", .loggingOut)
  }

  /// Begins an exchange of lines.
  mutating func begin(_ exchange: Exchange, _ text: String, _ initialResponse: [UInt8]) {
    if takesInitialResponse {
      // RFC 4959 section 3: `=` is an empty response, which is not the same as none.
      let message = initialResponse.isEmpty ? "=" : Base64.string(initialResponse)
      command("\(text) \(message)", .exchanging(exchange))
    } else {
      command(text, .initialPrompt(exchange, message: initialResponse))
    }
  }

  // MARK: Lines

  private mutating func handle(_ line: ServerLine) throws(ProfileError) {
    switch line {
    case .untagged(let keyword, let text): try handle(keyword, text)
    case .continuation(let text): try handle(continuation: text)
    case .answer(let tag, let status, let text):
      guard tag == self.tag else { throw ProfileError(.unexpected, "an answer to nothing that was asked") }
      self.tag = nil
      try handle(status, text)
    }
  }

  private mutating func handle(_ keyword: String, _ text: [UInt8]) throws(ProfileError) {
    switch (state, keyword) {
    case (.loggingOut, "BYE"), (.requesting(.unregister, _), "BYE"): break
    case (_, "BYE"): throw ProfileError(.closed, "the server closes: \(String(decoding: text, as: UTF8.self))")
    case (.greeting, "OK"):
      command("CAPABILITY", usesStartTLS ? .plainCapability(seen: nil) : .capability(seen: nil))
    case (.greeting, "PREAUTH"):
      // Logged in without a login: an interceptor's way around STARTTLS.
      throw ProfileError(.unexpected, "the server claims that this connection is logged in already")
    case (.plainCapability, "CAPABILITY"): state = .plainCapability(seen: Capabilities(parsing: text))
    case (.capability, "CAPABILITY"): state = .capability(seen: Capabilities(parsing: text))
    case (.whoAmI, "WHOAMI"): state = .whoAmI(seen: unquoted(text))
    case (.registrations, "CAPABILITY"): state = .registrations(seen: Capabilities(parsing: text).registrations)
    case (.requesting(let request, let seen), "VAULT"):
      state = .requesting(request, seen: try request.seeing(text, after: seen))
    default: break  // RFC 3501 section 7: a server may say anything at any time.
    }
  }

  private mutating func handle(continuation text: [UInt8]) throws(ProfileError) {
    switch state {
    case .initialPrompt(let exchange, let message):
      state = .exchanging(exchange)
      send(Base64.string(message))
    case .exchanging(let exchange):
      guard let bytes = try? Base64.decode(text) else {
        throw ProfileError(.malformed, "a challenge that is not base64")
      }
      state = .deciding(exchange)
      actions.append(.challenge(bytes))
    default: throw ProfileError(.unexpected, "the server waits for a line that nobody announced")
    }
  }

  private mutating func handle(_ status: ServerLine.Status, _ text: String) throws(ProfileError) {
    switch state {
    case .plainCapability(let seen):
      guard status == .ok, seen?.startTLS == true else {
        throw ProfileError(
          .startTLSUnavailable,
          "the server does not offer STARTTLS; either it has none, or somebody between took it off the list")
      }
      command("STARTTLS", .startTLSAnswer)
    case .startTLSAnswer:
      guard status == .ok else {
        throw ProfileError(.startTLSUnavailable, "the server refuses STARTTLS: \(text)")
      }
      guard buffer.isEmpty else { throw injected() }
      state = .startingTLS
      actions.append(.startTLS)
    case .capability(let seen):
      guard status == .ok, let seen else { throw ProfileError(.unexpected, "the server lists no capabilities") }
      takesInitialResponse = seen.initialResponse
      state = .idle
      actions.append(.offered(seen.offer))
    case .initialPrompt(.login, _), .exchanging(.login):
      state = .idle
      isLoggedIn = isLoggedIn || status == .ok
      actions.append(status == .ok ? .accepted(wanted: wanted(text)) : .refused(text))
    case .initialPrompt(.registration, _), .exchanging(.registration):
      state = .idle
      actions.append(.answer(status == .ok ? .done : .declined(ServiceRefusal(parsing: text))))
    case .registrations(let seen):
      state = .idle
      actions.append(.registrations(status == .ok ? seen ?? [] : []))
    case .requesting(let request, let seen): try finish(request, seen, status, text)
    case .whoAmI(let seen):
      state = .idle
      actions.append(.identity(status == .ok ? seen : nil))
    case .loggingOut:
      state = .closed
      actions.append(.loggedOut)
    case .greeting, .startingTLS, .idle, .deciding, .closed: break
    }
  }

  private func injected() -> ProfileError {
    ProfileError(.plaintextBehindStartTLS, "plaintext arrived behind the answer to STARTTLS; somebody put it there")
  }

  mutating func command(_ text: String, _ next: State) {
    commands += 1
    tag = "a\(commands)"
    state = next
    send("a\(commands) \(text)")
  }

  private mutating func send(_ line: String) { actions.append(.send(Array("\(line)\r\n".utf8))) }
}
