public import PassBindCrypto
public import PassBindOPAQUE

extension OPAQUERegistrationExchange {
  /// A registration for `OPAQUE-EA` that has not begun. It needs no authenticators: only logins do.
  ///
  /// - Parameters:
  ///   - password: the new password, in UTF-8, up to 65,535 bytes.
  ///   - policy: the limits, checked before any stretching, and how to prepare the password: as at each login later.
  ///   - vault: what opens the account's notes now.
  ///   - mayLoseNotes: whether to go on where there is no `vault`, and the account has notes: nothing opens them
  ///     afterwards.
  ///   - account: the user name.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `invalidPassword`, `invalidName`.
  public convenience init(
    opaqueEA password: borrowing SecretBytes, policy: OPAQUESASLClientPolicy = OPAQUESASLClientPolicy(),
    resealing vault: consuming OPAQUEVault? = nil, mayLoseNotes: Bool = false, account: String
  ) throws(OPAQUEError) {
    let prepared = try policy.prepare(password)
    try self.init(
      OPAQUEEAClientRegistration(password: prepared), for: OPAQUEEAMechanism.name, limits: policy.stretchingLimits,
      resealing: vault, mayLoseNotes: mayLoseNotes, account: account, random: randomBytes(count:))
  }
}
