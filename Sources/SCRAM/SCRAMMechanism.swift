public import PassBindCrypto
public import PassBindSASL

/// One of the SCRAM family (RFC 5802, RFC 7677, and the SHA-512 and SHA3-512 drafts): a hash, and whether the exchange
/// is bound to the channel.
public struct SCRAMMechanism: Hashable, Sendable, CustomStringConvertible {
  /// The hash under HMAC and PBKDF2.
  public let hash: HashFunction
  /// Whether this is the -PLUS form, which binds to the channel.
  public let isPlus: Bool

  /// A mechanism.
  public init(_ hash: HashFunction, isPlus: Bool = false) {
    self.hash = hash
    self.isPlus = isPlus
  }

  /// A mechanism by its registered name, such as `SCRAM-SHA-512-PLUS`; nil if it is not one of SCRAM's.
  public init?(_ name: MechanismName) {
    guard let hash = HashFunction.allCases.first(where: { $0.scramName == name.base.description }) else { return nil }
    self.init(hash, isPlus: name.isPlus)
  }

  /// The registered name.
  public var description: String { hash.scramName + (isPlus ? "-PLUS" : "") }

  /// The registered name, as SASL has it.
  public var name: MechanismName { MechanismName(known: description) }
}

extension HashFunction {
  /// The name of the unbound SCRAM mechanism with this hash, which verifier formats use too.
  package var scramName: String {
    switch self {
    case .sha1: "SCRAM-SHA-1"
    case .sha256: "SCRAM-SHA-256"
    case .sha384: "SCRAM-SHA-384"
    case .sha512: "SCRAM-SHA-512"
    case .sha3_512: "SCRAM-SHA3-512"
    }
  }
}
