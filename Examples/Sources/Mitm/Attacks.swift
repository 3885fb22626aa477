internal import ExampleSupport
internal import PassBindLineProfile
internal import PassBindSASL

extension Attack {
  /// All of them.
  static let all: [Attack] = [
    // A connection each with client and server.
    Attack(
      "relay", 1, 2, 18, does: "Passes everything on unchanged, and reads along.",
      must: """
        A bound login must be refused: by the server with SCRAM, with OPAQUE by the client, which sends no proof. An unbound one \
        succeeds, and with --take-over this program then asks the server who it is, in the client's place.
        """, .between(Passing())),
    Attack(
      "own-key", 7, 18, does: "Passes everything on unchanged, with the server's own certificate and key.",
      must: """
        A login that is bound by tls-server-end-point PASSES and can be taken over, since the certificate is the right one; by \
        tls-exporter or tls-unique it must be refused.
        """, .withServersKey(Passing())),
    Attack(
      "offer-unbound", 2, does: "Offers logins that are not bound, whether the server does or not.",
      must: "A server that requires channel binding must refuse them.",
      .between(Rewriting(offer: Capabilities.unbound))),
    Attack(
      "undefined-hash", 11,
      does: "Passes everything on, behind a certificate that tls-server-end-point has no hash for.",
      must: """
        Give it a certificate signed with Ed25519. A client that must bind, and can by nothing but tls-server-end-point, must give \
        up, and not log in unbound.
        """, .between(Passing())),

    // What the server offers.
    Attack(
      "strip-plus", 3, 4, does: "Takes every -PLUS mechanism off the server's list.",
      must: """
        A client that requires channel binding must give up before it sends anything of use. One that only prefers it says that \
        it saw no -PLUS ("y"): the server, which offered some, must refuse it.
        """, .between(Rewriting(offer: Capabilities.withoutPlus))),
    Attack(
      "only-plain", 8, does: "Offers nothing but PLAIN, which hands over the password itself.",
      must: "The client must give up, whatever it thinks of binding; the password is never sent.",
      .between(Rewriting(offer: Capabilities.onlyPLAIN))),
    Attack(
      "only-sha-1", 8, does: "Offers nothing but SCRAM-SHA-1, bound or not.",
      must: "The client must give up before it sends anything.",
      .between(Rewriting(offer: Capabilities.onlySHA1))),
    Attack(
      "strip-types", 9,
      does: "Takes tls-exporter and tls-unique off the list, with the server's own certificate and key.",
      must: """
        A client with SCRAM must notice it by the server's hash of its offer (XEP-0474), where it sends one; with OPAQUE, always; \
        one that accepts tls-exporter alone must give up. A client without any of these binds by tls-server-end-point: see own-key.
        """, .withServersKey(Rewriting.strippingTypes(andHash: false))),
    Attack(
      "strip-types-and-hash", 9, does: "Does the same, and takes away the server's hash of its offer too.",
      must: "The server must refuse the proof, which was made for its words as the client saw them.",
      .withServersKey(Rewriting.strippingTypes(andHash: true))),
    Attack(
      "only-unique", 10, does: "Leaves tls-unique alone on the list of binding types.",
      must: "On TLS 1.3, which has none, the client must give up.",
      .between(Rewriting(offer: Capabilities.binding(by: .tlsUnique)))),

    // What the client says about binding.
    Attack(
      "rewrite-y", 5, does: "Takes -PLUS off the list, and turns the client's \"y\" into \"n\".",
      must:
        "The server must refuse: the client's c= still says \"y\". With OPAQUE the client gives up before it proves anything.",
      .between(Rewriting.yToN)),
    Attack(
      "rewrite-y-and-c", 5, does: "Does the same in c= too.",
      must: "The proof, which covers c=, must not verify.", .between(Rewriting.yToNTwice)),
    Attack(
      "unbind", 6, does: "Makes a bound login an unbound one: in the mechanism's name, the header, and c=.",
      must: "The proof must not verify; with OPAQUE the client gives up before it.", .between(Rewriting.unbinding)),
    Attack(
      "ask-unique", 10, does: "Says in the client's name that it binds by tls-unique.",
      must: "On TLS 1.3, which has none, the server must refuse at once.", .between(Rewriting.naming("tls-unique"))),
    Attack(
      "type-with-space", 19, does: "Puts a space behind the name of the binding type.",
      must: "The server must refuse at once.", .between(Rewriting.naming("tls-exporter "))),
    Attack(
      "unknown-type", 19, does: "Names a binding type that nobody knows.",
      must: "The server must refuse at once.", .between(Rewriting.naming("tls-wishful"))),
    Attack(
      "empty-binding", 19, does: "Takes the binding's data out of c=.",
      must: "The server must refuse: nothing is never equal to nothing.", .withServersKey(Rewriting.withoutData)),
    Attack(
      "other-header", 19, does: "Puts another header into c= than the client sent first.",
      must: "The server must refuse.", .withServersKey(Rewriting.otherHeader)),

    // What TLS is asked to do.
    Attack(
      "bind-without-ems", 10,
      does: "Connects to the server with TLS 1.2 and no extended master secret, and asks for a bound login.",
      must: "The server must neither offer nor take tls-exporter and tls-unique there.",
      .asClient { try await $0.bindWithoutMasterSecret() }),
    Attack(
      "offer-without-ems", 10,
      does: "Serves one client with TLS 1.2 and no extended master secret, and offers to bind.",
      must: "A client that must bind by tls-exporter or tls-unique must give up.",
      .asServer { try await $0.offerWithoutMasterSecret() }),
    Attack(
      "stale-binding", 12,
      does: "Logs in with the right password on a resumed session, bound to the connection before it.",
      must: "The server must refuse it for the binding alone; with OPAQUE the client's end finds it out.",
      .asThief { try await $0.useStaleBinding() }),
    Attack(
      "early-data", 13, does: "Resumes a TLS 1.3 session, and begins a login in early data, which could be replayed.",
      must: "TLS must refuse it: the server never gets to read it.", .asClient { try await $0.sendEarlyData() }),
    Attack(
      "renegotiate-with-server", 14, does: "Asks the server for a new handshake in the middle of a login.",
      must: "TLS must refuse, and the login end.", .asClient { try await $0.renegotiateWithServer() }),
    Attack(
      "renegotiate-after-login", 14,
      does: "Logs in with the right password, and asks the server for a new handshake then.",
      must: "TLS must refuse, and the connection end.", .asThief { try await $0.renegotiateAfterLogin() }),
    Attack(
      "renegotiate-with-client", 14,
      does: "Serves one client, and asks it for a new handshake in the middle of its login.",
      must: "TLS must refuse, and the login end.", .asServer { try await $0.renegotiateWithClient() }),

    // What nothing protects yet.
    Attack(
      "inject-to-server", 15, does: "Puts a command in the clear behind the client's STARTTLS.",
      must: "The server must end the connection.", .beforeTLS(Injecting(victim: .server))),
    Attack(
      "inject-to-client", 15, does: "Puts a line in the clear behind the server's answer to STARTTLS.",
      must: "The client must end the connection.", .beforeTLS(Injecting(victim: .client))),
    Attack(
      "forge-capabilities", 15, does: "Offers nothing but PLAIN in the clear, and lets TLS pass.",
      must: "The client must ask again inside TLS, and log in as if nothing had been.", .besideTLS(Forging())),
    Attack(
      "strip-starttls", 15, does: "Takes STARTTLS off the server's list.", must: "The client must give up.",
      .beforeTLS(StrippingStartTLS())),

    // What was said before.
    Attack(
      "replay", 16, 18, does: "Passes a login on, and says all of the client's part once more on a new connection.",
      must: "The server must refuse it: its own part is a new one.", .between(Replaying())),

    // What a server can say. The interceptor has the server's key, so that a login bound by tls-server-end-point gets that far.
    Attack(
      "many-iterations", 17, does: "Has the client stretch its password a thousand million times.",
      must: "The client must give up before it begins.", .withServersKey(Rewriting.iterating(1_000_000_000))),
    Attack(
      "one-iteration", 17, does: "Has the client stretch its password once, so that its proof is cheap to guess from.",
      must: "The client must give up before it begins.", .withServersKey(Rewriting.iterating(1))),
    Attack(
      "foreign-nonce", 17, does: "Answers with a nonce that does not begin with the client's.",
      must: "The client must give up.", .withServersKey(Rewriting.foreignNonce)),
    Attack(
      "empty-nonce", 17, does: "Answers with the client's nonce and nothing of the server's.",
      must: "The client must give up.", .withServersKey(EmptyNonce())),
    Attack(
      "wrong-signature", 17, does: "Changes one bit of the server's proof.",
      must: "The client must not believe the success.", .withServersKey(Rewriting.wrongSignature)),
    Attack(
      "no-signature", 17, does: "Keeps the server's proof back, and passes its success on.",
      must: "The client must not believe it.", .withServersKey(WithholdingSignature())),
    Attack(
      "early-success", 17, 18, does: "Claims a success before the client has proved anything.",
      must: "The client must not believe it.", .withServersKey(EarlySuccess())),

    // OPAQUE's key exchange, likewise.
    Attack(
      "change-ke1", 18, does: "Changes one bit of the nonce in KE1.",
      must: "The client must give up, and send no proof.",
      .withServersKey(Rewriting.flipping(bitOfByte: 32, in: .clientFirst))),
    Attack(
      "change-ke2", 18, does: "Changes one bit of the server's proof in KE2.",
      must: "The client must give up, and send no proof.",
      .withServersKey(Rewriting.flipping(bitOfByte: 256, in: .serverFirst))),
    Attack(
      "change-envelope", 18, does: "Changes one bit of the masked envelope in KE2.",
      must: "The client must give up, as if the password were wrong.",
      .withServersKey(Rewriting.flipping(bitOfByte: 128, in: .serverFirst))),
    Attack(
      "change-ke3", 18, does: "Changes one bit of KE3.", must: "The server must refuse.",
      .withServersKey(Rewriting.flipping(bitOfByte: 0, in: .clientFinal))),
    Attack(
      "reflect-ke1", 18, does: "Sends the client's blinded password back as what the server made of it.",
      must: "The client must give up.", .withServersKey(Reflecting())),
    Attack(
      "identity-in-ke1", 18, does: "Puts the identity element in the place of the blinded password.",
      must: "The server must refuse at once.", .withServersKey(Rewriting.identity(atByte: 0, in: .clientFirst))),
    Attack(
      "identity-in-ke2", 18, does: "Puts the identity element in the place of what the server made of the password.",
      must: "The client must give up, as if the password were wrong.",
      .withServersKey(Rewriting.identity(atByte: 0, in: .serverFirst))),
    Attack(
      "much-stretching", 18, does: "Has the client stretch its password with 4 GiB of memory.",
      must: "The client must give up before it begins.",
      .withServersKey(Rewriting.stretching("argon2id,m=4194303,t=10,p=1"))),
    Attack(
      "little-stretching", 18, does: "Has the client stretch its password with 8 KiB of memory.",
      must: "The client must give up before it begins.", .withServersKey(Rewriting.stretching("argon2id,m=8,t=1,p=1"))),
  ]
}
