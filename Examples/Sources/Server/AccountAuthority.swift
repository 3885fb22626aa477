internal import NIOCore
internal import PassBindAccounts
internal import PassBindNIO
internal import PassBindSASL

/// Lets the accounts' authenticator decide about the logins of the line profile.
struct AccountAuthority: LoginAuthority {
  private let authenticator: Authenticator

  init(_ authenticator: Authenticator) { self.authenticator = authenticator }

  func offer(on bindings: ChannelBindings) -> SASLOffer { authenticator.offer(on: bindings) }

  func logIn(_ request: LoginRequest, _ client: LoginClient) async -> LoginOutcome {
    var exchange = authenticator.exchange(
      request.mechanism, on: request.bindings, offer: offer(on: request.bindings),
      from: request.address?.ipAddress ?? "unknown")
    var message = request.firstMessage
    while true {
      switch await exchange.step(message) {
      case .challenge(let next, let challenge):
        // Without an answer the exchange ends here, and reports itself as abandoned.
        guard let response = await client.response(to: challenge) else { return .refused }
        exchange = next
        message = response
      case .accepted(let identity, let finalMessage):
        return .accepted(identity.authorizationIdentity.description, finalMessage: finalMessage)
      case .refused:
        return .refused
      }
    }
  }
}
