import PassBindCrypto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// What succeeds, what fails, and where.
@Suite struct SASLLoginTests {
  @Test(arguments: [ChannelBindingPolicy.require, .prefer, .disable])
  func theRightPasswordLogsIn(channelBinding: ChannelBindingPolicy) async throws {
    let service = try await Service()
    let client = try service.client(channelBinding: channelBinding)
    let opening = text(client.firstMessage)
    let acceptance = try await service.logIn(client)
    let (user, identity, mechanism) = (acceptance.user, acceptance.authorizationIdentity, acceptance.mechanism)
    let type = acceptance.bindingType
    #expect(user == "alice" && identity == nil)
    if channelBinding == .disable {
      #expect(mechanism == Service.bare && type == nil && opening.hasPrefix("n,,n=alice,k="))
    } else {
      #expect(mechanism == Service.plus && type == .tlsExporter && opening.hasPrefix("p=tls-exporter,,n=alice,k="))
    }
  }

  @Test func theMessagesHaveTheirSizes() async throws {
    let service = try await Service()
    let client = try service.client()
    let first = client.firstMessage
    let challenge = try service.challenge(first)
    let message = challenge.message
    let final = try await client.respond(to: message).finalMessage
    #expect(first.count == "p=tls-exporter,,n=alice,k=".utf8.count + 128)
    #expect(message.count == "k=,s=scrypt,n=2,r=1,p=1".utf8.count + 428)
    #expect(final.count == "k=".utf8.count + 88)
  }

  @Test func eachLoginHasItsOwnSessionKeyAndTheSameExportKey() async throws {
    let service = try await Service()
    var keys: [(session: [UInt8], export: [UInt8], server: [UInt8])] = []
    for _ in 1...2 {
      let client = try service.client()
      let challenge = try service.challenge(client.firstMessage)
      let outcome = try await client.respond(to: challenge.message)
      keys.append((outcome.sessionKey.exposed, outcome.exportKey.exposed, outcome.serverPublicKey))
    }
    #expect(keys[0].session != keys[1].session)
    #expect(keys[0].export == keys[1].export && keys[0].server == service.keys.current.publicKey)
  }

  @Test(arguments: ["Correct horse battery staple", "x", "correct horse battery staple "])
  func aWrongPasswordFailsAtTheClient(password: String) async throws {
    let service = try await Service()
    let client = try service.client(password: password)
    let challenge = try service.challenge(client.firstMessage).message
    let found = await refusal(by: client, of: challenge)
    #expect(found == .envelopeRecovery)
  }

  @Test(arguments: [64, 0])
  func aWrongProofFailsAtTheServer(byte: UInt8) async throws {
    let service = try await Service()
    let client = try service.client()
    let challenge = try service.challenge(client.firstMessage)
    let found = refusal(by: challenge, of: OPAQUESASLMessage.clientFinal(ke3: [UInt8](repeating: byte, count: 64)))
    #expect(found == .clientAuthentication)
  }

  @Test(arguments: [("a,b", "a=2Cb"), ("a=b", "a=3Db"), ("=2C,", "=3D2C=2C"), ("zoë", "zoë")])
  func namesTravelEscaped(user: String, escaped: String) async throws {
    let service = try await Service(user: user)
    let client = try service.client(user: user, authorizationIdentity: user)
    let opening = text(client.firstMessage)
    #expect(opening.hasPrefix("p=tls-exporter,a=\(escaped),n=\(escaped),k="))
    let acceptance = try await service.logIn(client)
    let (name, identity) = (acceptance.user, acceptance.authorizationIdentity)
    #expect(name == user && identity == user)
  }

  /// Otherwise somebody between could have another act for the user.
  @Test func anAuthorizationIdentityThatWasChangedFailsAtTheClient() async throws {
    let service = try await Service()
    for (sent, made) in [
      ("p=tls-exporter,a=bob,", "p=tls-exporter,a=eve,"), ("p=tls-exporter,a=bob,", "p=tls-exporter,,"),
    ] {
      let client = try service.client(authorizationIdentity: "bob")
      let first = text(client.firstMessage).replacing(sent, with: made)
      let challenge = try service.challenge(Array(first.utf8)).message
      let found = await refusal(by: client, of: challenge)
      #expect(found == .serverAuthentication)
    }
  }

  @Test func namesAndPasswordsArePrepared() async throws {
    let service = try await Service(user: "IX", password: "a b")
    let acceptance = try await service.logIn(service.client(user: "I\u{ad}X", password: "a\u{a0}b"))
    let user = acceptance.user
    #expect(user == "IX")
    #expect(throws: OPAQUEError(.invalidPassword, "")) { _ = try service.client(password: "a\u{7}") }
    #expect(throws: OPAQUEError(.invalidPassword, "")) { _ = try service.client(password: "") }
    #expect(throws: OPAQUEError(.invalidName, "")) { _ = try service.client(user: "a\u{7}") }
    #expect(throws: OPAQUEError(.invalidName, "")) { _ = try service.client(user: "") }
  }

  /// Accounts of other programs were registered with the password's bytes as they came.
  @Test func aPasswordCanBeTakenAsItIs() async throws {
    let service = try await Service(password: "a\u{a0}b")
    var policy = OPAQUESASLClientPolicy()
    policy.stretchingLimits = Service.weakLimits
    policy.preparesPassword = false
    let client = try OPAQUESASLClient(
      user: "alice", password: Account.password("a\u{a0}b"), offer: service.offer, bindings: service.bindings,
      policy: policy)
    let acceptance = try await service.logIn(client)
    let user = acceptance.user
    #expect(user == "alice")
    let prepared = try service.client(password: "a\u{a0}b")
    let challenge = try service.challenge(prepared.firstMessage).message
    let found = await refusal(by: prepared, of: challenge)
    #expect(found == .envelopeRecovery)
  }

  @Test func messagesOfOneLoginAreWorthlessInAnother() async throws {
    let service = try await Service()
    let first = try service.client()
    let opening = first.firstMessage
    let challenge = try service.challenge(opening)
    let oldChallenge = challenge.message
    let oldFinal = try await first.respond(to: oldChallenge).finalMessage
    let original = refusal(by: challenge, of: oldFinal)
    #expect(original == nil)
    // The same opening once more, and the same proof.
    let replayed = refusal(by: try service.challenge(opening), of: oldFinal)
    #expect(replayed == .clientAuthentication)
    let fresh = refusal(by: try service.challenge(service.client().firstMessage), of: oldFinal)
    #expect(fresh == .clientAuthentication)
    let atClient = await refusal(by: try service.client(), of: oldChallenge)
    #expect(atClient == .envelopeRecovery)
  }

  @Test func anAccountOfThePreviousKeysLogsIn() async throws {
    let service = try await Service()
    let rotated = try service.keys.rotated()
    let client = try service.client()
    let challenge = try service.lookup(client.firstMessage).challenge(with: service.credential, keys: rotated)
    let final = try await client.respond(to: challenge.message).finalMessage
    let found = refusal(by: challenge, of: final)
    #expect(found == nil)
  }
}
