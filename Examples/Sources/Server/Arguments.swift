public import ArgumentParser
public import Logging
public import PassBindAccounts
internal import PassBindCrypto

// Values as they stand on a command line.

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension VerifierFileFormat: @retroactive ExpressibleByArgument {}

/// Key stretching as it is written, such as `argon2id,m=65536,t=3,p=4`, if clients accept it.
@Sendable func stretchingParameters(_ text: String) throws -> KeyStretchingParameters {
  do throws(CryptoError) {
    let parameters = try KeyStretchingParameters(parsing: text)
    try KeyStretchingLimits.default.permits(parameters)
    return parameters
  } catch {
    throw ValidationError(error.reason)
  }
}
