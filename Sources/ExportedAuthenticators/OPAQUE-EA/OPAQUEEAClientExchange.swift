public import PassBindOPAQUE
public import PassBindSASL

/// ``OPAQUEEAClient`` for protocol profiles that drive any mechanism: bytes in, bytes out, one task at a time.
public final class OPAQUEEAClientExchange: SASLClientExchange {
  private enum State: ~Copyable {
    case begun(OPAQUEEAClient)
    case proving(OPAQUEEAOutcome)
    case done(OPAQUEEAOutcome)
    case over
  }

  /// The mechanism's name.
  public let mechanism = OPAQUEEAMechanism.name
  /// `m1`.
  public let initialResponse: [UInt8]
  private var state: State

  /// An exchange that has not begun.
  public init(_ client: consuming OPAQUEEAClient) {
    initialResponse = client.firstMessage
    state = .begun(client)
  }

  /// The answer to the server's message, of which there is but one.
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError``: see ``OPAQUEEAClient/respond(to:)``; `outOfOrder` for a second challenge. The exchange is over then.
  public func respond(to challenge: [UInt8]) async throws(OPAQUEError) -> [UInt8] {
    var now = State.over
    swap(&now, &state)
    guard case .begun(let client) = consume now else {
      throw OPAQUEError(.outOfOrder, "a challenge after the client's proof, or after the exchange was over")
    }
    let outcome = try await client.respond(to: challenge)
    let message = outcome.finalMessage
    state = .proving(outcome)
    return message
  }

  /// Believes a success if the server proved itself before, and adds nothing to it.
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `outOfOrder` for a success before the client proved anything, or one with data.
  public func finish(with data: [UInt8]?) throws(OPAQUEError) {
    var now = State.over
    swap(&now, &state)
    guard case .proving(let outcome) = consume now else {
      throw OPAQUEError(.outOfOrder, "the server claims success before the client's proof, or twice")
    }
    guard data?.isEmpty ?? true else { throw OPAQUEError(.outOfOrder, "the server adds data to its success") }
    state = .done(outcome)
  }

  /// What came of it, once; nil before the server's success was believed.
  public func takeOutcome() -> OPAQUEEAOutcome? {
    var now = State.over
    swap(&now, &state)
    switch consume now {
    case .done(let outcome): return outcome
    case .begun(let client):
      state = .begun(client)
      return nil
    case .proving(let outcome):
      state = .proving(outcome)
      return nil
    case .over: return nil
    }
  }
}
