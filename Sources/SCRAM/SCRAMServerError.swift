/// `server-error-value` of RFC 5802 section 7: what a server may say in `e=`. Values not listed here are kept as they
/// came and mean the same as `other-error`.
public struct SCRAMServerError: Hashable, Sendable, CustomStringConvertible {
  /// The value as it travels, unchecked beyond being UTF-8.
  public let rawValue: String

  /// A value.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A message or attribute that could not be decoded.
  public static let invalidEncoding = SCRAMServerError(rawValue: "invalid-encoding")
  /// A mandatory extension that the server does not know.
  public static let extensionsNotSupported = SCRAMServerError(rawValue: "extensions-not-supported")
  /// A wrong proof, which is a wrong password.
  public static let invalidProof = SCRAMServerError(rawValue: "invalid-proof")
  /// Binding data that differ from the server's.
  public static let channelBindingsDontMatch = SCRAMServerError(rawValue: "channel-bindings-dont-match")
  /// The client believes that the server cannot bind, and it can.
  public static let serverDoesSupportChannelBinding = SCRAMServerError(rawValue: "server-does-support-channel-binding")
  /// The server cannot bind.
  public static let channelBindingNotSupported = SCRAMServerError(rawValue: "channel-binding-not-supported")
  /// The server cannot bind by this type.
  public static let unsupportedChannelBindingType = SCRAMServerError(rawValue: "unsupported-channel-binding-type")
  /// No such user. This package's server never says so.
  public static let unknownUser = SCRAMServerError(rawValue: "unknown-user")
  /// A user name outside UTF-8 or SASLprep.
  public static let invalidUsernameEncoding = SCRAMServerError(rawValue: "invalid-username-encoding")
  /// The server is out of something.
  public static let noResources = SCRAMServerError(rawValue: "no-resources")
  /// Anything else.
  public static let otherError = SCRAMServerError(rawValue: "other-error")

  /// The values that RFC 5802 lists.
  static let registered: Set<SCRAMServerError> = [
    .invalidEncoding, .extensionsNotSupported, .invalidProof, .channelBindingsDontMatch,
    .serverDoesSupportChannelBinding, .channelBindingNotSupported, .unsupportedChannelBindingType, .unknownUser,
    .invalidUsernameEncoding, .noResources, .otherError,
  ]

  /// Whether RFC 5802 lists this value; others mean the same as ``otherError``.
  public var isRegistered: Bool { Self.registered.contains(self) }

  /// The value, fit for a log: control characters escaped, cut after 200 characters.
  public var description: String {
    rawValue.unicodeScalars.prefix(200).map { $0.escaped(asASCII: true) }.joined()
  }
}
