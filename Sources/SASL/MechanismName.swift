/// A SASL mechanism's name (RFC 4422 section 3.1): 1 to 20 upper-case letters, digits, hyphens and underscores.
public struct MechanismName: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let description: String

  /// A name; nil outside the grammar.
  public init?(_ name: some StringProtocol) {
    guard (1...20).contains(name.utf8.count),
      name.utf8.allSatisfy({ $0.isUpperCase || $0.isDigit || "-_".utf8.contains($0) })
    else { return nil }
    description = String(name)
  }

  /// A name known to fit the grammar.
  package init(known name: String) { description = name }

  /// OPAQUE in exported authenticators: see `OPAQUEEAMechanism` of PassBindExportedAuthenticators.
  package static let opaqueEA = MechanismName(known: "OPAQUE-EA")

  /// Whether the mechanism holds a login to its TLS connection by itself, so that it has no -PLUS and no form without
  /// binding: OPAQUE-EA, whose messages are exported authenticators (RFC 9261). It needs TLS 1.3.
  public var bindsByItself: Bool { self == .opaqueEA }

  /// Whether the name ends in `-PLUS`, as that of a mechanism that binds to the channel does (RFC 5801 section 3).
  public var isPlus: Bool { description.hasSuffix("-PLUS") }

  /// The name without `-PLUS`.
  public var base: MechanismName {
    isPlus ? MechanismName(description.dropLast(5)) ?? self : self
  }

  /// The name with `-PLUS`; nil where that would be longer than 20 characters.
  public var plus: MechanismName? { isPlus ? self : MechanismName(description + "-PLUS") }
}

/// What a server offers before authentication: mechanisms, and the channel-binding types it can verify, each of them
/// once.
///
/// Mechanisms hash the offer, or take it into a context, as the one end sent it and the other received it: what is in
/// here must arrive as it is. Names are well-formed by their types, and repeats, which a receiver drops, are dropped
/// here.
public struct SASLOffer: Hashable, Sendable {
  /// The mechanisms, in the server's order.
  public let mechanisms: [MechanismName]
  /// The binding types (after the idea of XEP-0440); nil where the protocol has no way to list them.
  public let bindingTypes: [ChannelBindingType]?

  /// An offer. Of names that are given more than once, the first place counts.
  public init(mechanisms: [MechanismName], bindingTypes: [ChannelBindingType]?) {
    self.mechanisms = mechanisms.withoutRepeats
    self.bindingTypes = bindingTypes?.withoutRepeats
  }
}

extension Array where Element: Hashable {
  /// Each element where it stands first.
  package var withoutRepeats: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
