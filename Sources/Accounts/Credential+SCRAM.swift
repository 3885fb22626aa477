internal import PassBindCrypto
public import PassBindSCRAM

extension Credential {
  /// A SCRAM verifier as a credential: in the notation of RFC 5803, of the suite that is named as the mechanism.
  ///
  /// - Parameters:
  ///   - verifier: the verifier.
  ///   - apiKeyID: for a TrueNAS API key, its number, 1 to 2,147,483,647.
  /// - Throws: ``AccountError`` `invalidCredential`.
  public init(_ verifier: SCRAMVerifier, apiKeyID: Int32? = nil) throws(AccountError) {
    let text: String
    do throws(SCRAMError) {
      text = try verifier.text(as: .rfc5803)
    } catch {
      throw AccountError(.invalidCredential, error.reason)
    }
    guard let key = Key(scram: verifier.hash, apiKeyID: apiKeyID),
      let credential = Credential(key, bytes: Array(text.utf8))
    else { throw AccountError(.invalidCredential, "an API key's number must be 1 or more") }
    self = credential
  }

  /// The SCRAM verifier that this credential is; nil if its suite is not one of SCRAM's.
  ///
  /// - Throws: ``AccountError`` `corrupt` where the bytes are not what the suite says.
  public func scramVerifier() throws(AccountError) -> SCRAMVerifier? {
    guard let hash = HashFunction.allCases.first(where: { $0.scramName == key.suite.description }) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    do throws(SCRAMError) {
      let verifier = try SCRAMVerifier(parsing: text, as: .rfc5803)
      guard verifier.hash == hash else { throw SCRAMError(.invalidVerifier, "it is for another mechanism") }
      return verifier
    } catch {
      throw AccountError(.corrupt, "the credential \(self): \(error.reason)")
    }
  }
}

extension Credential.Key {
  /// The key of a SCRAM verifier with that hash.
  init?(scram hash: HashFunction, apiKeyID: Int32? = nil) {
    guard let suite = Credential.Suite(hash.scramName) else { return nil }
    self.init(suite, apiKeyID: apiKeyID)
  }
}
