internal import PassBindExportedAuthenticators
internal import PassBindSASL
internal import PassBindTLS

// OPAQUE-EA, which has no channel binding, no header and no unbound form: what is left of the other attacks, and its
// own.

extension Trial {
  static let authenticators: [Trial] =
    unattacked + intercepted + offered + sessions + clear + changed + remade + elsewhere

  /// What a client finds where the server's answer was made on another connection, or changed on the way.
  private static let otherConnection = Outcome.byClient("notAuthentic", audit: "abandoned")

  private init(
    _ attack: String?, what: String = "", channelBinding: ChannelBindingPolicy = .require, tls: TLSVersion = .tls13,
    isResumed: Bool = false, isRepeated: Bool = false, server: Server = Server(), shown: String? = nil,
    heard: String? = nil, _ right: Outcome
  ) {
    self.init(
      attack: attack, what: what, mechanism: OPAQUEEAMechanism.name, channelBinding: channelBinding, tls: tls,
      isResumed: isResumed, isRepeated: isRepeated, server: server, shown: shown, heard: heard, right: right)
  }

  private static var unattacked: [Trial] {
    [
      Trial(nil, .accepted),
      Trial(nil, what: "resumed", isResumed: true, .twice),
      Trial(nil, what: "Ed25519 certificate", server: Server(certificates: ["ed25519"]), .accepted),
      Trial(nil, what: "binding required", server: Server(requiresChannelBinding: true), .accepted),
      Trial(nil, tls: .tls12, .byClient("channelBindingUnavailable")),
    ]
  }

  private static var intercepted: [Trial] {
    [
      Trial("relay", otherConnection),
      Trial("own-key", otherConnection),
      Trial("own-key", what: "resumed", isResumed: true, otherConnection.again),
      // There is no more to say again than m1: the client went no further.
      Trial("replay", otherConnection.again),
    ]
  }

  /// Nothing but the mechanism's own name is of interest on the list.
  private static var offered: [Trial] {
    let unavailable = Outcome.byClient("channelBindingUnavailable")
    return [
      Trial("offer-unbound", what: "binding required", server: Server(requiresChannelBinding: true), otherConnection),
      Trial("strip-plus", otherConnection),
      Trial("strip-plus", what: "binding preferred", channelBinding: .prefer, otherConnection),
      Trial("strip-types", otherConnection),
      Trial("only-unique", otherConnection),
      Trial("strip-ea", unavailable),
      Trial("only-plain", unavailable),
      Trial("only-sha-1", unavailable),
      Trial("offer-ea", tls: .tls12, unavailable),
      Trial("ask-ea", tls: .tls12, .byServer("mechanismNotOffered")),
    ]
  }

  private static var sessions: [Trial] {
    [
      Trial("stale-binding", otherConnection.after("accepted")),
      Trial("early-data", Outcome(result: .refused, by: .tls, reason: "handshakeFailed")),
    ]
  }

  private static var clear: [Trial] {
    let server = Server(startTLS: true)
    return [
      Trial(
        "inject-to-server", server: server,
        Outcome(result: .refused, by: .server, reason: "the server closes: Plaintext behind STARTTLS")),
      Trial("inject-to-client", server: server, .byClient("plaintextBehindStartTLS")),
      Trial("forge-capabilities", server: server, heard: "AUTH=PLAIN", .accepted),
      Trial("strip-starttls", server: server, .byClient("startTLSUnavailable")),
    ]
  }

  /// Finished is over whatever an interceptor changes in m2.
  private static var changed: [Trial] {
    let findings: [(String, Outcome)] = [
      ("early-success", .byClient("outOfOrder", audit: "abandoned")),
      ("change-ke1", .byClient("wrongContext", audit: "abandoned")),
      ("change-ke2", otherConnection),
      ("change-envelope", otherConnection),
      ("reflect-ke1", otherConnection),
      ("identity-in-ke1", .byServer("invalidElement")),
      ("identity-in-ke2", otherConnection),
      ("much-stretching", otherConnection),
      ("little-stretching", otherConnection),
    ]
    return findings.map { Trial($0, $1) }
  }

  /// With a Finished that is right, what stands behind it has to be refused.
  private static var remade: [Trial] {
    let findings: [(String, String)] = [
      ("remake-finished", "serverAuthentication"),
      ("remake-name", "malformedMessage"),
      ("remake-envelope", "envelopeRecovery"),
      ("remake-identity", "invalidElement"),
      ("remake-reflected", "reflectedValue"),
      ("remake-stretching-up", "stretchingRefused"),
      ("remake-stretching-down", "stretchingRefused"),
    ]
    return findings.map { Trial($0, .byClient($1, audit: "abandoned")) } + [
      Trial("remake-key", shown: "ed25519", .byClient("serverAuthentication", audit: "abandoned"))
    ]
  }

  /// Messages at other places, or on other connections, than their own.
  private static var elsewhere: [Trial] {
    let old = Outcome.byClient("wrongContext", audit: "abandoned").again
    let findings: [(String, Outcome)] = [
      ("reflect-m1", .byClient("malformedMessage", audit: "abandoned")),
      ("turn-m1", .byClient("contextReused", audit: "abandoned")),
      ("empty-m2", .byClient("declined", audit: "abandoned")),
      ("reflect-m2", .byServer("wrongContext")),
      ("reflect-m2-as-m3", .byServer("notAuthentic")),
      ("turn-m2", .byServer("contextReused").after("abandoned")),
      ("empty-m3", .byServer("declined")),
      ("replay-m1", .byServer("contextReused").after("abandoned")),
      ("replay-m3", .byServer("wrongContext").after("accepted")),
      ("replay-m3-in-context", .byServer("notAuthentic").after("accepted")),
      ("remake-m3", .byServer("clientAuthentication").after("accepted")),
      ("keep-m3", .byServer("wrongContext").after("abandoned")),
      ("change-m3", .byServer("notAuthentic")),
    ]
    return findings.map { Trial($0, $1) } + [
      Trial("signing-key", .byServer("clientAuthentication")),
      Trial("signing-key-claiming", Outcome(result: .deceived, audit: ["abandoned"])),
      Trial("own-m3", shown: "ed25519", .byServer("clientAuthentication")),
      Trial("replay-m2", what: "on the same connection", isRepeated: true, old),
      Trial("replay-m2", what: "on another connection", isResumed: true, old),
    ]
  }
}
