internal import PassBindSASL
internal import PassBindSCRAM
internal import Synchronization

/// One registration as the server sees it (REGISTRATION.md): the client, which has just logged in, gives its account
/// another credential, in place of all that its password had. Each step consumes the exchange, so none can be repeated.
///
/// All happens in the last step, in one change of the store: an exchange that ends before it has changed nothing.
public struct RegistrationExchange: ~Copyable, Sendable {
  enum State: ~Copyable, Sendable {
    case opened
    case opaque(OPAQUERegistrationStep)
    case resealing(NoteResealing)
    case scram(SCRAMRegistrationStep)
  }

  let session: AccountSession
  let mechanism: MechanismName
  private let state: State
  private let report: Report

  init(_ session: AccountSession, _ mechanism: MechanismName) {
    self.session = session
    self.mechanism = mechanism
    state = .opened
    report = Report(session)
  }

  private init(_ session: AccountSession, _ mechanism: MechanismName, _ state: consuming State, _ report: Report) {
    self.session = session
    self.mechanism = mechanism
    self.state = state
    self.report = report
  }

  /// Takes the client's next message.
  public consuming func step(_ message: [UInt8]) async -> RegistrationStep {
    let (session, mechanism, report) = (session, mechanism, report)
    do throws(AccountError) {
      switch try await Self.next(session, mechanism, state, message) {
      case .challenge(let state, let bytes):
        return .challenge(RegistrationExchange(session, mechanism, state, report), bytes)
      case .done:
        report.end(nil)
        return .registered
      }
    } catch {
      report.end(error)
      return .declined(error)
    }
  }

  enum Next: ~Copyable {
    case challenge(State, [UInt8])
    case done
  }

  private static func next(
    _ session: AccountSession, _ mechanism: MechanismName, _ state: consuming State, _ message: [UInt8]
  ) async throws(AccountError) -> Next {
    try session.checkLogin()
    switch consume state {
    case .opened:
      guard session.registrations.contains(mechanism) else { throw .notPermitted(mechanism) }
      try session.countRegistration()
      if let record = opaqueRecordType(of: mechanism) {
        return try await OPAQUERegistrationStep.open(session, record, message)
      }
      return try await SCRAMRegistrationStep.open(session, mechanism, message)
    case .opaque(let step): return try await step.finish(session, message)
    case .resealing(let notes): return try await notes.next(session, message)
    case .scram(let step): return try await step.finish(session, message)
    }
  }

  /// Tells of the registration's end, once.
  private final class Report: Sendable {
    private let session: AccountSession
    private let isOpen = Atomic(true)

    init(_ session: AccountSession) { self.session = session }

    deinit { end(AccountError(.abandoned, "the registration was not finished")) }

    func end(_ error: AccountError?) {
      if isOpen.exchange(false, ordering: .relaxed) { session.audit(.registration, error) }
    }
  }
}

/// What the server does next.
public enum RegistrationStep: ~Copyable, Sendable {
  /// Send the bytes, and give the client's answer to the exchange.
  case challenge(RegistrationExchange, [UInt8])
  /// The account has its new credential, and the store has it for good.
  case registered
  /// Nothing was changed. The client is known, so it may be told why.
  case declined(AccountError)
}
