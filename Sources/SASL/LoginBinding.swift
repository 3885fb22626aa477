/// What holds a login to its TLS connection, so that it is worth nothing on another.
public enum LoginBinding: Hashable, Sendable, CustomStringConvertible {
  /// Channel binding (RFC 5056) of this type, which a mechanism with -PLUS has mixed in.
  case channel(ChannelBindingType)
  /// Keys that each end exports from its own end of the connection for exported authenticators (RFC 9261 section 5.1),
  /// which the mechanism's messages are made with.
  case exportedAuthenticator

  /// A channel binding, where there is one.
  public init?(_ type: ChannelBindingType?) {
    guard let type else { return nil }
    self = .channel(type)
  }

  /// The binding type's registered name, or `exported-authenticator`.
  public var description: String {
    switch self {
    case .channel(let type): type.name
    case .exportedAuthenticator: "exported-authenticator"
    }
  }
}
