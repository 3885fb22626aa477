public import PassBindSASL

/// The server's side of the line profile: IMAP's AUTHENTICATE (RFC 3501 section 6.2.2), with the initial response of RFC
/// 4959, STARTTLS, and a handful of commands around it. It does no I/O and knows no clock: received bytes go in through
/// ``receive(_:)``, and ``next()`` says what to do, until it returns nil.
///
/// Whoever drives it sets the deadlines; ``isAuthenticating`` says when an exchange is under way.
public struct ServerProfile: Sendable {
  /// How much a connection may get wrong.
  public struct Limits: Sendable {
    /// Failed logins after which the connection is closed, aborted ones included.
    public var failures = 3
    /// Lines that are no valid command, after which the connection is closed.
    public var mistakes = 10

    /// Three failures, ten mistakes.
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
    /// ``ServerProfile/challenge(_:)``, ``ServerProfile/accept(_:finalMessage:)`` or ``ServerProfile/refuse()``.
    case begin(MechanismName, [UInt8])
    /// The client's next message for the exchange. Answer likewise.
    case message([UInt8])
    /// The exchange is over before its end: the client gave up, or sent what is no message.
    case abandon
    /// The client is logged in as this identity.
    case loggedIn(String)
    /// Send these bytes and close the connection. Nothing follows.
    case close([UInt8])
  }

  private enum State: Equatable {
    case command
    case startingTLS
    case firstMessage(tag: String, MechanismName)
    case deciding(tag: String)
    case challenged(tag: String)
    // The server's last message is out; the client answers with an empty line, since IMAP's OK carries no data.
    case confirming(tag: String, identity: String)
    case closed
  }

  private let limits: Limits
  private var state = State.command
  private var buffer = LineBuffer()
  private var actions: [Action] = []
  private var failures = 0
  private var mistakes = 0
  private var offer: SASLOffer?

  /// Who is logged in; nil before that.
  public private(set) var identity: String?

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

  /// Whether a login has begun and not ended.
  public var isAuthenticating: Bool {
    switch state {
    case .firstMessage, .deciding, .challenged, .confirming: true
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
      case .deciding:
        // No client may send ahead here, so what waits is bounded by one line.
        guard buffer.count > LineBuffer.maximumCount else { return nil }
        actions.append(.abandon)
        bye("Too much input")
      case .command, .firstMessage, .challenged, .confirming:
        do throws(ProfileError) {
          guard let line = try buffer.next() else { return nil }
          handle(line)
        } catch {
          if isAuthenticating { actions.append(.abandon) }
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

  /// Sends a challenge. Call it in answer to ``Action/begin(_:_:)`` or ``Action/message(_:)`` alone; the same holds for
  /// ``accept(_:finalMessage:)`` and ``refuse()``. At any other time, after an abandoned exchange say, they do nothing.
  public mutating func challenge(_ bytes: [UInt8]) {
    guard case .deciding(let tag) = state else { return }
    state = .challenged(tag: tag)
    send("+ \(Base64.string(bytes))")
  }

  /// The login succeeds.
  ///
  /// - Parameters:
  ///   - identity: whom the client acts as from now on.
  ///   - finalMessage: the mechanism's last message, if it has one; the client is logged in once it has confirmed that.
  public mutating func accept(_ identity: String, finalMessage: [UInt8]?) {
    guard case .deciding(let tag) = state else { return }
    if let finalMessage {
      state = .confirming(tag: tag, identity: identity)
      send("+ \(Base64.string(finalMessage))")
    } else {
      logIn(tag, identity)
    }
  }

  /// The login fails. Every reason looks the same to the client.
  public mutating func refuse() {
    guard case .deciding(let tag) = state else { return }
    fail(tag)
  }

  /// Closes the connection from this side, with a reason for the client.
  public mutating func stop(_ reason: String) {
    guard state != .closed else { return }
    if isAuthenticating { actions.append(.abandon) }
    bye(reason)
  }

  // MARK: Lines

  private mutating func handle(_ line: [UInt8]) {
    switch state {
    case .command: command(line)
    case .firstMessage(let tag, let mechanism):
      if let message = message(line, tag) {
        state = .deciding(tag: tag)
        actions.append(.begin(mechanism, message))
      }
    case .challenged(let tag):
      if let message = message(line, tag, began: true) {
        state = .deciding(tag: tag)
        actions.append(.message(message))
      }
    case .confirming(let tag, let identity):
      if let message = message(line, tag, began: true) {
        if message.isEmpty {
          logIn(tag, identity)
        } else {
          actions.append(.abandon)
          fail(tag)
        }
      }
    case .startingTLS, .deciding, .closed: break
    }
  }

  /// A line of an exchange: its bytes, or nil once the exchange is ended for `*` or bad base64.
  private mutating func message(_ line: [UInt8], _ tag: String, began: Bool = false) -> [UInt8]? {
    if line != [UInt8(ascii: "*")], let bytes = try? Base64.decode(line) { return bytes }
    if began { actions.append(.abandon) }
    if line == [UInt8(ascii: "*")] {
      state = .command
      send("\(tag) BAD Authentication aborted.")
      countFailure()
    } else {
      fail(tag)
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
    case ("LOGOUT", nil):
      state = .closed
      actions.append(.close(Array("* BYE Goodbye.\r\n\(tag) OK Logged out.\r\n".utf8)))
    case ("STARTTLS", nil): startTLS(tag)
    case ("AUTHENTICATE", let arguments?): authenticate(tag, arguments)
    case ("WHOAMI", nil): whoAmI(tag)
    case ("LOGIN", _): mistake(tag, "LOGIN would show the password; use AUTHENTICATE.")
    default: mistake(tag, "Unknown command.")
    }
  }

  private mutating func capability(_ tag: String) {
    let offer = identity == nil ? offer : nil
    let capabilities = Capabilities(
      startTLS: self.offer == nil, offer: offer ?? SASLOffer(mechanisms: [], bindingTypes: nil))
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
    guard let name = keyword(word).flatMap({ MechanismName($0) }), offer.mechanisms.contains(name) else {
      return fail(tag)
    }
    guard let initialResponse else {
      state = .firstMessage(tag: tag, name)
      return send("+ ")
    }
    // RFC 4959 section 3: `=` is an empty response, which is not the same as none.
    let isEmpty = initialResponse == [UInt8(ascii: "=")]
    if let message = message(isEmpty ? [] : initialResponse, tag) {
      state = .deciding(tag: tag)
      actions.append(.begin(name, message))
    }
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
    send("\(tag) OK Logged in.")
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

  private mutating func mistake(_ tag: String, _ text: String) {
    send("\(tag) BAD \(text)")
    mistakes += 1
    if mistakes >= limits.mistakes { bye("Too many mistakes") }
  }

  private mutating func greet() { send("* OK PassBind ready.") }

  private mutating func send(_ line: String) { actions.append(.send(Array("\(line)\r\n".utf8))) }

  private mutating func bye(_ text: String) {
    state = .closed
    buffer = LineBuffer()
    actions.append(.close(Array("* BYE \(text)\r\n".utf8)))
  }
}
