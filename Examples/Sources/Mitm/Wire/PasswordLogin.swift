internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM
internal import PassBindTLS

/// A login by a password: the victim's in the laboratory, or a thief's.
struct PasswordLogin: Sendable {
  /// A password that copies of a login share.
  final class Password: Sendable {
    let bytes: SecretBytes
    init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
    func copy() -> SecretBytes { bytes.copy() }
  }

  var user: String
  var password: Password
  /// Without -PLUS.
  var mechanism: MechanismName
  var channelBinding = ChannelBindingPolicy.require
  var bindingTypes = ChannelBindingType.preferred

  /// Chooses, and makes the exchange: its first message, and what follows.
  func exchange(
    on client: LineClient
  ) throws -> (ClientNegotiationPolicy.Choice, any SASLClientExchange) {
    let policy = ClientNegotiationPolicy(
      mechanisms: [mechanism], channelBinding: channelBinding, bindingTypes: bindingTypes)
    let choice = try policy.choose(from: client.offer, bindings: client.handshake.bindings)
    return (choice, try exchange(choice, client.offer, client.handshake.bindings, client.authenticators))
  }

  /// The exchange for what was chosen.
  func exchange(
    _ choice: ClientNegotiationPolicy.Choice, _ offer: SASLOffer, _ bindings: ChannelBindings,
    _ authenticators: ConnectionAuthenticators? = nil
  ) throws -> any SASLClientExchange {
    if choice.mechanism == OPAQUEEAMechanism.name {
      return try authenticatorExchange(on: authenticators)
    }
    if OPAQUEMechanism(choice.mechanism) != nil {
      return OPAQUESASLClientExchange(
        try OPAQUESASLClient(choice, user: user, password: password.copy(), offer: offer))
    }
    return SCRAMClientExchange(
      try SCRAMClient(
        choice, user: user, credential: .password(password.copy()), offer: offer, tlsVersion: bindings.tlsVersion))
  }

  /// An exchange of OPAQUE-EA, whatever was offered.
  func authenticatorExchange(on authenticators: ConnectionAuthenticators?) throws -> OPAQUEEAClientExchange {
    guard let authenticators else { throw CommandError(cannotEnact: "\(OPAQUEEAMechanism.name) needs TLS 1.3") }
    let client = try OPAQUEEAClient(
      user: user, password: password.bytes, offer: SASLOffer(mechanisms: [OPAQUEEAMechanism.name], bindingTypes: nil),
      authenticators: authenticators)
    return OPAQUEEAClientExchange(client)
  }
}

/// The code of what a client throws, and in whose name it speaks.
enum ClientError: Sendable {
  /// The server said no, or closed.
  case server(String)
  /// This side would not go on.
  case client(String)
  /// TLS broke the connection off.
  case tls(String)

  init(_ error: any Error) {
    switch error {
    case let error as ProfileError where error.code == .refused: self = .server(error.code.description)
    // In its own words, since whoever stands between can close too.
    case let error as ProfileError where error.code == .closed: self = .server(error.reason)
    case let error as ProfileError: self = .client(error.code.description)
    case let error as SASLError: self = .client(error.code.description)
    case let error as SCRAMError: self = .client(error.code.description)
    case let error as OPAQUEError: self = .client(error.code.description)
    case let error as TLSError: self = .tls(error.code.description)
    default: self = .client(String(describing: type(of: error)))
    }
  }
}
