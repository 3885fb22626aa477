public import PassBindSASL

/// ``SCRAMClient`` for protocol profiles that drive any mechanism: bytes in, bytes out, one task at a time.
public final class SCRAMClientExchange: SASLClientExchange {
  private enum State: ~Copyable {
    case begun(SCRAMClient)
    case proving(SCRAMClientFinal)
    case done(SCRAMClientOutcome)
    case over
  }

  /// The mechanism's name.
  public let mechanism: MechanismName
  /// `client-first-message`.
  public let initialResponse: [UInt8]
  private var state: State

  /// An exchange that has not begun.
  public init(_ client: consuming SCRAMClient) {
    mechanism = client.mechanism.name
    initialResponse = client.firstMessage
    state = .begun(client)
  }

  /// The answer to the server's first message; and an empty one to its final message, where that comes as a challenge
  /// because the outer protocol cannot carry it with the success (RFC 4422 section 3.6).
  ///
  /// - Throws: ``SCRAMError``: see ``SCRAMClient/respond(to:)`` and ``SCRAMClientFinal/verify(_:)``. The exchange is
  ///   over then.
  public func respond(to challenge: [UInt8]) async throws(SCRAMError) -> [UInt8] {
    var now = State.over
    swap(&now, &state)
    switch consume now {
    case .begun(let client):
      let final = try await client.respond(to: challenge)
      let message = final.finalMessage
      state = .proving(final)
      return message
    case .proving(let final):
      state = .done(try final.verify(challenge))
      return []
    case .done: throw SCRAMError(.outOfOrder, "a challenge after the server proved itself")
    case .over: throw SCRAMError(.outOfOrder, "a challenge after the exchange was over")
    }
  }

  /// Believes a success if the server proved itself, in `data` or in a challenge before.
  ///
  /// - Throws: ``SCRAMError`` `outOfOrder` for a success without a proof or with two; see
  ///   ``SCRAMClientFinal/verify(_:)``.
  public func finish(with data: [UInt8]?) throws(SCRAMError) {
    var now = State.over
    swap(&now, &state)
    switch consume now {
    case .proving(let final):
      guard let data else {
        throw SCRAMError(.outOfOrder, "the server claims success and has not proved itself")
      }
      state = .done(try final.verify(data))
    case .done(let outcome):
      guard data?.isEmpty ?? true else {
        throw SCRAMError(.outOfOrder, "the server proves itself twice")
      }
      state = .done(outcome)
    case .begun: throw SCRAMError(.outOfOrder, "the server claims success before the client proved anything")
    case .over: throw SCRAMError(.outOfOrder, "the server claims success after the exchange was over")
    }
  }

  /// What came of it, once; nil before the server's success was believed.
  public func takeOutcome() -> SCRAMClientOutcome? {
    var now = State.over
    swap(&now, &state)
    switch consume now {
    case .done(let outcome): return outcome
    case .begun(let client):
      state = .begun(client)
      return nil
    case .proving(let final):
      state = .proving(final)
      return nil
    case .over: return nil
    }
  }
}
