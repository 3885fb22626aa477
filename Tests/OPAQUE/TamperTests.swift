import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPAQUE

/// Rows 8 to 14: what an attacker on the way, or with a hand in the store, can do.
@Suite struct TamperTests {
  @Test func anUntouchedLoginSucceeds() async throws {
    let isSame = try await Account().logIn()
    #expect(isSame)
  }

  /// Rows 8 and 9: one flipped bit, each of the 2,560 of KE2.
  @Test func eachBitOfKE2Counts() async throws {
    let account = try await Account()
    for bit in 0..<KE2.count * 8 {
      let found = await code { try await account.logIn { if $0 == .ke2 { $1[bit / 8] ^= 1 << (bit % 8) } } }
      // The server proves what comes from maskedResponse on: what lies before makes the envelope unreadable.
      let expected: OPAQUEError.Code =
        bit / 8 < KE2.serverNonce.range.lowerBound ? .envelopeRecovery : .serverAuthentication
      #expect(found == expected, "bit \(bit)")
    }
  }

  @Test func eachBitOfKE3Counts() async throws {
    let account = try await Account()
    for bit in 0..<KE3.count * 8 {
      let found = await code { try await account.logIn { if $0 == .ke3 { $1[bit / 8] ^= 1 << (bit % 8) } } }
      #expect(found == .clientAuthentication, "bit \(bit)")
    }
  }

  /// A changed KE1 is refused by the server, or makes an answer that the client refuses.
  @Test func eachBitOfKE1Counts() async throws {
    let account = try await Account()
    for bit in 0..<KE1.count * 8 {
      let found = await code { try await account.logIn { if $0 == .ke1 { $1[bit / 8] ^= 1 << (bit % 8) } } }
      let expected: [OPAQUEError.Code] =
        switch bit / 8 {
        case KE1.blindedMessage.range: [.invalidElement, .envelopeRecovery]
        case KE1.clientNonce.range: [.serverAuthentication]
        default: [.invalidElement, .serverAuthentication]
        }
      #expect(expected.contains { $0 == found }, "bit \(bit): \(String(describing: found))")
    }
  }

  @Test func aWrongPasswordFailsAtTheClient() async throws {
    let account = try await Account()
    for password in ["Correct horse battery staple", "x", "correct horse battery staple "] {
      let found = await code { try await account.logIn(password: password) }
      #expect(found == .envelopeRecovery)
    }
  }

  /// Row 10.
  @Test func anotherContextFailsAtTheServersMAC() async throws {
    let account = try await Account()
    let (one, other) = (Array("one connection".utf8), Array("another".utf8))
    let isSame = try await account.logIn(clientContext: one, serverContext: one)
    #expect(isSame)
    for (client, server) in [(one, other), (one, []), ([], one), (one, one + [0])] {
      let found = await code { try await account.logIn(clientContext: client, serverContext: server) }
      #expect(found == .serverAuthentication)
    }
  }

  /// Row 10: identities fail at the envelope where the client has others than at the registration, and at the server's
  /// MAC where the server has.
  @Test func otherIdentitiesFail() async throws {
    let registered = try OPAQUEIdentities(client: Array("alice".utf8), server: Array("example.org".utf8))
    let account = try await Account(identities: registered)
    let isSame = try await account.logIn()
    #expect(isSame)
    let others = [
      try OPAQUEIdentities(client: Array("bob".utf8), server: registered.server),
      try OPAQUEIdentities(client: registered.client, server: Array("example.com".utf8)),
      try OPAQUEIdentities(client: registered.server, server: registered.client),
      try OPAQUEIdentities(client: Array("aliceexample.org".utf8), server: Array("x".utf8)),
      .publicKeys,
    ]
    for identities in others {
      let atClient = await code { try await account.logIn(clientIdentities: identities) }
      #expect(atClient == .envelopeRecovery)
      let atServer = await code {
        let client = try OPAQUEClientLogin(password: Account.password())
        let server = try account.answer(client.ke1, identities: identities)
        _ = try await client.finish(ke2: server.ke2, identities: registered, stretching: InsecureIdentityStretching())
      }
      #expect(atServer == .serverAuthentication)
    }
  }

  /// Row 11.
  @Test func messagesOfOneLoginAreWorthlessInAnother() async throws {
    let account = try await Account()
    let stretching = InsecureIdentityStretching()
    let first = try OPAQUEClientLogin(password: Account.password()).ke1
    let second = try OPAQUEClientLogin(password: Account.password())
    let oldKE2 = try account.answer(first).ke2
    let ke1 = second.ke1
    let replayedKE2 = await code(finishing: second, oldKE2)
    #expect(replayedKE2 == .envelopeRecovery)  // another blind was evaluated

    let client = try OPAQUEClientLogin(password: Account.password())
    let server = try account.answer(client.ke1)
    let session = try await client.finish(ke2: server.ke2, stretching: stretching)
    let oldKE3 = session.ke3
    _ = try server.finish(ke3: oldKE3)
    // The same KE1 once more, as somebody would send it who recorded everything.
    let replayedKE3 = await code { _ = try account.answer(ke1).finish(ke3: oldKE3) }
    #expect(replayedKE3 == .clientAuthentication)
  }

  /// A KE2 that answers the same KE1, with a server that drew other values, fails where it is spliced.
  @Test func halvesOfTwoAnswersDoNotFit() async throws {
    let account = try await Account()
    for field in [KE2.maskingNonce, KE2.maskedResponse, KE2.serverNonce, KE2.serverPublicKeyshare, KE2.serverMAC] {
      let client = try OPAQUEClientLogin(password: Account.password())
      var ke2 = try account.answer(client.ke1).ke2
      ke2.replaceSubrange(field.range, with: try account.answer(client.ke1).ke2[field.range])
      let found = await code(finishing: client, ke2)
      #expect(found == .envelopeRecovery || found == .serverAuthentication)
    }
  }

  /// Row 13: a record under another account's name, and an envelope in another account's record.
  @Test func recordsCannotBeSwapped() async throws {
    let (alice, other) = (try await Account(), try await Account())
    let wrongName = await code {
      let client = try OPAQUEClientLogin(password: Account.password())
      let server = try OPAQUEServerLogin(
        ke1: client.ke1, record: alice.record, credentialIdentifier: Array("bob".utf8), setup: alice.setup)
      _ = try await client.finish(ke2: server.ke2, stretching: InsecureIdentityStretching())
    }
    #expect(wrongName == .envelopeRecovery)

    var spliced = alice.record.bytes
    spliced.replaceSubrange(RegistrationRecord.envelope.range, with: other.record[RegistrationRecord.envelope])
    let record = try OPAQUERecord(spliced)
    let wrongEnvelope = await code {
      let client = try OPAQUEClientLogin(password: Account.password())
      let server = try OPAQUEServerLogin(
        ke1: client.ke1, record: record, credentialIdentifier: Account.name, setup: alice.setup)
      _ = try await client.finish(ke2: server.ke2, stretching: InsecureIdentityStretching())
    }
    #expect(wrongEnvelope == .envelopeRecovery)
  }

  /// A server that has the record but not the private key is not the server.
  @Test func anotherServerFails() async throws {
    let account = try await Account()
    let thief = try OPAQUEServerSetup(
      oprfSeed: account.setup.secrets.oprfSeed.copy(),
      privateKey: OPAQUEServerSetup.generate().secrets.privateKey.copy(),
      decoys: account.setup.decoys)
    let found = await code {
      let client = try OPAQUEClientLogin(password: Account.password())
      let server = try OPAQUEServerLogin(
        ke1: client.ke1, record: account.record, credentialIdentifier: Account.name, setup: thief)
      _ = try await client.finish(ke2: server.ke2, stretching: InsecureIdentityStretching())
    }
    #expect(found == .envelopeRecovery)
  }
}
