internal import PassBindCrypto
internal import PassBindSASL
internal import PassBindSCRAM

/// A registration of a SCRAM verifier whose salt is out, and whose keys are awaited: after the idea of XEP-0480, but
/// the client sends what the server keeps, and not the salted password, which would be as good as the password.
struct SCRAMRegistrationStep: Sendable {
  private let account: Account
  private let hash: HashFunction
  private let salt: [UInt8]
  private let iterations: Int

  /// Takes `client-1`, which is empty: draws a salt.
  static func open(
    _ session: AccountSession, _ mechanism: MechanismName, _ message: [UInt8]
  ) async throws(AccountError) -> RegistrationExchange.Next {
    guard message.isEmpty else { throw AccountError(.malformedMessage, "client-1 is empty for SCRAM") }
    guard let hash = SCRAMMechanism(mechanism)?.hash else {
      throw AccountError(.notPermitted, "\(mechanism) is not SCRAM")
    }
    let account = try await session.account()
    let iterations = session.authenticator.policy.iterations[hash] ?? SCRAMVerifier.defaultIterations(for: hash)
    let salt = randomBytes(count: SCRAMVerifier.defaultSaltCount)
    return .challenge(
      .scram(SCRAMRegistrationStep(account: account, hash: hash, salt: salt, iterations: iterations)),
      SCRAMRegistrationMessage.parameters(salt: salt, iterations: iterations))
  }

  /// Takes `client-2`: StoredKey and ServerKey.
  func finish(_ session: AccountSession, _ message: [UInt8]) async throws(AccountError) -> RegistrationExchange.Next {
    let keys: SCRAMRegistrationMessage.Keys
    do throws(SCRAMError) {
      keys = try SCRAMRegistrationMessage.Keys(parsing: message, hash: hash)
    } catch {
      throw AccountError(.malformedMessage, error.reason)
    }
    guard
      let verifier = SCRAMVerifier(
        hash: hash, iterations: iterations, salt: salt, storedKey: keys.storedKey, serverKey: keys.serverKey)
    else { throw AccountError(.malformedMessage, "keys of another hash") }
    try await session.commit(Credential(verifier), to: account)
    return .done
  }
}
