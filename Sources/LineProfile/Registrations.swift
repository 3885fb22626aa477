public import PassBindSASL

/// What an account can be registered for on a connection that is logged in: by REGISTER, and by the names of mechanisms
/// without their -PLUS, since a credential serves both.
public struct Registrations: Hashable, Sendable {
  /// What may be registered.
  public let mechanisms: [MechanismName]
  /// What the server would like the client to register now; one of ``mechanisms``, or nil.
  public let wanted: MechanismName?

  /// What may be registered; nothing, unless told otherwise. Names ending in -PLUS are left out.
  public init(_ mechanisms: [MechanismName] = [], wanted: MechanismName? = nil) {
    let bare = mechanisms.filter { !$0.isPlus }.withoutRepeats
    self.mechanisms = bare
    self.wanted = wanted.flatMap { bare.contains($0) ? $0 : nil }
  }
}
