import PassBindCrypto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// What a stranger can learn of accounts, and of guesses at passwords.
@Suite struct SASLSecrecyTests {
  /// The evaluated element: all of KE2 that is the same each time.
  private func evaluation(_ challenge: [UInt8]) throws -> ArraySlice<UInt8> {
    try OPAQUESASLMessage.ServerFirst(parsing: challenge).ke2[KE2.evaluatedMessage.range]
  }

  private func stretching(_ challenge: [UInt8]) throws -> KeyStretchingParameters {
    try OPAQUESASLMessage.ServerFirst(parsing: challenge).stretching
  }

  @Test func anUnknownUserLooksLikeAnyOther() async throws {
    let service = try await Service()
    let client = try service.client()
    let first = client.firstMessage
    let known = try service.challenge(first).message
    let unknown = try service.challenge(first, isKnown: false).message
    #expect(known.count == unknown.count)
    #expect(try stretching(known) == stretching(unknown))
    let again = try service.challenge(first, isKnown: false).message
    #expect(again != unknown)
    #expect(try evaluation(again) == evaluation(unknown))
    let found = await refusal(by: client, of: unknown)
    #expect(found == .envelopeRecovery)  // as with a wrong password
  }

  @Test func anUnknownUserIsRefusedWhateverTheProof() async throws {
    let service = try await Service()
    let first = try service.client().firstMessage
    let found = refusal(
      by: try service.challenge(first, isKnown: false),
      of: OPAQUESASLMessage.clientFinal(ke3: [UInt8](repeating: 1, count: 64)))
    #expect(found == .unknownUser)
  }

  @Test func theDecoysStretchingIsThePolicys() async throws {
    var service = try await Service()
    service.policy.decoyStretching = .rfc9807Scrypt
    let first = try service.client().firstMessage
    #expect(try stretching(service.challenge(first, isKnown: false).message) == .rfc9807Scrypt)
    #expect(try stretching(service.challenge(first).message) == Service.weak)
  }

  /// With OPAQUE it is the challenge that tells a client whether its guess is right. One that is to be refused must not
  /// get a true one.
  @Test func aRefusedClientIsNotToldWhetherItsGuessWasRight() async throws {
    let service = try await Service()
    for password in ["correct horse battery staple", "wrong"] {
      let client = try service.client(password: password)
      let challenge = try service.challenge(client.firstMessage, refusing: "locked").message
      let found = await refusal(by: client, of: challenge)
      #expect(found == .envelopeRecovery)
    }
  }

  @Test func aRefusalDoesNotShow() async throws {
    let service = try await Service()
    let first = try service.client().firstMessage
    let allowed = try service.challenge(first).message
    let refused = try service.challenge(first, refusing: "locked").message
    #expect(allowed.count == refused.count)
    #expect(try stretching(allowed) == stretching(refused))
    #expect(try evaluation(allowed) == evaluation(refused))
  }

  @Test(arguments: [true, false])
  func aRefusedClientIsRefusedWhateverTheProof(isKnown: Bool) async throws {
    let service = try await Service()
    let first = try service.client().firstMessage
    let found = refusal(
      by: try service.challenge(first, isKnown: isKnown, refusing: "locked"),
      of: OPAQUESASLMessage.clientFinal(ke3: [UInt8](repeating: 1, count: 64)))
    #expect(found == .refused)
  }

  /// Even who knows the decoys' seed, and with it the record that is shown, and all that the server drew at random.
  @Test func aRefusedClientIsRefusedEvenWithTheRightProof() async throws {
    let service = try await Service()
    let first = try service.client().firstMessage
    let setup = service.keys.current
    let ke1 = try OPAQUESASLMessage.ClientFirst(parsing: first).ke1
    let context = try OPAQUESASLContext.bytes(
      Service.plus, clientFirst: first, stretching: Service.weak, binding: service.bindings[.tlsExporter],
      offer: service.offer)
    let answer = try ServerAnswer(
      ke1, setup.decoys.record(Account.name), Account.name, setup.decoys, Self.randomness())
    let group = try answer.group(oprfKey: setup.oprfKey(Account.name), privateKey: setup.secrets.privateKey)
    let ke2 = try answer.ke2(group, serverPublicKey: setup.publicKey)
    let proof = try answer.keys(group, ke2, serverPublicKey: setup.publicKey, .publicKeys, context).clientMAC.exposed

    let challenge = try service.lookup(first).challenge(
      with: service.credential, keys: service.keys, refusing: "locked", randomness: Self.randomness())
    let shown = try OPAQUESASLMessage.ServerFirst(parsing: challenge.message).ke2.prefix(256)
    #expect(shown.elementsEqual(ke2))
    let found = refusal(by: challenge, of: OPAQUESASLMessage.clientFinal(ke3: proof))
    #expect(found == .refused)
  }

  private static func randomness() -> ServerLoginRandomness {
    ServerLoginRandomness(
      maskingNonce: [UInt8](repeating: 1, count: 32), serverNonce: [UInt8](repeating: 2, count: 32),
      serverKeyshareSeed: SecretBytes(copying: [UInt8](repeating: 3, count: 32)))
  }

  @Test func anAccountWhoseKeysAreGoneLooksLikeAnyOther() async throws {
    let service = try await Service()
    let gone = try service.keys.rotated().retired
    let client = try service.client()
    let challenge = try service.lookup(client.firstMessage).challenge(with: service.credential, keys: gone)
    let message = challenge.message
    #expect(try stretching(message) == Service.weak)
    let atServer = refusal(by: challenge, of: OPAQUESASLMessage.clientFinal(ke3: [UInt8](repeating: 1, count: 64)))
    #expect(atServer == .unknownServerKey)
    let atClient = await refusal(by: client, of: message)
    #expect(atClient == .envelopeRecovery)
  }

  @Test(arguments: [(19_456, 262_144), (1, 1)])
  func stretchingOutsideTheLimitsIsRefused(minimum: Int, maximum: Int) async throws {
    let service = try await Service()
    let limits = KeyStretchingLimits(minimumMemory: minimum, maximumMemory: maximum, minimumWork: 1)
    let client = try service.client(limits: limits)
    let message = text(try service.challenge(client.firstMessage).message)
    // n=2 is below the one floor, and what somebody made of it above the other's cap.
    let altered = message.replacing("n=2", with: maximum == 1 ? "n=1024" : "n=2")
    let found = await refusal(by: client, of: Array(altered.utf8))
    #expect(found == .stretchingRefused)
  }

  /// Below the floor, above the cap: refused before anything is computed, so also with a KE2 that is nothing.
  @Test(arguments: [
    "argon2id,m=8,t=1,p=1", "scrypt,n=2,r=1,p=1", "argon2id,m=4294967295,t=1,p=1", "scrypt,n=4294967296,r=8,p=1",
  ])
  func theDefaultLimitsHoldBeforeAnyWork(parameters: String) async throws {
    let service = try await Service()
    let client = try service.client(limits: .default)
    let ke2 = Base64.string([UInt8](repeating: 0, count: 320))
    let found = await refusal(by: client, of: Array("k=\(ke2),s=\(parameters)".utf8))
    #expect(found == .stretchingRefused)
  }

  @Test func stretchingThatWasChangedOnTheWayFails() async throws {
    let service = try await Service()
    let client = try service.client()
    let message = text(try service.challenge(client.firstMessage).message).replacing("n=2", with: "n=4")
    let found = await refusal(by: client, of: Array(message.utf8))
    #expect(found == .envelopeRecovery)
  }
}
