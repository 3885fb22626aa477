internal import PassBindCrypto
public import PassBindSASL

/// What a client accepts from a server. All of it is checked before any key stretching.
public struct SCRAMClientPolicy: Sendable {
  /// The fewest iterations; fewer would make it cheap to guess the password from the client's proof (RFC 7677 section
  /// 4).
  public var minIterations = 4096
  /// The most iterations; more would let a server keep this machine busy.
  public var maxIterations = 5_000_000
  /// The shortest salt, in bytes.
  public var minSaltCount = 8
  /// The fewest characters that a server's own part of the nonce has.
  public var minServerNonceCount = 1
  /// What to do about the server's hash of its offer (XEP-0474), which shows when mechanisms or binding types were
  /// taken off the list. It takes the offer that the client saw.
  public var offerCheck = SCRAMDowngradeCheck.verifyIfPresent
  /// What to do about the server's word on the TLS version (XEP-0515). It takes the connection's version.
  public var tlsVersionCheck = SCRAMDowngradeCheck.verifyIfPresent
  /// How to normalise the user name.
  public var userPreparation = SCRAMPreparation.saslPrep
  /// How to normalise the password.
  public var passwordPreparation = SCRAMPreparation.saslPrep
  /// The language that the peer speaks.
  public var dialect = SCRAMDialect.rfc5802

  /// The defaults.
  public init() {}
}

/// What a client does about a server's statement that protects against downgrades.
public enum SCRAMDowngradeCheck: Sendable {
  /// Nothing: it is passed over, as an unknown extension would be.
  case ignore
  /// Fail where it is there and wrong.
  case verifyIfPresent
  /// Fail where it is wrong or missing, or cannot be checked.
  case require
}

/// What a server accepts from a client, and what it tells it.
public struct SCRAMServerPolicy: Sendable {
  /// Whether logins that are not bound to the channel are refused.
  public var requiresChannelBinding = false
  /// The fewest characters of a client's nonce.
  public var minClientNonceCount = 16
  /// Whether to send a hash of the offer (XEP-0474). Clients that know no extensions refuse it; libpq is one.
  public var sendsOfferHash = false
  /// Whether to send the TLS version (XEP-0515). Clients that know no extensions refuse it; libpq is one.
  public var sendsTLSVersion = false
  /// How to normalise user names.
  public var userPreparation = SCRAMPreparation.saslPrep
  /// The language that the peer speaks.
  public var dialect = SCRAMDialect.rfc5802

  /// The defaults.
  public init() {}
}

extension SCRAMMechanism {
  /// What a client accepts unless it is told otherwise, best first: everything but SHA-1.
  public static let preferred: [MechanismName] = [
    SCRAMMechanism(.sha512).name, SCRAMMechanism(.sha3_512).name, SCRAMMechanism(.sha384).name,
    SCRAMMechanism(.sha256).name,
  ]
}
