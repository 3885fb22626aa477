#if NIO
  internal import NIOCore
  public import PassBindAccounts

  extension Authenticator: LoginAuthority {
    /// Carries one login through an exchange of the authenticator's. Its service is an account session.
    public func logIn(_ request: LoginRequest, _ client: LoginClient) async -> LoginOutcome {
      var exchange = exchange(
        request.mechanism, on: request.bindings, authenticators: request.authenticators, offer: request.offer,
        from: request.from)
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
            service: SessionService(session(of: identity, from: request.from)))
        case .refused: return .refused
        }
      }
    }

    /// Reports a login that was refused before an exchange of the authenticator's had begun.
    public func refused(_ request: LoginRequest) {
      refuse(request.mechanism, request.firstMessage, on: request.bindings, from: request.from)
    }
  }

  extension LoginRequest {
    fileprivate var from: String { address?.ipAddress ?? "unknown" }
  }
#endif
