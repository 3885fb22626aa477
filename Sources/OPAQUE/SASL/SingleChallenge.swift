/// What the exchanges of OPAQUE's mechanisms have in common: one challenge, one answer to it, which proves both ends,
/// and a success that adds nothing.
package struct SingleChallenge<Client: ~Copyable, Outcome: ~Copyable>: ~Copyable {
  private enum State: ~Copyable {
    case begun(Client)
    case proving(Outcome)
    case done(Outcome)
    case over
  }

  private var state: State

  package init(_ client: consuming Client) { state = .begun(client) }

  /// The client, which the challenge is for; without an answer to it, the exchange is over.
  package mutating func challenged() throws(OPAQUEError) -> Client {
    var now = State.over
    swap(&now, &state)
    guard case .begun(let client) = consume now else {
      throw OPAQUEError(.outOfOrder, "a challenge after the client's proof, or after the exchange was over")
    }
    return client
  }

  package mutating func answered(_ outcome: consuming Outcome) { state = .proving(outcome) }

  package mutating func finish(with data: [UInt8]?) throws(OPAQUEError) {
    var now = State.over
    swap(&now, &state)
    guard case .proving(let outcome) = consume now else {
      throw OPAQUEError(.outOfOrder, "the server claims success before the client's proof, or twice")
    }
    guard data?.isEmpty ?? true else { throw OPAQUEError(.outOfOrder, "the server adds data to its success") }
    state = .done(outcome)
  }

  package mutating func takeOutcome() -> Outcome? {
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
