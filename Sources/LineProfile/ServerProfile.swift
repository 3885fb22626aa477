public import PassBindSASL

/// The server's side of the line profile: IMAP's AUTHENTICATE (RFC 3501 section 6.2.2), with the initial response of
/// RFC 4959, STARTTLS, and a handful of commands around it; and, once logged in, REGISTER, which is an exchange of
/// lines like AUTHENTICATE, UNREGISTER and VAULT (PROFILE.md). It does no I/O and knows no clock: received bytes go in
/// through ``receive(_:)``, and ``next()`` says what to do, until it returns nil.
///
/// Whoever drives it sets the deadlines; ``isBusy`` says when an exchange or a request is under way. Until its outcome
/// a client may send no more than a line's worth ahead.
public struct ServerProfile: Sendable {
  /// How much a connection may get wrong.
  public struct Limits: Sendable {
    /// Failed logins after which the connection is closed, aborted ones included.
    public var failures = 3
    /// Lines that are no valid command, after which the connection is closed.
    public var mistakes = 10
    /// Registrations that were declined or aborted, after which the connection is closed.
    public var registrations = 5

    /// Three failures, ten mistakes, five registrations.
    public init() {}
  }

  /// What to do next.
  public enum Action: Hashable, Sendable {
    /// Send these bytes.
    case send([UInt8])
    /// Send these bytes in the clear, and hand everything that arrives from now on to TLS; then call
    /// ``ServerProfile/startedTLS(offer:)``.
    case startTLS([UInt8])
    /// Begin an exchange with this mechanism, one of those offered, and the client's first message. Answer by
    /// ``ServerProfile/challenge(_:)``, ``ServerProfile/accept(_:finalMessage:registrations:)`` or
    /// ``ServerProfile/refuse()``.
    case begin(MechanismName, [UInt8])
    /// The client's next message for the exchange. Answer likewise.
    case message([UInt8])
    /// The exchange or request is over before its end: the client gave up, or sent what is no message.
    case abandon
    /// A login was refused, since this mechanism was not offered: for a log. With the client's first message, if it
    /// came with the command. Nothing is said of logins before TLS, which cost nothing to send.
    case refusedLogin(MechanismName, [UInt8]?)
    /// A registration was refused, since this mechanism may not be registered: likewise.
    case refusedRegistration(MechanismName)
    /// The client is logged in as this identity.
    case loggedIn(String)
    /// The client, which is logged in, asks this for its account. Answer by ``ServerProfile/answer(_:)``; a
    /// registration also by ``ServerProfile/challenge(_:)``.
    case request(AccountRequest)
    /// Send these bytes and close the connection. Nothing follows.
    case close([UInt8])
  }

  enum State: Equatable {
    case command
    case startingTLS
    case firstMessage(Exchange)
    case deciding(Exchange)
    case challenged(Exchange)
    // The server's last message is out; the client answers with an empty line, since IMAP's OK carries no data.
    case confirming(Exchange, identity: String)
    case answering(tag: String, AccountRequest)
    case closed
  }

  /// An exchange of lines: a login, or a registration.
  struct Exchange: Equatable {
    let tag: String
    let mechanism: MechanismName
    let isRegistration: Bool
  }

  private let limits: Limits
  var state = State.command
  private var buffer = LineBuffer()
  var actions: [Action] = []
  private var failures = 0
  private var mistakes = 0
  private var failedRegistrations = 0
  private var offer: SASLOffer?

  /// Who is logged in; nil before that.
  public private(set) var identity: String?

  /// What the client may register, once it is logged in.
  public var registrations = Registrations()

  /// A connection without TLS: nothing but STARTTLS leads on.
  public init(limits: Limits = Limits()) {
    self.limits = limits
    greet()
  }

  /// A connection inside TLS.
  ///
  /// - Parameter offer: what can be logged in with.
  public init(offer: SASLOffer, limits: Limits = Limits()) {
    self.limits = limits
    self.offer = offer
    greet()
  }

  /// Whether a login, or a request for the account, has begun and not ended.
  public var isBusy: Bool {
    switch state {
    case .firstMessage, .deciding, .challenged, .confirming, .answering: true
    case .command, .startingTLS, .closed: false
    }
  }

  /// Whether the connection is over.
  public var isClosed: Bool { state == .closed }

  /// Takes in received bytes.
  public mutating func receive(_ bytes: some Collection<UInt8>) {
    guard state != .closed else { return }
    if state == .startingTLS {
      bye("Plaintext behind STARTTLS")
    } else {
      buffer.append(bytes)
    }
  }

  /// What to do next; nil until there is more to read, or an answer to the last action.
  public mutating func next() -> Action? {
    while actions.isEmpty {
      switch state {
      case .startingTLS, .closed: return nil
      case .deciding, .answering:
        // No client may send ahead here, so what waits is bounded by one line.
        guard buffer.count > LineBuffer.maximumCount else { return nil }
        actions.append(.abandon)
        bye("Too much input")
      case .command, .firstMessage, .challenged, .confirming:
        do throws(ProfileError) {
          guard let line = try buffer.next() else { return nil }
          handle(line)
        } catch {
          if isBusy { actions.append(.abandon) }
          bye(error.code == .tooLong ? "Line too long" : "Malformed line")
        }
      }
    }
    return actions.removeFirst()
  }

  /// TLS is up.
  ///
  /// - Parameter offer: what can be logged in with on this connection.
  public mutating func startedTLS(offer: SASLOffer) {
    guard state == .startingTLS else { return }
    self.offer = offer
    state = .command
  }

  /// Sends a challenge. Call it in answer to ``Action/begin(_:_:)``, ``Action/request(_:)`` of a registration, or
  /// ``Action/message(_:)`` alone; the same holds for ``accept(_:finalMessage:registrations:)`` and ``refuse()``, which
  /// end a login, and ``answer(_:)``, which ends a request. At any other time, after an abandoned exchange say, they do
  /// nothing.
  public mutating func challenge(_ bytes: [UInt8]) {
    guard case .deciding(let exchange) = state else { return }
    state = .challenged(exchange)
    send("+ \(Base64.string(bytes))")
  }

  /// The login succeeds.
  ///
  /// - Parameters:
  ///   - identity: whom the client acts as from now on.
  ///   - finalMessage: the mechanism's last message, if it has one; the client is logged in once it has confirmed that.
  ///   - registrations: what the client may register then.
  public mutating func accept(
    _ identity: String, finalMessage: [UInt8]?, registrations: Registrations = Registrations()
  ) {
    guard case .deciding(let exchange) = state, !exchange.isRegistration else { return }
    self.registrations = registrations
    if let finalMessage {
      state = .confirming(exchange, identity: identity)
      send("+ \(Base64.string(finalMessage))")
    } else {
      logIn(exchange.tag, identity)
    }
  }

  /// The login fails. Every reason looks the same to the client.
  public mutating func refuse() {
    guard case .deciding(let exchange) = state, !exchange.isRegistration else { return }
    fail(exchange.tag)
  }

  /// Closes the connection from this side, with a reason for the client.
  public mutating func stop(_ reason: String) {
    guard state != .closed else { return }
    if isBusy { actions.append(.abandon) }
    bye(reason)
  }

  // MARK: Lines

  private mutating func handle(_ line: [UInt8]) {
    switch state {
    case .command: command(line)
    case .firstMessage(let exchange):
      if let message = message(line, exchange) { start(exchange, message) }
    case .challenged(let exchange):
      if let message = message(line, exchange, began: true) {
        state = .deciding(exchange)
        actions.append(.message(message))
      }
    case .confirming(let exchange, let identity):
      if let message = message(line, exchange, began: true) {
        if message.isEmpty {
          logIn(exchange.tag, identity)
        } else {
          actions.append(.abandon)
          fail(exchange.tag)
        }
      }
    case .startingTLS, .deciding, .answering, .closed: break
    }
  }

  /// Begins an exchange whose command is read: with the message behind it, or with the next line.
  mutating func begin(_ exchange: Exchange, _ initialResponse: [UInt8]?) {
    guard let initialResponse else {
      state = .firstMessage(exchange)
      return send("+ ")
    }
    if let message = message(base64(of: initialResponse), exchange) { start(exchange, message) }
  }

  /// RFC 4959 section 3: `=` is an empty response, which is not the same as none.
  private func base64(of initialResponse: [UInt8]) -> [UInt8] {
    initialResponse == [UInt8(ascii: "=")] ? [] : initialResponse
  }

  private mutating func start(_ exchange: Exchange, _ message: [UInt8]) {
    state = .deciding(exchange)
    actions.append(
      exchange.isRegistration
        ? .request(.register(exchange.mechanism, message)) : .begin(exchange.mechanism, message))
  }

  /// A line of an exchange: its bytes, or nil once the exchange is ended for `*` or bad base64.
  private mutating func message(_ line: [UInt8], _ exchange: Exchange, began: Bool = false) -> [UInt8]? {
    let isAbort = line == [UInt8(ascii: "*")]
    if !isAbort, let bytes = try? Base64.decode(line) { return bytes }
    if began { actions.append(.abandon) }
    state = .command
    if exchange.isRegistration {
      send("\(exchange.tag) BAD \(isAbort ? "Registration aborted." : "Malformed base64.")")
      countRegistration()
    } else if isAbort {
      send("\(exchange.tag) BAD Authentication aborted.")
      countFailure()
    } else {
      fail(exchange.tag)
    }
    return nil
  }

  private mutating func command(_ line: [UInt8]) {
    let (first, rest) = splitWord(line)
    guard isTag(first), let rest else { return mistake("*", "Malformed command.") }
    let tag = String(decoding: first, as: UTF8.self)
    let (name, arguments) = splitWord(rest)
    switch (keyword(name), arguments) {
    case ("CAPABILITY", nil): capability(tag)
    case ("NOOP", nil): send("\(tag) OK Nothing done.")
    case ("LOGOUT", nil): takeLeave("\(tag) OK Logged out.")
    case ("STARTTLS", nil): startTLS(tag)
    case ("AUTHENTICATE", let arguments?): authenticate(tag, arguments)
    case ("WHOAMI", nil): whoAmI(tag)
    case ("REGISTER", let arguments?): register(tag, arguments)
    case ("UNREGISTER", nil): request(tag, .unregister)
    case ("VAULT", let arguments?): vault(tag, arguments)
    case ("LOGIN", _): mistake(tag, "LOGIN would show the password; use AUTHENTICATE.")
    default: mistake(tag, "Unknown command.")
    }
  }

  private mutating func capability(_ tag: String) {
    let none = SASLOffer(mechanisms: [], bindingTypes: nil)
    let capabilities = Capabilities(
      startTLS: offer == nil, offer: identity == nil ? offer ?? none : none,
      registrations: identity == nil ? [] : registrations.mechanisms)
    send("* CAPABILITY \(capabilities.words)")
    send("\(tag) OK That is all.")
  }

  private mutating func startTLS(_ tag: String) {
    guard offer == nil else { return mistake(tag, "TLS is on already.") }
    // What was sent behind the command, by the client or by somebody between, would be taken for what came inside TLS.
    guard buffer.isEmpty else { return bye("Plaintext behind STARTTLS") }
    state = .startingTLS
    actions.append(.startTLS(Array("\(tag) OK Begin TLS now.\r\n".utf8)))
  }

  private mutating func authenticate(_ tag: String, _ arguments: [UInt8]) {
    let (word, initialResponse) = splitWord(arguments)
    guard identity == nil else { return mistake(tag, "Logged in already.") }
    guard let offer else { return mistake(tag, "[PRIVACYREQUIRED] STARTTLS first.") }
    guard let name = keyword(word).flatMap({ MechanismName($0) }) else { return fail(tag) }
    guard offer.mechanisms.contains(name) else {
      actions.append(.refusedLogin(name, initialResponse.flatMap { try? Base64.decode(base64(of: $0)) }))
      return fail(tag)
    }
    begin(Exchange(tag: tag, mechanism: name, isRegistration: false), initialResponse)
  }

  private mutating func whoAmI(_ tag: String) {
    guard let identity else { return mistake(tag, "Log in first.") }
    guard let text = quoted(identity) else { return send("\(tag) NO This name has no printable form.") }
    send("* WHOAMI \(text)")
    send("\(tag) OK That is you.")
  }

  // MARK: Outcomes

  private mutating func logIn(_ tag: String, _ identity: String) {
    self.identity = identity
    state = .command
    actions.append(.loggedIn(identity))
    send("\(tag) OK \(registrations.wanted.map { "[REGISTER \($0)] " } ?? "")Logged in.")
  }

  private mutating func fail(_ tag: String) {
    state = .command
    send("\(tag) NO [AUTHENTICATIONFAILED] Authentication failed.")
    countFailure()
  }

  private mutating func countFailure() {
    failures += 1
    if failures >= limits.failures { bye("Too many failures") }
  }

  mutating func countRegistration() {
    failedRegistrations += 1
    if failedRegistrations >= limits.registrations { bye("Too many registrations") }
  }

  mutating func mistake(_ tag: String, _ text: String) {
    send("\(tag) BAD \(text)")
    mistakes += 1
    if mistakes >= limits.mistakes { bye("Too many mistakes") }
  }

  private mutating func greet() { send("* OK PassBind ready.") }

  mutating func request(_ request: AccountRequest, as tag: String) {
    state = .answering(tag: tag, request)
    actions.append(.request(request))
  }

  mutating func send(_ line: String) { actions.append(.send(Array("\(line)\r\n".utf8))) }

  /// The end that the client asked for (RFC 3501 section 6.1.3).
  mutating func takeLeave(_ answer: String) {
    state = .closed
    actions.append(.close(Array("* BYE Goodbye.\r\n\(answer)\r\n".utf8)))
  }

  private mutating func bye(_ text: String) {
    state = .closed
    buffer = LineBuffer()
    actions.append(.close(Array("* BYE \(text)\r\n".utf8)))
  }
}
