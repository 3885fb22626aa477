public import PassBindSASL

/// What became of one login, or of what a client asked for after it, for a log. It holds nothing secret, but what a
/// user typed as a name may be a password typed into the wrong field.
public struct AuditEvent: Sendable, Hashable {
  /// What a client wanted.
  public struct Action: Hashable, Sendable, CustomStringConvertible {
    /// The word for it.
    public let description: String

    /// To log in.
    public static let login = Action(description: "login")
    /// To have another credential in place of those of its password.
    public static let registration = Action(description: "registration")
    /// To delete its account.
    public static let deletion = Action(description: "deletion")
  }

  /// Why it was refused: a word to search for.
  public struct Reason: Hashable, Sendable, CustomStringConvertible {
    /// The word. Besides those below, the codes of ``SCRAMError``, ``OPAQUEError`` and ``AccountError`` occur.
    public let description: String

    package init(_ description: String) { self.description = description }

    /// The account is disabled.
    public static let accountDisabled = Reason("accountDisabled")
    /// The proof was right, but the account may not act as whom it asked for.
    public static let authorizationRefused = Reason("authorizationRefused")
    /// The one-time token with which to enrol has expired.
    public static let tokenExpired = Reason("tokenExpired")
    /// The user name has failed too often; the proof was not believed, whatever it was.
    public static let userThrottled = Reason("userThrottled")
    /// The address has failed too often; the proof was not believed, whatever it was.
    public static let addressThrottled = Reason("addressThrottled")
    /// Too many exchanges are open, in all or from this address.
    public static let tooManyExchanges = Reason("tooManyExchanges")
    /// The connection ended, or its time was over, before the exchange did.
    public static let abandoned = Reason("abandoned")
    /// The store could not say what was needed.
    public static let storeFailed = Reason("storeFailed")
    /// The mechanism does not bind, and the policy wants it to. A client that can bind tries this where somebody in
    /// between has taken -PLUS off the offer.
    public static let channelBindingRequired = Reason("channelBindingRequired")
    /// The mechanism is not one that was offered on this connection.
    public static let mechanismNotOffered = Reason("mechanismNotOffered")
  }

  /// What was wanted.
  public let action: Action
  /// When it was decided.
  public let time: Timestamp
  /// How long it took, from the client's first word, without the time for which the answer is held back.
  public let duration: Duration
  /// Who wanted to log in, as claimed, normalised; nil if that could not be read.
  public let user: String?
  /// Whom the user wanted to act as; nil means itself.
  public let authorizationIdentity: String?
  /// The TrueNAS API key that was used, if any.
  public let apiKeyID: Int32?
  /// The mechanism that the client named.
  public let mechanism: MechanismName
  /// What the login was bound by; nil where it was not.
  public let binding: LoginBinding?
  /// The TLS version; nil without TLS.
  public let tlsVersion: ChannelBindings.TLSVersion?
  /// Whether the TLS session was resumed.
  public let isResumed: Bool
  /// Where the client connected from.
  public let address: String
  /// Why the login was refused; nil if it was accepted.
  public let reason: Reason?
  /// The reason in words; nil if the login was accepted.
  public let detail: String?

  package init(
    action: Action, time: Timestamp, duration: Duration, user: String?, authorizationIdentity: String?,
    apiKeyID: Int32?,
    mechanism: MechanismName, binding: LoginBinding?, tlsVersion: ChannelBindings.TLSVersion?,
    isResumed: Bool, address: String, reason: Reason?, detail: String?
  ) {
    self.action = action
    self.time = time
    self.duration = duration
    self.user = user
    self.authorizationIdentity = authorizationIdentity
    self.apiKeyID = apiKeyID
    self.mechanism = mechanism
    self.binding = binding
    self.tlsVersion = tlsVersion
    self.isResumed = isResumed
    self.address = address
    self.reason = reason
    self.detail = detail
  }

  /// Whether the client got what it wanted.
  public var isAccepted: Bool { reason == nil }

  /// The event as names and values for a structured log, always the same names in the same order.
  public var fields: [(name: String, value: Value)] {
    [
      ("time", .text(time.description)),
      ("action", .text(action.description)),
      ("outcome", .text(isAccepted ? "accepted" : "refused")),
      ("user", .text(user)),
      ("authorization", .text(authorizationIdentity)),
      ("apiKey", apiKeyID.map { .number(Int64($0)) } ?? .none),
      ("mechanism", .text(mechanism.description)),
      ("binding", .text(binding?.description)),
      ("tls", .text(tlsVersion?.description)),
      ("resumed", .flag(isResumed)),
      ("address", .text(address)),
      ("reason", .text(reason?.description)),
      ("detail", .text(detail)),
      ("microseconds", .number(duration.microseconds)),
    ]
  }

  /// The event as one line of JSON (RFC 8259), without the line's end.
  public var json: String {
    "{" + fields.map { "\(Value.quoted($0.name)):\($0.value)" }.joined(separator: ",") + "}"
  }

  /// The value of a field, which prints as JSON.
  public enum Value: Hashable, Sendable, CustomStringConvertible {
    /// A text; nil if there is none.
    case text(String?)
    /// A whole number.
    case number(Int64)
    /// True or false.
    case flag(Bool)

    static let none = Value.text(nil)

    /// The value in JSON.
    public var description: String {
      switch self {
      case .text(nil): "null"
      case .text(let text?): Self.quoted(text)
      case .number(let number): "\(number)"
      case .flag(let flag): "\(flag)"
      }
    }

    static func quoted(_ text: String) -> String {
      var out = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        // Control characters, and the two that end a line in JavaScript and some logs.
        case "\0"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
          let digits = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        default: out.unicodeScalars.append(scalar)
        }
      }
      return out + "\""
    }
  }
}
