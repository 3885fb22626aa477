internal import PassBindAccounts
internal import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM
internal import PassBindTLS

extension Trial {
  /// The show, in its order.
  static let all: [Trial] =
    nobody + relayed + ownKey + offers + headers + masterSecret + sessions + clear + replayed + hostileServer
    + keyExchange + authenticators + blocked

  private static let scram = SCRAMMechanism(.sha512).name
  private static let opaque = OPAQUEMechanism().name
  private static let both = [scram, opaque]
  /// Each type where it is the best there is.
  private static let bindings: [(ChannelBindingType, TLSVersion)] = [
    (.tlsExporter, .tls13), (.tlsExporter, .tls12), (.tlsUnique, .tls12), (.tlsServerEndPoint, .tls13),
  ]

  /// What a client of OPAQUE finds where another connection's binding, offer or header went into the server's answer.
  private static let otherContext = Outcome.byClient("serverAuthentication", audit: "abandoned")

  // MARK: Logins that nobody attacks

  private static var nobody: [Trial] {
    let plain = both.flatMap { mechanism in
      bindings.map { type, tls in
        Trial(attack: nil, mechanism: mechanism, bindingTypes: [type], tls: tls, right: .accepted)
      }
    }
    let resumed: [Trial] = both.flatMap { mechanism in
      [
        Trial(attack: nil, what: "resumed", mechanism: mechanism, isResumed: true, right: .twice),
        Trial(
          attack: nil, what: "resumed by ticket", mechanism: mechanism, bindingTypes: [.tlsUnique], tls: .tls12,
          isResumed: true, right: .twice),
        Trial(
          attack: nil, what: "resumed by session ID", mechanism: mechanism, bindingTypes: [.tlsUnique], tls: .tls12,
          isResumed: true, server: Server(resumption: .sessionIDs), right: .twice),
        Trial(
          attack: nil, what: "resumed, two certificates", mechanism: mechanism, bindingTypes: [.tlsServerEndPoint],
          isResumed: true, server: Server(certificates: ["rsa-sha256", "p384-sha384"]), right: .twice),
        Trial(
          attack: nil, what: "resumed, two certificates", mechanism: mechanism, bindingTypes: [.tlsServerEndPoint],
          tls: .tls12, isResumed: true, server: Server(certificates: ["rsa-sha256", "p384-sha384"]), right: .twice),
      ]
    }
    let undefined: [Trial] = both.flatMap { mechanism in
      [
        Trial(
          attack: nil, what: "Ed25519 certificate", mechanism: mechanism, bindingTypes: [.tlsServerEndPoint],
          server: Server(certificates: ["ed25519"]), right: .byClient("channelBindingUnavailable")),
        Trial(
          attack: nil, what: "Ed25519 certificate", mechanism: mechanism, server: Server(certificates: ["ed25519"]),
          right: .accepted),
      ]
    }
    return plain + resumed + undefined
  }

  // MARK: In between

  private static var relayed: [Trial] {
    let bound = both.flatMap { mechanism in
      bindings.map { type, tls in
        Trial(
          attack: "relay", mechanism: mechanism, bindingTypes: [type], tls: tls,
          right: mechanism == scram ? .byServer("channelBindingMismatch") : otherContext)
      }
    }
    let others: [Trial] = both.flatMap { mechanism in
      [
        Trial(attack: "relay", mechanism: mechanism, channelBinding: .disable, right: .takenOver),
        Trial(
          attack: "offer-unbound", what: "binding required", mechanism: mechanism, channelBinding: .disable,
          server: Server(requiresChannelBinding: true), right: .byServer("channelBindingRequired")),
        Trial(
          attack: "undefined-hash", mechanism: mechanism, bindingTypes: [.tlsServerEndPoint], shown: "ed25519",
          right: .byClient("channelBindingUnavailable")),
      ]
    }
    return bound + others
  }

  private static var ownKey: [Trial] {
    both.flatMap { mechanism in
      let refused = mechanism == scram ? Outcome.byServer("channelBindingMismatch") : otherContext
      return bindings.map { type, tls in
        Trial(
          attack: "own-key", mechanism: mechanism, bindingTypes: [type], tls: tls,
          right: type == .tlsServerEndPoint ? .takenOver : refused)
      } + [
        Trial(
          attack: "own-key", mechanism: mechanism, bindingTypes: [.tlsServerEndPoint], tls: .tls12, right: .takenOver),
        Trial(
          attack: "own-key", what: "resumed", mechanism: mechanism, isResumed: true, right: refused.again),
        Trial(
          attack: "own-key", what: "resumed", mechanism: mechanism, bindingTypes: [.tlsUnique], tls: .tls12,
          isResumed: true, right: refused.again),
      ]
    }
  }

  // MARK: What is offered, and what is said of it

  private static var offers: [Trial] {
    let types: [Trial] = both.flatMap { mechanism in
      let isSCRAM = mechanism == scram
      let sends = Server(sendsOfferHash: true)
      return [
        Trial(
          attack: "strip-types", what: "offer hash sent", mechanism: mechanism, server: sends,
          brought: .tlsServerEndPoint, right: isSCRAM ? .byClient("offerDowngrade", audit: "abandoned") : otherContext),
        Trial(
          attack: "strip-types", what: "tls-exporter alone", mechanism: mechanism,
          bindingTypes: [.tlsExporter],
          right: .byClient("channelBindingUnavailable")),
        Trial(
          attack: "strip-types", what: "no offer hash", mechanism: mechanism, brought: .tlsServerEndPoint,
          right: isSCRAM ? .takenOver : otherContext),
        Trial(
          attack: "strip-types-and-hash", what: "offer hash sent", mechanism: mechanism,
          server: sends, brought: .tlsServerEndPoint, right: isSCRAM ? .byServer("invalidProof") : otherContext),
      ]
    }
    return both.flatMap { mechanism in
      [
        Trial(attack: "strip-plus", mechanism: mechanism, right: .byClient("channelBindingUnavailable")),
        Trial(
          attack: "strip-plus", what: "binding preferred", mechanism: mechanism, channelBinding: .prefer,
          right: .byServer("channelBindingDowngrade")),
        Trial(attack: "only-plain", mechanism: mechanism, right: .byClient("channelBindingUnavailable")),
        Trial(
          attack: "only-plain", mechanism: mechanism, channelBinding: .disable,
          right: .byClient("noAcceptableMechanism")),
        Trial(attack: "only-sha-1", mechanism: mechanism, right: .byClient("channelBindingUnavailable")),
        Trial(
          attack: "only-sha-1", mechanism: mechanism, channelBinding: .disable,
          right: .byClient("noAcceptableMechanism")),
        Trial(attack: "only-unique", mechanism: mechanism, right: .byClient("channelBindingUnavailable")),
      ]
    } + types
  }

  private static var headers: [Trial] {
    let early: [Trial] = both.flatMap { mechanism in
      [
        Trial(
          attack: "rewrite-y", what: "binding preferred", mechanism: mechanism, channelBinding: .prefer,
          right: mechanism == scram ? .byServer("channelBindingMismatch") : otherContext),
        Trial(
          attack: "unbind", mechanism: mechanism, bindingTypes: [.tlsServerEndPoint], shown: "server",
          right: mechanism == scram ? .byServer("invalidProof") : otherContext),
        Trial(attack: "ask-unique", mechanism: mechanism, right: .byServer("unsupportedBindingType")),
        Trial(attack: "type-with-space", mechanism: mechanism, right: .byServer("malformedMessage")),
        Trial(attack: "unknown-type", mechanism: mechanism, right: .byServer("unsupportedBindingType")),
      ]
    }
    let endPoint: [ChannelBindingType] = [.tlsServerEndPoint]
    return early + [
      Trial(
        attack: "rewrite-y-and-c", what: "binding preferred", mechanism: scram, channelBinding: .prefer,
        right: .byServer("invalidProof")),
      Trial(
        attack: "empty-binding", mechanism: scram, bindingTypes: endPoint, right: .byServer("channelBindingMismatch")),
      Trial(
        attack: "other-header", mechanism: scram, bindingTypes: endPoint, right: .byServer("channelBindingMismatch")),
    ]
  }

  // MARK: TLS

  private static var masterSecret: [Trial] {
    both.flatMap { mechanism in
      [ChannelBindingType.tlsExporter, .tlsUnique].flatMap { type in
        [
          Trial(
            attack: "bind-without-ems", mechanism: mechanism, bindingTypes: [type], tls: .tls12,
            right: .byServer("unsupportedBindingType")),
          Trial(
            attack: "offer-without-ems", mechanism: mechanism, bindingTypes: [type], tls: .tls12,
            right: .byClient("channelBindingUnavailable")),
        ]
      }
    }
  }

  private static var sessions: [Trial] {
    let stale = both.flatMap { mechanism in
      let right = (mechanism == scram ? Outcome.byServer("channelBindingMismatch") : otherContext).after("accepted")
      return bindings.filter { $0.0 != .tlsServerEndPoint }.map { type, tls in
        Trial(attack: "stale-binding", mechanism: mechanism, bindingTypes: [type], tls: tls, right: right)
      } + [
        Trial(
          attack: "stale-binding", what: "resumed by session ID", mechanism: mechanism, bindingTypes: [.tlsUnique],
          tls: .tls12, server: Server(resumption: .sessionIDs), right: right)
      ]
    }
    return stale
      + both.flatMap { mechanism in
        [
          Trial(
            attack: "early-data", mechanism: mechanism, channelBinding: .disable,
            right: Outcome(result: .refused, by: .tls, reason: "handshakeFailed")),
          Trial(
            attack: "renegotiate-with-server", mechanism: mechanism, channelBinding: .disable, tls: .tls12,
            right: Outcome(result: .refused, by: .tls, reason: "connectionFailed", audit: ["abandoned"])),
          Trial(
            attack: "renegotiate-after-login", mechanism: mechanism, channelBinding: .disable, tls: .tls12,
            right: Outcome(result: .refused, by: .tls, reason: "connectionFailed", audit: ["accepted"])),
          Trial(
            attack: "renegotiate-with-client", mechanism: mechanism, tls: .tls12,
            right: Outcome(result: .refused, by: .tls, reason: "connectionFailed")),
        ]
      }
  }

  // MARK: Before TLS

  private static var clear: [Trial] {
    let server = Server(startTLS: true)
    return both.flatMap { mechanism in
      [
        Trial(
          attack: "inject-to-server", mechanism: mechanism, server: server,
          right: Outcome(result: .refused, by: .server, reason: "the server closes: Plaintext behind STARTTLS")),
        Trial(
          attack: "inject-to-client", mechanism: mechanism, server: server, right: .byClient("plaintextBehindStartTLS")),
        Trial(
          attack: "forge-capabilities", mechanism: mechanism, server: server, heard: "AUTH=PLAIN", right: .accepted),
        Trial(
          attack: "strip-starttls", mechanism: mechanism, server: server, right: .byClient("startTLSUnavailable")),
      ]
    }
  }

  // MARK: What was said before, and what a server can say

  private static var replayed: [Trial] {
    both.flatMap { mechanism in
      let right = Outcome.byServer(mechanism == scram ? "nonceMismatch" : "clientAuthentication").after("accepted")
      return [
        Trial(attack: "replay", mechanism: mechanism, channelBinding: .disable, right: right),
        Trial(
          attack: "replay", what: "with the server's key", mechanism: mechanism, bindingTypes: [.tlsServerEndPoint],
          shown: "server", right: right),
      ]
    }
  }

  private static var hostileServer: [Trial] {
    let findings: [(String, Outcome)] = [
      ("many-iterations", .byClient("iterationCountRefused", audit: "abandoned")),
      ("one-iteration", .byClient("iterationCountRefused", audit: "abandoned")),
      ("foreign-nonce", .byClient("nonceMismatch", audit: "abandoned")),
      ("empty-nonce", .byClient("nonceMismatch", audit: "abandoned")),
      ("wrong-signature", .byClient("serverSignatureWrong", audit: "accepted")),
      ("no-signature", .byClient("outOfOrder", audit: "accepted")),
      ("early-success", .byClient("outOfOrder", audit: "abandoned")),
    ]
    return findings.map { Trial(attack: $0, mechanism: scram, bindingTypes: [.tlsServerEndPoint], right: $1) }
  }

  /// Each by an account of its own, which is of no use afterwards.
  private static var blocked: [Trial] {
    [(scram, "invalidProof"), (opaque, "abandoned"), (OPAQUEEAMechanism.name, "abandoned")].map { mechanism, guess in
      let guesses = [String](repeating: guess, count: ThrottleLimits().userFailures)
      var right = Outcome.byServer("userThrottled")
      right.audit = guesses + ["userThrottled", "userThrottled"]
      return Trial(
        attack: "guess-while-blocked", mechanism: mechanism, server: Server(blocks: true),
        user: "guessed by \(mechanism)", right: right)
    }
  }

  private static var keyExchange: [Trial] {
    let findings: [(String, Outcome)] = [
      ("early-success", .byClient("outOfOrder", audit: "abandoned")),
      ("change-ke1", otherContext),
      ("change-ke2", otherContext),
      ("change-envelope", .byClient("envelopeRecovery", audit: "abandoned")),
      ("change-ke3", .byServer("clientAuthentication")),
      ("reflect-ke1", .byClient("reflectedValue", audit: "abandoned")),
      ("identity-in-ke1", .byServer("invalidElement")),
      ("identity-in-ke2", .byClient("envelopeRecovery", audit: "abandoned")),
      ("much-stretching", .byClient("stretchingRefused", audit: "abandoned")),
      ("little-stretching", .byClient("stretchingRefused", audit: "abandoned")),
    ]
    return findings.map { Trial(attack: $0, mechanism: opaque, bindingTypes: [.tlsServerEndPoint], right: $1) }
  }
}

extension Outcome {
  /// Two logins, both accepted.
  static let twice = accepted.after("accepted")

  /// The second time, after the same the first time.
  var again: Outcome { after(audit.last ?? "accepted") }

  /// The same, after another login.
  func after(_ first: String) -> Outcome {
    Outcome(result: result, by: by, reason: reason, audit: [first] + audit)
  }
}
