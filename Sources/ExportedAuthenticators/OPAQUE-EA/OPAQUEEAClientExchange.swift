public import PassBindOPAQUE
public import PassBindSASL

/// ``OPAQUEEAClient`` for protocol profiles that drive any mechanism: bytes in, bytes out, one task at a time.
public final class OPAQUEEAClientExchange: SASLClientExchange {
  /// The mechanism's name.
  public let mechanism = OPAQUEEAMechanism.name
  /// `m1`.
  public let initialResponse: [UInt8]
  private var steps: SingleChallenge<OPAQUEEAClient, OPAQUEEAOutcome>

  /// An exchange that has not begun.
  public init(_ client: consuming OPAQUEEAClient) {
    initialResponse = client.firstMessage
    steps = SingleChallenge(client)
  }

  /// The answer to the server's message, of which there is but one.
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError``: see ``OPAQUEEAClient/respond(to:)``; `outOfOrder` for a second
  ///   challenge. The exchange is over then.
  public func respond(to challenge: [UInt8]) async throws(OPAQUEError) -> [UInt8] {
    let client = try steps.challenged()
    let outcome = try await client.respond(to: challenge)
    let message = outcome.finalMessage
    steps.answered(outcome)
    return message
  }

  /// Believes a success if the server proved itself before, and adds nothing to it.
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `outOfOrder` for a success before the client proved anything, or one with
  ///   data.
  public func finish(with data: [UInt8]?) throws(OPAQUEError) { try steps.finish(with: data) }

  /// What came of it, once; nil before the server's success was believed.
  public func takeOutcome() -> OPAQUEEAOutcome? { steps.takeOutcome() }
}
