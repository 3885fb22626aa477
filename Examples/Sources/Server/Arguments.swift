public import ArgumentParser
public import Logging
public import PassBindAccounts

// Values as they stand on a command line.

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension VerifierFileFormat: @retroactive ExpressibleByArgument {}
