import PassBindCrypto
import PassBindOPAQUE
import PassBindSASL
import PassBindTLS
import Testing

@testable import PassBindExportedAuthenticators

@Suite("OPAQUE-EA: logins")
struct OPAQUEEALoginTests {
  @Test("Over a real connection, by each hash, many times", arguments: HashFunction.handshake)
  func logIn(hash: HashFunction) async throws {
    let service = try await Service()
    let line = try Line.connected(hash)
    for _ in 0..<5 {
      let login = try await service.logIn(on: line)
      #expect(login == OPAQUEEAAcceptance(user: "alice", authorizationIdentity: nil))
    }
    let login = try await service.logIn(on: line, authorizationIdentity: "admin")
    #expect(login == OPAQUEEAAcceptance(user: "alice", authorizationIdentity: "admin"))
  }

  @Test("The server's key, and the messages' sizes")
  func sizes() async throws {
    let (service, line) = (try await Service(), try Line.connected())
    let client = try service.client(on: line)
    let m1 = client.firstMessage
    let challenge = try service.challenge(m1, on: line)
    let m2 = challenge.message
    let outcome = try await client.respond(to: m2)
    #expect(outcome.serverPublicKey == service.keys.current.publicKey)
    #expect(m1.count == 99 && outcome.finalMessage.count == 224)
    #expect(m2.count == 412 + 4 + service.stretching.description.utf8.count + 58)
  }

  @Test("A wrong password stops the client")
  func wrongPassword() async throws {
    let service = try await Service()
    let found = await code { try await service.logIn(on: .connected(), password: "incorrect horse") }
    #expect(found == .envelopeRecovery)
  }

  @Test("Names and passwords are brought to SASLprep's form")
  func prepared() async throws {
    let service = try await Service(password: "IX gladiators")
    _ = try await service.logIn(on: .connected(), user: "al\u{ad}ice", password: "\u{2168} gladiators")
  }

  @Test("TLS 1.2 has no authenticators")
  func tls12() throws {
    let pair = try Pair.connected(.test(.tls12), .test("server"))
    #expect(throws: ExportedAuthenticatorError(.unavailable, "")) { try ConnectionAuthenticators(pair.client) }
    #expect(throws: ExportedAuthenticatorError(.unavailable, "")) { try ConnectionAuthenticators(pair.server) }
  }

  @Test("Names that are none", arguments: ["", "a\0b", String(repeating: "a", count: 1025)])
  func names(name: String) async throws {
    let (service, line) = (try await Service(), try Line())
    for user in [true, false] {
      let found = await code {
        _ = try service.client(
          on: line, user: user ? name : "alice", authorizationIdentity: user ? nil : name)
      }
      #expect(found == .invalidName)
    }
  }

  @Test("Neither end goes on unless the mechanism was offered")
  func notOffered() async throws {
    let (service, line) = (try await Service(), try Line())
    let other = SASLOffer(mechanisms: [MechanismName(known: "OPAQUE-R255")], bindingTypes: nil)
    let client = await code {
      _ = try OPAQUEEAClient(user: "alice", password: secret("x"), offer: other, authenticators: line.client)
    }
    #expect(client == .noAcceptableMechanism)
    let m1 = try service.client(on: line).firstMessage
    let server = await code { _ = try OPAQUEEAServer(offer: other, authenticators: line.server).receive(m1) }
    #expect(server == .mechanismNotOffered)
  }

  @Test("As an exchange of a profile")
  func exchange() async throws {
    let (service, line) = (try await Service(), try Line.connected())
    let exchange = OPAQUEEAClientExchange(try service.client(on: line))
    #expect(exchange.mechanism.description == "OPAQUE-EA")
    var challenge: OPAQUEEAServerChallenge? = try service.challenge(exchange.initialResponse, on: line)
    let m3 = try await exchange.respond(to: challenge?.message ?? [])
    let early = exchange.takeOutcome() == nil
    #expect(early)
    _ = try challenge.take()?.receive(m3)
    try exchange.finish(with: nil)
    let exportKey = exchange.takeOutcome()?.exportKey.publicBytes()
    #expect(exportKey == service.exportKey)
    let isSpent = exchange.takeOutcome() == nil
    #expect(isSpent)
  }

  @Test("An exchange believes no success but after its proof, once, and without data")
  func claims() async throws {
    let (service, line) = (try await Service(), try Line())
    #expect(throws: OPAQUEError(.outOfOrder, "")) {
      try OPAQUEEAClientExchange(service.client(on: line)).finish(with: nil)
    }
    for data in [[UInt8]([1]), nil] {
      let exchange = OPAQUEEAClientExchange(try service.client(on: line))
      let m2 = try service.challenge(exchange.initialResponse, on: line).message
      _ = try await exchange.respond(to: m2)
      let second = await code { _ = try await exchange.respond(to: m2) }
      #expect(second == .outOfOrder)
      #expect(throws: OPAQUEError(.outOfOrder, "")) { try exchange.finish(with: data) }
    }
    let failed = OPAQUEEAClientExchange(try service.client(on: line))
    let broken = await code { _ = try await failed.respond(to: [0]) }
    #expect(broken == .malformedMessage)
    #expect(throws: OPAQUEError(.outOfOrder, "")) { try failed.finish(with: nil) }
  }
}
