internal import PassBindCrypto
internal import PassBindNIO
internal import PassBindOPAQUE
internal import PassBindSASL

/// A connection whose login succeeded: the server took the proof, and this side believes the server.
final class LoggedIn {
  let client: LineClient
  let mechanism: MechanismName
  let binding: LoginBinding?
  /// What the server would like to have registered.
  let wanted: MechanismName?
  /// What OPAQUE gave beside; nil after SCRAM.
  private let exportKey: SecretBytes?

  init(
    _ client: LineClient, _ choice: ClientNegotiationPolicy.Choice, wanted: MechanismName?,
    exportKey: consuming SecretBytes? = nil
  ) {
    self.client = client
    mechanism = choice.mechanism
    binding = choice.loginBinding
    self.wanted = wanted
    self.exportKey = exportKey
  }

  /// What opens the account's notes; nil after SCRAM.
  func vault(of user: String) throws(OPAQUEError) -> OPAQUEVault? { try exportKey?.vault(of: user) }
}

extension SecretBytes {
  fileprivate borrowing func vault(of user: String) throws(OPAQUEError) -> OPAQUEVault {
    try OPAQUEVault(exportKey: self, account: user)
  }
}
