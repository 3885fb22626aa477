public import PassBindCrypto
internal import PassBindSASL

/// What a client accepts from a server.
public struct OPAQUESASLClientPolicy: Sendable {
  /// What key stretching to accept. It is checked before any is done, since the server has proved nothing by then.
  public var stretchingLimits = KeyStretchingLimits.default
  /// Whether to bring the password to SASLprep's form, as at the registration. Not for accounts that were registered
  /// with the bytes as they came, by opaque-ke for instance.
  public var preparesPassword = true

  /// The defaults.
  public init() {}

  package func prepare(_ password: borrowing SecretBytes) throws(OPAQUEError) -> SecretBytes {
    if !preparesPassword { return password.copy() }
    do throws(SASLprepError) {
      return try SASLprep.prepare(password, as: .stored)
    } catch {
      throw OPAQUEError(.invalidPassword, error.description)
    }
  }
}

/// What a server accepts from a client, and what it shows of accounts that do not exist.
public struct OPAQUESASLServerPolicy: Sendable {
  /// Whether logins that are not bound to the channel are refused.
  public var requiresChannelBinding = false
  /// The key stretching that is shown for accounts that do not exist. They can't be told from real ones as far as these
  /// have the same: give it the value that they have, and leave it when the server restarts.
  public var decoyStretching = KeyStretchingParameters.default

  /// The defaults.
  public init() {}
}

extension OPAQUESASLMessage {
  /// A user's name in SASLprep's form, which both ends bring it to.
  package static func prepare(user: String) throws(OPAQUEError) -> String {
    do throws(SASLprepError) {
      return try SASLprep.prepare(user, as: .query)
    } catch {
      throw OPAQUEError(.invalidName, error.description)
    }
  }
}
