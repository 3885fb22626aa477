import PassBindCrypto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// The client behind the interface that protocol profiles drive.
@Suite struct SASLExchangeTests {
  private let outOfOrder = OPAQUEError(.outOfOrder, "")

  @Test(arguments: [nil, []] as [[UInt8]?])
  func anExchangeSucceeds(data: [UInt8]?) async throws {
    let service = try await Service()
    let exchange = OPAQUESASLClientExchange(try service.client())
    #expect(exchange.mechanism == Service.plus.name)
    let challenge = try service.challenge(exchange.initialResponse)
    let early = exchange.takeOutcome() == nil
    let final = try await exchange.respond(to: challenge.message)
    let unconfirmed = exchange.takeOutcome() == nil
    #expect(early && unconfirmed)
    let acceptance = try challenge.receive(final)
    try exchange.finish(with: data)
    var isShared = false
    if let outcome = exchange.takeOutcome() { isShared = outcome.sessionKey.isEqual(to: acceptance.sessionKey) }
    #expect(isShared)
    let again = exchange.takeOutcome() == nil
    #expect(again)
  }

  @Test func aSuccessBeforeTheProofIsNotBelieved() async throws {
    let service = try await Service()
    let exchange = OPAQUESASLClientExchange(try service.client())
    #expect(throws: outOfOrder) { try exchange.finish(with: nil) }
    let challenge = try service.challenge(exchange.initialResponse).message
    await #expect(throws: outOfOrder) { _ = try await exchange.respond(to: challenge) }
  }

  @Test func aSuccessWithDataIsNotBelieved() async throws {
    let service = try await Service()
    let exchange = OPAQUESASLClientExchange(try service.client())
    let challenge = try service.challenge(exchange.initialResponse).message
    _ = try await exchange.respond(to: challenge)
    #expect(throws: outOfOrder) { try exchange.finish(with: [0]) }
    let none = exchange.takeOutcome() == nil
    #expect(none)
  }

  @Test func aSecondChallengeIsNotAnswered() async throws {
    let service = try await Service()
    let exchange = OPAQUESASLClientExchange(try service.client())
    let challenge = try service.challenge(exchange.initialResponse).message
    _ = try await exchange.respond(to: challenge)
    await #expect(throws: outOfOrder) { _ = try await exchange.respond(to: challenge) }
    #expect(throws: outOfOrder) { try exchange.finish(with: nil) }
  }

  @Test func afterAFailureNothingIsSentAndNoSuccessIsBelieved() async throws {
    let service = try await Service()
    let exchange = OPAQUESASLClientExchange(try service.client(password: "wrong"))
    let challenge = try service.challenge(exchange.initialResponse).message
    await #expect(throws: OPAQUEError(.envelopeRecovery, "")) { _ = try await exchange.respond(to: challenge) }
    await #expect(throws: outOfOrder) { _ = try await exchange.respond(to: challenge) }
    #expect(throws: outOfOrder) { try exchange.finish(with: nil) }
    let none = exchange.takeOutcome() == nil
    #expect(none)
  }

  @Test func aSuccessTwiceIsNotBelieved() async throws {
    let service = try await Service()
    let exchange = OPAQUESASLClientExchange(try service.client())
    let challenge = try service.challenge(exchange.initialResponse).message
    _ = try await exchange.respond(to: challenge)
    try exchange.finish(with: nil)
    #expect(throws: outOfOrder) { try exchange.finish(with: nil) }
  }
}
