public import PassBindSASL

/// ``OPAQUESASLClient`` for protocol profiles that drive any mechanism: bytes in, bytes out, one task at a time.
public final class OPAQUESASLClientExchange: SASLClientExchange {
  /// The mechanism's name.
  public let mechanism: MechanismName
  /// `client-first`.
  public let initialResponse: [UInt8]
  private var steps: SingleChallenge<OPAQUESASLClient, OPAQUESASLOutcome>

  /// An exchange that has not begun.
  public init(_ client: consuming OPAQUESASLClient) {
    mechanism = client.mechanism.name
    initialResponse = client.firstMessage
    steps = SingleChallenge(client)
  }

  /// The answer to the server's first message, of which there is but one.
  ///
  /// - Throws: ``OPAQUEError``: see ``OPAQUESASLClient/respond(to:)``; `outOfOrder` for a second challenge. The
  ///   exchange is over then.
  public func respond(to challenge: [UInt8]) async throws(OPAQUEError) -> [UInt8] {
    let client = try steps.challenged()
    let outcome = try await client.respond(to: challenge)
    let message = outcome.finalMessage
    steps.answered(outcome)
    return message
  }

  /// Believes a success if the server proved itself before, and adds nothing to it.
  ///
  /// - Throws: ``OPAQUEError`` `outOfOrder` for a success before the client proved anything, or one with data.
  public func finish(with data: [UInt8]?) throws(OPAQUEError) { try steps.finish(with: data) }

  /// What came of it, once; nil before the server's success was believed.
  public func takeOutcome() -> OPAQUESASLOutcome? { steps.takeOutcome() }
}
