public import PassBindSASL

/// OPAQUE as a SASL mechanism: `OPAQUE-R255`, and `OPAQUE-R255-PLUS`, which binds to the channel. This package's own;
/// its messages are specified in OPAQUE-R255.md, beside this file.
public struct OPAQUEMechanism: Hashable, Sendable, CustomStringConvertible {
  /// Whether this is the -PLUS form, which binds to the channel.
  public let isPlus: Bool

  /// The mechanism, in one of its forms.
  public init(isPlus: Bool = false) { self.isPlus = isPlus }

  /// A mechanism by its name; nil if it is not one of the two.
  public init?(_ name: MechanismName) {
    guard name.base.description == "OPAQUE-R255" else { return nil }
    self.init(isPlus: name.isPlus)
  }

  /// The name.
  public var description: String { isPlus ? "OPAQUE-R255-PLUS" : "OPAQUE-R255" }

  /// The name, as SASL has it.
  public var name: MechanismName { MechanismName(known: description) }

  /// What a client accepts unless it is told otherwise.
  public static let preferred = [OPAQUEMechanism().name]
}
