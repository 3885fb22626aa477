public import PassBindSASL

/// What a server says it can do, in one `* CAPABILITY` line (RFC 3501 section 7.2.1). Mechanisms stand as `AUTH=NAME`;
/// binding types, after the idea of XEP-0440, as `SASL-CB=NAME`; and what a client that is logged in may register as
/// `REGISTER=NAME`.
///
/// What ``words`` says of an offer, ``init(parsing:)`` makes the same offer of, but for one thing: to list no binding
/// types looks like having no way to list them.
public struct Capabilities: Hashable, Sendable {
  /// Whether STARTTLS may be sent now.
  public var startTLS: Bool
  /// Whether a client's first message may stand on the AUTHENTICATE or REGISTER line (RFC 4959).
  public var initialResponse: Bool
  /// What can be logged in with now: nothing before TLS.
  public var offer: SASLOffer
  /// What can be registered now: nothing before the login.
  public var registrations: [MechanismName]

  /// The capabilities of a server.
  public init(
    startTLS: Bool, initialResponse: Bool = true, offer: SASLOffer, registrations: [MechanismName] = []
  ) {
    self.startTLS = startTLS
    self.initialResponse = initialResponse
    self.offer = offer
    self.registrations = registrations
  }

  /// The words, as they stand behind `CAPABILITY`.
  public var words: String {
    var words = ["IMAP4rev1"]
    if initialResponse { words.append("SASL-IR") }
    if startTLS { words.append("STARTTLS") }
    // The LOGIN command would hand over the password itself; it never works here.
    words.append("LOGINDISABLED")
    words += offer.mechanisms.map { "AUTH=\($0)" }
    words += (offer.bindingTypes ?? []).map { "SASL-CB=\($0)" }
    words += registrations.map { "REGISTER=\($0)" }
    return words.joined(separator: " ")
  }

  /// Reads the words behind `CAPABILITY`. What is unknown or malformed is skipped, as RFC 3501 wants it.
  public init(parsing words: some Collection<UInt8>) {
    var (mechanisms, registrations): ([MechanismName], [MechanismName]) = ([], [])
    var types: [ChannelBindingType] = []
    startTLS = false
    initialResponse = false
    for word in words.split(separator: UInt8(ascii: " ")) {
      guard let upper = keyword(Array(word)) else { continue }
      switch upper {
      case "STARTTLS": startTLS = true
      case "SASL-IR": initialResponse = true
      case _ where upper.hasPrefix("AUTH="):
        if let name = MechanismName(upper.dropFirst(5)) { mechanisms.append(name) }
      case _ where upper.hasPrefix("SASL-CB="):
        if let type = ChannelBindingType(String(decoding: word.dropFirst(8), as: UTF8.self)) { types.append(type) }
      case _ where upper.hasPrefix("REGISTER="):
        if let name = MechanismName(upper.dropFirst(9)) { registrations.append(name) }
      default: break
      }
    }
    // A server without a single SASL-CB word may just not know of them.
    offer = SASLOffer(mechanisms: mechanisms, bindingTypes: types.isEmpty ? nil : types)
    self.registrations = registrations.withoutRepeats
  }
}
