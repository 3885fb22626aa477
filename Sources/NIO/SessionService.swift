#if NIO
  internal import PassBindAccounts
  internal import PassBindLineProfile
  internal import PassBindSASL
  internal import Synchronization

  /// An account session, as the line profile asks for things.
  final class SessionService: AccountService {
    private let session: AccountSession
    // The session is that of a login by a credential that is no more then.
    private let hasRegistered = Atomic(false)

    init(_ session: AccountSession) { self.session = session }

    var registrations: Registrations {
      get async {
        hasRegistered.load(ordering: .relaxed)
          ? Registrations() : Registrations(session.registrations, wanted: session.wanted)
      }
    }

    func register(
      _ mechanism: MechanismName, _ first: [UInt8], _ client: LoginClient
    ) async throws(ServiceRefusal) {
      var exchange = session.register(mechanism)
      var message = first
      while true {
        switch await exchange.step(message) {
        case .challenge(let next, let challenge):
          // Without an answer the exchange ends here, reports itself as abandoned, and has changed nothing.
          guard let response = await client.response(to: challenge) else {
            throw ServiceRefusal(.unavailable, "The registration was not finished.")
          }
          exchange = next
          message = response
        case .registered: return hasRegistered.store(true, ordering: .relaxed)
        case .declined(let error): throw ServiceRefusal(error)
        }
      }
    }

    func refused(_ mechanism: MechanismName) { session.refuseRegistration(of: mechanism) }

    func unregister() async throws(ServiceRefusal) {
      try await refusable { () async throws(AccountError) in try await session.deleteAccount() }
    }

    func noteNames() async throws(ServiceRefusal) -> [String] {
      try await refusable { () async throws(AccountError) in try await session.noteNames().map(\.description) }
    }

    func note(_ name: String) async throws(ServiceRefusal) -> [UInt8]? {
      let name = try noteName(name)
      return try await refusable { () async throws(AccountError) in try await session.note(name) }
    }

    func setNote(_ name: String, to note: [UInt8]?) async throws(ServiceRefusal) {
      let name = try noteName(name)
      try await refusable { () async throws(AccountError) in try await session.setNote(name, to: note) }
    }

    private func noteName(_ text: String) throws(ServiceRefusal) -> NoteName {
      guard let name = NoteName(text) else { throw ServiceRefusal(.cannot, "That is no name for a note.") }
      return name
    }
  }

  private func refusable<R>(_ work: () async throws(AccountError) -> R) async throws(ServiceRefusal) -> R {
    do throws(AccountError) { return try await work() } catch { throw ServiceRefusal(error) }
  }

  extension ServiceRefusal {
    /// What a client gets to read of an error. It is logged in, so it may know what it did wrong; what is wrong with
    /// the server is not for it.
    fileprivate init(_ error: AccountError) {
      switch error.code {
      case .notPermitted: self.init(.notPermitted, error.reason)
      case .expired: self.init(.expired, error.reason)
      case .conflict: self.init(.inUse, "somebody else is changing the account: try again")
      case .tooOften: self.init(.limit, error.reason)
      case .invalidSize: self.init(.overQuota, error.reason)
      case .malformedMessage, .invalidCredential: self.init(.cannot, error.reason)
      case .notFound: self.init(.cannot, "there is no such account any more")
      default: self.init(.unavailable, "the server cannot do that now")
      }
    }
  }
#endif
