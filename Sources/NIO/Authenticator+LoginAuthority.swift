#if NIO
  internal import NIOCore
  public import PassBindAccounts

  extension Authenticator: LoginAuthority {
    /// Carries one login through an exchange of the authenticator's. Its service is an account session.
    public func logIn(_ request: LoginRequest, _ client: LoginClient) async -> LoginOutcome {
      let address = request.address?.ipAddress ?? "unknown"
      var exchange = exchange(
        request.mechanism, on: request.bindings, authenticators: request.authenticators, offer: request.offer,
        from: address)
      var message = request.firstMessage
      while true {
        switch await exchange.step(message) {
        case .challenge(let next, let challenge):
          // Without an answer the exchange ends here, and reports itself as abandoned.
          guard let response = await client.response(to: challenge) else { return .refused }
          exchange = next
          message = response
        case .accepted(let identity, let finalMessage):
          return .accepted(
            identity.authorizationIdentity.description, finalMessage: finalMessage,
            service: SessionService(session(of: identity, from: address)))
        case .refused: return .refused
        }
      }
    }
  }
#endif
