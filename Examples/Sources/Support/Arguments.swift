public import ArgumentParser
public import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindOPAQUE
public import PassBindSASL
public import PassBindSCRAM
public import PassBindTLS

// The library's values as they stand on a command line.

extension TLSVersion: @retroactive ExpressibleByArgument {
  /// A value by its name; nil for any other text.
  public init?(argument: String) {
    guard let version = [TLSVersion.tls12, .tls13].first(where: { $0.description == argument }) else { return nil }
    self = version
  }

  /// The value, as it is given.
  public var defaultValueDescription: String { description }
}

extension ChannelBindingPolicy: @retroactive ExpressibleByArgument {}

extension ChannelBindingType: @retroactive ExpressibleByArgument {
  /// A value by its name; nil for any other text.
  public init?(argument: String) {
    guard let type = ChannelBindingType.preferred.first(where: { $0.name == argument }) else { return nil }
    self = type
  }
}

extension SCRAMMechanism: @retroactive ExpressibleByArgument {
  /// A value by its name; nil for any other text.
  public init?(argument: String) {
    guard let name = MechanismName(argument.uppercased()) else { return nil }
    self.init(name)
  }
}

/// A mechanism that logs in by a password, with or without its -PLUS: one of SCRAM's, or of OPAQUE's.
package struct PasswordMechanism: ExpressibleByArgument, Sendable {
  package let name: MechanismName

  /// A value by its name; nil for any other text.
  package init?(argument: String) {
    guard let name = MechanismName(argument.uppercased()), SCRAMMechanism(name) != nil || name.isOPAQUE
    else { return nil }
    self.name = name
  }

  /// SCRAM-SHA-512.
  package static let scramSHA512 = PasswordMechanism(SCRAMMechanism(.sha512).name)

  private init(_ name: MechanismName) { self.name = name }

  /// The mechanism, as it is given.
  package var defaultValueDescription: String { name.description }
}

extension MechanismName {
  /// OPAQUE's mechanisms without -PLUS, best first. Neither is weaker, but the second is for TLS 1.3 alone.
  package static var opaque: [MechanismName] { OPAQUEMechanism.preferred + [OPAQUEEAMechanism.name] }

  /// Whether this is one of them, or OPAQUE-R255-PLUS.
  package var isOPAQUE: Bool { OPAQUEMechanism(self) != nil || self == OPAQUEEAMechanism.name }
}

extension HashFunction: @retroactive ExpressibleByArgument {
  /// What the values are called; by themselves they are numbers.
  public static var allValueStrings: [String] { allCases.map(\.defaultValueDescription) }

  /// None beside what they are called.
  public static var allValueDescriptions: [String: String] { [:] }

  /// The value, as it is given.
  public var defaultValueDescription: String {
    switch self {
    case .sha1: "sha1"
    case .sha256: "sha256"
    case .sha384: "sha384"
    case .sha512: "sha512"
    case .sha3_512: "sha3-512"
    }
  }

  /// A value by its name; nil for any other text.
  public init?(argument: String) {
    guard let hash = Self.allCases.first(where: { $0.defaultValueDescription == argument.lowercased() }) else {
      return nil
    }
    self = hash
  }
}
