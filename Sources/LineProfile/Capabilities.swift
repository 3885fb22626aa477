public import PassBindSASL

/// What a server says it can do, in one `* CAPABILITY` line (RFC 3501 section 7.2.1). Mechanisms stand as `AUTH=NAME`, and
/// binding types, after the idea of XEP-0440, as `SASL-CB=NAME`.
public struct Capabilities: Hashable, Sendable {
  /// Whether STARTTLS may be sent now.
  public var startTLS: Bool
  /// Whether a client's first message may stand on the AUTHENTICATE line (RFC 4959).
  public var initialResponse: Bool
  /// What can be logged in with now: nothing before TLS.
  public var offer: SASLOffer

  /// The capabilities of a server.
  public init(startTLS: Bool, initialResponse: Bool = true, offer: SASLOffer) {
    self.startTLS = startTLS
    self.initialResponse = initialResponse
    self.offer = offer
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
    return words.joined(separator: " ")
  }

  /// Reads the words behind `CAPABILITY`. What is unknown or malformed is skipped, as RFC 3501 wants it.
  public init(parsing words: some Collection<UInt8>) {
    var (mechanisms, types): ([MechanismName], [ChannelBindingType]) = ([], [])
    startTLS = false
    initialResponse = false
    for word in words.split(separator: UInt8(ascii: " ")) {
      let text = String(decoding: word, as: UTF8.self)
      let upper = text.uppercased()
      switch upper {
      case "STARTTLS": startTLS = true
      case "SASL-IR": initialResponse = true
      case _ where upper.hasPrefix("AUTH="):
        if let name = MechanismName(upper.dropFirst(5)), !mechanisms.contains(name) { mechanisms.append(name) }
      case _ where upper.hasPrefix("SASL-CB="):
        if let type = ChannelBindingType(text.dropFirst(8)), !types.contains(type) { types.append(type) }
      default: break
      }
    }
    // A server without a single SASL-CB word may just not know of them.
    offer = SASLOffer(mechanisms: mechanisms, bindingTypes: types.isEmpty ? nil : types)
  }
}
