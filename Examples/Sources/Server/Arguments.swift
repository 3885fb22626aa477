public import ArgumentParser
public import Logging
public import PassBindAccounts
public import PassBindCrypto

// Values as they stand on a command line.

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension VerifierFileFormat: @retroactive ExpressibleByArgument {}

extension KeyStretchingParameters: @retroactive ExpressibleByArgument {
  /// A value as it is written, such as `argon2id,m=65536,t=3,p=4`; nil for any other text.
  public init?(argument: String) { try? self.init(parsing: argument) }

  /// The value, as it is written.
  public var defaultValueDescription: String { description }
}
