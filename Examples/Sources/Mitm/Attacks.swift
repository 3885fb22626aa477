internal import ExampleSupport
internal import PassBindLineProfile
internal import PassBindSASL

extension Attack {
  /// All of them.
  static let all: [Attack] = [
    // A connection each with client and server.
    Attack(
      "relay", does: "Passes everything on unchanged, and reads along.",
      must: """
        A bound login must be refused: by the server with SCRAM, with OPAQUE by the client, which sends no proof; with OPAQUE-EA \
        always, and before it stretches the password. An unbound one succeeds, and with --take-over this program then asks the server who it is, in the client's place.
        """, isPassive: true, .between(Passing())),
    Attack(
      "own-key", does: "Passes everything on unchanged, with the server's own certificate and key.",
      must: """
        A login that is bound by tls-server-end-point PASSES and can be taken over, since the certificate is the right one; by \
        tls-exporter or tls-unique, and by OPAQUE-EA, it must be refused.
        """, isPassive: true, .withServersKey(Passing())),
    Attack(
      "offer-unbound", does: "Offers logins that are not bound, whether the server does or not.",
      must:
        "A server that requires channel binding must refuse them. A client of OPAQUE-EA must log in by nothing else.",
      .between(Rewriting(offer: Capabilities.unbound))),
    Attack(
      "undefined-hash",
      does: "Passes everything on, behind a certificate that tls-server-end-point has no hash for.",
      must: """
        Give it a certificate signed with Ed25519. A client that must bind, and can by nothing but tls-server-end-point, must give \
        up, and not log in unbound.
        """, isPassive: true, .between(Passing())),

    // What the server offers.
    Attack(
      "strip-plus", does: "Takes every -PLUS mechanism off the server's list.",
      must: """
        A client that requires channel binding must give up before it sends anything of use. One that only prefers it says that \
        it saw no -PLUS ("y"): the server, which offered some, must refuse it. OPAQUE-EA has none, and fails as with relay.
        """, .between(Rewriting(offer: Capabilities.withoutPlus))),
    Attack(
      "only-plain", does: "Offers nothing but PLAIN, which hands over the password itself.",
      must: "The client must give up, whatever it thinks of binding; the password is never sent.",
      .between(Rewriting(offer: Capabilities.onlyPLAIN))),
    Attack(
      "only-sha-1", does: "Offers nothing but SCRAM-SHA-1, bound or not.",
      must: "The client must give up before it sends anything.",
      .between(Rewriting(offer: Capabilities.onlySHA1))),
    Attack(
      "strip-types",
      does: "Takes tls-exporter and tls-unique off the list, with the server's own certificate and key.",
      must: """
        A client with SCRAM must notice it by the server's hash of its offer (XEP-0474), where it sends one; with OPAQUE, always; \
        one that accepts tls-exporter alone must give up. A client without any of these binds by tls-server-end-point: see own-key. \
        OPAQUE-EA binds by none of them, and fails as there.
        """, .withServersKey(Rewriting.strippingTypes(andHash: false))),
    Attack(
      "strip-types-and-hash", does: "Does the same, and takes away the server's hash of its offer too.",
      must: "The server must refuse the proof, which was made for its words as the client saw them.",
      .withServersKey(Rewriting.strippingTypes(andHash: true))),
    Attack(
      "strip-ea", does: "Takes OPAQUE-EA off the server's list.",
      must: "A client that wants nothing else must give up before it sends anything.",
      .between(Rewriting(offer: Capabilities.withoutAuthenticators))),
    Attack(
      "only-unique", does: "Leaves tls-unique alone on the list of binding types.",
      must: "On TLS 1.3, which has none, the client must give up; OPAQUE-EA, which needs none, fails as with relay.",
      .between(Rewriting(offer: Capabilities.binding(by: .tlsUnique)))),
    Attack(
      "offer-ea", does: "Offers OPAQUE-EA, whether the server does or not.",
      must: "Give it --tls-max 1.2. A client of OPAQUE-EA must give up: it needs TLS 1.3.",
      .between(Rewriting(offer: Capabilities.withAuthenticators))),
    Attack(
      "ask-ea", does: "As a client, asks for a login by OPAQUE-EA on TLS 1.2.",
      must: "The server must refuse: it has offered none there.", .asClient { try await $0.askOnTLS12() }),

    // What the client says about binding.
    Attack(
      "rewrite-y", does: "Takes -PLUS off the list, and turns the client's \"y\" into \"n\".",
      must:
        "The server must refuse: the client's c= still says \"y\". With OPAQUE the client gives up before it proves anything.",
      .between(Rewriting.yToN)),
    Attack(
      "rewrite-y-and-c", does: "Does the same in c= too.",
      must: "The proof, which covers c=, must not verify.", .between(Rewriting.yToNTwice)),
    Attack(
      "unbind", does: "Makes a bound login an unbound one: in the mechanism's name, the header, and c=.",
      must: "The proof must not verify; with OPAQUE the client gives up before it.", .between(Rewriting.unbinding)),
    Attack(
      "ask-unique", does: "Says in the client's name that it binds by tls-unique.",
      must: "On TLS 1.3, which has none, the server must refuse at once.", .between(Rewriting.naming("tls-unique"))),
    Attack(
      "type-with-space", does: "Puts a space behind the name of the binding type.",
      must: "The server must refuse at once.", .between(Rewriting.naming("tls-exporter "))),
    Attack(
      "unknown-type", does: "Names a binding type that nobody knows.",
      must: "The server must refuse at once.", .between(Rewriting.naming("tls-wishful"))),
    Attack(
      "empty-binding", does: "Takes the binding's data out of c=.",
      must: "The server must refuse: nothing is never equal to nothing.", .withServersKey(Rewriting.withoutData)),
    Attack(
      "other-header", does: "Puts another header into c= than the client sent first.",
      must: "The server must refuse.", .withServersKey(Rewriting.otherHeader)),

    // What TLS is asked to do.
    Attack(
      "bind-without-ems",
      does: "Connects to the server with TLS 1.2 and no extended master secret, and asks for a bound login.",
      must: "The server must neither offer nor take tls-exporter and tls-unique there.",
      .asClient { try await $0.bindWithoutMasterSecret() }),
    Attack(
      "offer-without-ems",
      does: "Serves one client with TLS 1.2 and no extended master secret, and offers to bind.",
      must: "A client that must bind by tls-exporter or tls-unique must give up.",
      .asServer { try await $0.offerWithoutMasterSecret() }),
    Attack(
      "stale-binding",
      does: "Logs in with the right password on a resumed session, bound to the connection before it.",
      must: "The server must refuse it for the binding alone; with OPAQUE the client's end finds it out.",
      .asThief { try await $0.useStaleBinding() }),
    Attack(
      "early-data", does: "Resumes a TLS 1.3 session, and begins a login in early data, which could be replayed.",
      must: "TLS must refuse it: the server never gets to read it.", .asClient { try await $0.sendEarlyData() }),
    Attack(
      "renegotiate-with-server", does: "Asks the server for a new handshake in the middle of a login.",
      must: "TLS must refuse, and the login end.", .asClient { try await $0.renegotiateWithServer() }),
    Attack(
      "renegotiate-after-login",
      does: "Logs in with the right password, and asks the server for a new handshake then.",
      must: "TLS must refuse, and the connection end.", .asThief { try await $0.renegotiateAfterLogin() }),
    Attack(
      "renegotiate-with-client",
      does: "Serves one client, and asks it for a new handshake in the middle of its login.",
      must: "TLS must refuse, and the login end.", .asServer { try await $0.renegotiateWithClient() }),

    // What nothing protects yet.
    Attack(
      "inject-to-server", does: "Puts a command in the clear behind the client's STARTTLS.",
      must: "The server must end the connection.", .beforeTLS(Injecting(victim: .server))),
    Attack(
      "inject-to-client", does: "Puts a line in the clear behind the server's answer to STARTTLS.",
      must: "The client must end the connection.", .beforeTLS(Injecting(victim: .client))),
    Attack(
      "forge-capabilities", does: "Offers nothing but PLAIN in the clear, and lets TLS pass.",
      must: "The client must ask again inside TLS, and log in as if nothing had been.", .besideTLS(Forging())),
    Attack(
      "strip-starttls", does: "Takes STARTTLS off the server's list.", must: "The client must give up.",
      .beforeTLS(StrippingStartTLS())),

    // What was said before.
    Attack(
      "replay", does: "Passes a login on, and says all of the client's part once more on a new connection.",
      must:
        "The server must refuse it: its own part is a new one. With OPAQUE-EA there is no proof to say again: see replay-m3.",
      isPassive: true, .between(Replaying())),

    // What nobody is told.
    Attack(
      "guess-while-blocked",
      does: "Guesses until the name is blocked; then gives the right password, and guesses once more.",
      must: """
        Give it the right password. The server must refuse both alike. With OPAQUE it must answer neither: its answer to a guess is \
        what a guess can be tested by.
        """, .asThief { try await $0.guessWhileBlocked() }),

    // What a server can say. The interceptor has the server's key, so that a login bound by tls-server-end-point gets
    // that far.
    Attack(
      "many-iterations", does: "Has the client stretch its password a thousand million times.",
      must: "The client must give up before it begins.", .withServersKey(Rewriting.iterating(1_000_000_000))),
    Attack(
      "one-iteration", does: "Has the client stretch its password once, so that its proof is cheap to guess from.",
      must: "The client must give up before it begins.", .withServersKey(Rewriting.iterating(1))),
    Attack(
      "foreign-nonce", does: "Answers with a nonce that does not begin with the client's.",
      must: "The client must give up.", .withServersKey(Rewriting.foreignNonce)),
    Attack(
      "empty-nonce", does: "Answers with the client's nonce and nothing of the server's.",
      must: "The client must give up.", .withServersKey(EmptyNonce())),
    Attack(
      "wrong-signature", does: "Changes one bit of the server's proof.",
      must: "The client must not believe the success.", .withServersKey(Rewriting.wrongSignature)),
    Attack(
      "no-signature", does: "Keeps the server's proof back, and passes its success on.",
      must: "The client must not believe it.", .withServersKey(WithholdingSignature())),
    Attack(
      "early-success", does: "Claims a success before the client has proved anything.",
      must: "The client must not believe it.", .withServersKey(EarlySuccess())),

    // OPAQUE's key exchange, likewise; in OPAQUE-EA what is like it, where Finished is over all of it.
    Attack(
      "change-ke1", does: "Changes one bit of the nonce in KE1, or of the context in m1.",
      must: "The client must give up, and send no proof.",
      .withServersKey(Rewriting.changing(.clientNonce, by: KeyChange.flip))),
    Attack(
      "change-ke2", does: "Changes one bit of the server's proof in KE2, or of its signature in m2.",
      must: "The client must give up, and send no proof.",
      .withServersKey(Rewriting.changing(.serverProof, by: KeyChange.flip))),
    Attack(
      "change-envelope", does: "Changes one bit of the masked envelope in KE2 or m2.",
      must: "The client must give up, as if the password were wrong; with OPAQUE-EA before it stretches that.",
      .withServersKey(Rewriting.changing(.envelope, by: KeyChange.flip))),
    Attack(
      "change-ke3", does: "Changes one bit of KE3. Of OPAQUE-EA's, see change-m3.", must: "The server must refuse.",
      .withServersKey(Rewriting.changing(.clientProof, by: KeyChange.flip))),
    Attack(
      "reflect-ke1", does: "Sends the client's blinded password back as what the server made of it.",
      must: "The client must give up; with OPAQUE-EA before it looks at it.", .withServersKey(Reflecting())),
    Attack(
      "identity-in-ke1", does: "Puts the identity element in the place of the blinded password.",
      must: "The server must refuse at once.",
      .withServersKey(Rewriting.changing(.blindedMessage, by: KeyChange.identity))),
    Attack(
      "identity-in-ke2", does: "Puts the identity element in the place of what the server made of the password.",
      must: "The client must give up, as if the password were wrong; with OPAQUE-EA before it looks at it.",
      .withServersKey(Rewriting.changing(.evaluatedMessage, by: KeyChange.identity))),
    Attack(
      "much-stretching", does: "Has the client stretch its password with 4 GiB of memory.",
      must: "The client must give up before it begins.",
      .withServersKey(Rewriting.stretching(much))),
    Attack(
      "little-stretching", does: "Has the client stretch its password with 8 KiB of memory.",
      must: "The client must give up before it begins.", .withServersKey(Rewriting.stretching(little))),

    // OPAQUE-EA, with Finished made anew by the interceptor, so that the client looks at what stands behind it.
    Attack(
      "remake-finished", does: "Gives the server's m2 a Finished that is right for the client's connection.",
      must: "The client must find that the server signed for another connection, and send no proof.",
      .withServersKey(Answering.remade { _, _ in })),
    Attack(
      "remake-key", does: "Signs the server's m2 by the key of its own certificate, with a Finished that is right.",
      must: "Give it an Ed25519 certificate. The client must find that this is not the key it registered with.",
      .between(Answering.ownKey)),
    Attack(
      "remake-name", does: "Has m2 ask for the proof of another user, with a Finished that is right.",
      must: "The client must give up before it stretches its password.", .withServersKey(Answering.askingForAnother)),
    Attack(
      "remake-envelope", does: "Changes one bit of the masked envelope in m2, with a Finished that is right.",
      must: "The client must give up, as if the password were wrong.",
      .withServersKey(Answering.remade(.envelope, KeyChange.flip))),
    Attack(
      "remake-identity", does: "Puts the identity element into m2, with a Finished that is right.",
      must: "The client must give up before it stretches its password.",
      .withServersKey(Answering.remade(.evaluatedMessage, KeyChange.identity))),
    Attack(
      "remake-reflected", does: "Puts the client's own blinded password into m2, with a Finished that is right.",
      must: "The client must give up before it stretches its password.", .withServersKey(Answering.reflectingBlinded)),
    Attack(
      "remake-stretching-up", does: "Has m2 ask for 4 GiB of memory, with a Finished that is right.",
      must: "The client must give up before it begins.", .withServersKey(Answering.stretching(by: much))),
    Attack(
      "remake-stretching-down", does: "Has m2 ask for 8 KiB of memory, with a Finished that is right.",
      must: "The client must give up before it begins.", .withServersKey(Answering.stretching(by: little))),

    // OPAQUE-EA with a stolen key.
    Attack(
      "signing-key",
      does:
        "Signs m2 by the server's own key of OPAQUE-EA, which was stolen, and passes the proof on with a right Finished.",
      must:
        "Give it --signing-key. The client takes it for the server; the server must find that the proof is for another connection.",
      .withServersKey(Impersonating(isClaiming: false))),
    Attack(
      "signing-key-claiming",
      does: "Signs m2 by the server's own key of OPAQUE-EA, which was stolen, and says that the client is logged in.",
      must: "Give it --signing-key. The client BELIEVES it; the server knows of no login.",
      .withServersKey(Impersonating(isClaiming: true))),

    // OPAQUE-EA's messages at other places than their own.
    Attack(
      "reflect-m1", does: "Sends the client's own request back to it in place of the server's message.",
      must: "The client must give up.", .withServersKey(Answering.reflecting)),
    Attack(
      "turn-m1", does: "Puts the client's own request behind the server's authenticator, as if the server asked.",
      must: "The client must give up: the context was used before.", .withServersKey(Answering.turningRequest)),
    Attack(
      "empty-m2", does: "Declines to authenticate, in the server's place.",
      must: "The client must give up: nobody has proved anything.", .withServersKey(Answering.declining)),
    Attack(
      "replay-m2", does: "Answers every login with what the server said to the first, on that connection or on others.",
      must: "The client must find that it answers another request.", .withServersKey(ReplayingServer())),
    Attack(
      "reflect-m2", does: "As a client, sends the server's own authenticator back in place of a proof.",
      must: "The server must find that it answers another request.",
      .asClient { try await $0.answer(EAServerFirst.ofServer) }),
    Attack(
      "reflect-m2-as-m3",
      does: "As a client, sends the server's authenticator back with the context and the extension of a client's.",
      must: "The server must find that Finished is not a client's.",
      .asClient { try await $0.answer(EAServerFirst.ofServerAsClients) }),
    Attack(
      "turn-m2", does: "As a client, begins a second login by the server's own request, as if it were the client's.",
      must: "The server must refuse: the context was used before.",
      .asClient { intrusion in
        try await intrusion.beginAgain { _, asked in
          var request = asked.request
          request.isServers = false
          return request.bytes
        }
      }),
    Attack(
      "empty-m3", does: "As a client, declines to authenticate.", must: "The server must refuse.",
      .asClient { try await $0.answer(EAServerFirst.declining) }),
    Attack(
      "own-m3", does: "As a client, signs by the key of its own certificate.",
      must: "Give it an Ed25519 certificate. The server must find that this is not the key of the account.",
      .asClient { try await $0.answer(EAServerFirst.ownKey) }),
    Attack(
      "replay-m1", does: "As a client, begins a second login on the connection with the same request.",
      must: "The server must refuse: the context was used before.",
      .asClient { intrusion in try await intrusion.beginAgain { clientFirst, _ in clientFirst } }),
    Attack(
      "replay-m3",
      does: "Logs in with the right password, and says all of its part once more on another connection.",
      must: "The server must find that the proof answers another request.",
      .asThief { try await $0.replayProof(EAAuthenticator.asItWas) }),
    Attack(
      "replay-m3-in-context",
      does:
        "Logs in with the right password, and sends the proof on another connection, with the context asked for there.",
      must: "The server must find that Finished is another connection's.",
      .asThief { try await $0.replayProof(EAAuthenticator.inContext) }),
    Attack(
      "remake-m3",
      does: "Logs in with the right password, and gives the proof a Finished that is right for another connection.",
      must:
        "The server must find that the client did not sign this: it was for another connection, request and context.",
      .asThief { try await $0.replayProof(EAAuthenticator.remade) }),
    Attack(
      "keep-m3",
      does: "With the right password, breaks a login off, and answers the next one on the connection with its proof.",
      must: "The server must find that the proof answers another request.", .asThief { try await $0.keepProof() }),
    Attack(
      "change-m3", does: "With the right password, changes one bit of the proof's signature.",
      must: "The server must refuse.", .asThief { try await $0.changeProof() }),
  ]

  private static let much = "argon2id,m=4194303,t=10,p=1"
  private static let little = "argon2id,m=8,t=1,p=1"
}
