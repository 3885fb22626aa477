#if NIO
  public import PassBindLineProfile
  public import PassBindSASL

  /// What a client that is logged in can do with its own account: an account session of PassBindAccounts, or something
  /// else. Each login has one of its own. One thing is asked of it at a time, in a task that is cancelled when the
  /// client gives up, is too slow or goes away; it is let go of when the client logs out or goes away.
  ///
  /// What it throws, the client gets to read.
  public protocol AccountService: Sendable {
    /// What may be registered, and what the server would like to be. Asked for at the login, and after a registration.
    var registrations: Registrations { get async }

    /// Carries one registration through: afterwards the account is checked by this mechanism. A registration that
    /// throws, or is cancelled before it is complete, changes nothing.
    ///
    /// - Parameters:
    ///   - mechanism: one of ``registrations``.
    ///   - first: the client's first message.
    ///   - client: who answers challenges.
    func register(
      _ mechanism: MechanismName, _ first: [UInt8], _ client: LoginClient
    ) async throws(ServiceRefusal)

    /// Learns of a registration that was refused, since its mechanism is none of ``registrations``. It should return
    /// soon.
    func refused(_ mechanism: MechanismName)

    /// Deletes the account.
    func unregister() async throws(ServiceRefusal)

    /// What the account's notes are called.
    func noteNames() async throws(ServiceRefusal) -> [String]

    /// A note, as the client sealed it; nil where there is none of that name, which is well-formed.
    func note(_ name: String) async throws(ServiceRefusal) -> [UInt8]?

    /// Keeps a note of 1 to 4,200 bytes, in place of any of that name, or forgets it.
    func setNote(_ name: String, to note: [UInt8]?) async throws(ServiceRefusal)
  }

  extension AccountService {
    /// Does nothing.
    public func refused(_ mechanism: MechanismName) {}

    /// What a request comes to.
    func answer(_ request: AccountRequest, _ client: LoginClient) async -> AccountAnswer {
      do throws(ServiceRefusal) {
        switch request {
        case .register(let mechanism, let first): try await register(mechanism, first, client)
        case .unregister: try await unregister()
        case .noteNames: return .noteNames(try await noteNames())
        case .note(let name):
          guard let note = try await note(name) else {
            return .declined(ServiceRefusal(.nonexistent, "There is no such note."))
          }
          return .note(note)
        case .setNote(let name, let note): try await setNote(name, to: note)
        case .deleteNote(let name): try await setNote(name, to: nil)
        }
        return .done
      } catch {
        return .declined(error)
      }
    }
  }
#endif
