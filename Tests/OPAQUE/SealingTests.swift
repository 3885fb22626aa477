import PassBindCrypto
import Testing

@testable import PassBindOPAQUE

/// A server's secrets at rest.
@Suite struct SealingTests {
  private func key(_ byte: UInt8 = 1) throws -> SealingKey {
    try .key(SecretBytes(copying: [UInt8](repeating: byte, count: 32)))
  }

  /// scrypt is there on every machine.
  private func passphrase(_ text: String = "open sesame") throws -> SealingKey {
    try .passphrase(SecretBytes(copying: text.utf8), stretching: .rfc9807Scrypt)
  }

  private func isSame(_ a: OPAQUEServerSetup, _ b: OPAQUEServerSetup) -> Bool { a.encoded.isEqual(to: b.encoded) }

  @Test func aSetupOpensUnderItsKey() async throws {
    let setup = try OPAQUEServerSetup.generate()
    let sealed = try await setup.sealed(under: key())
    let opened = try await OPAQUEServerSetup(unsealing: sealed, with: key())
    #expect(isSame(setup, opened))
    #expect(setup.keyID == opened.keyID)
    let again = try await setup.sealed(under: key())
    #expect(sealed != again)
  }

  @Test func aSetupOpensUnderItsPassphrase() async throws {
    let setup = try OPAQUEServerSetup.generate()
    let sealed = try await setup.sealed(under: passphrase())
    let opened = try await OPAQUEServerSetup(unsealing: sealed, with: passphrase())
    #expect(isSame(setup, opened))
    let wrong = await code { _ = try await OPAQUEServerSetup(unsealing: sealed, with: passphrase("open barley")) }
    #expect(wrong == .sealBroken)
    let byKey = await code { _ = try await OPAQUEServerSetup(unsealing: sealed, with: key()) }
    #expect(byKey == .sealBroken)
  }

  @Test func keysOpenAsTheyWere() async throws {
    let one = try OPAQUEServerKeys(current: .generate())
    for keys in [one, try one.rotated(), try one.rotated().retired] {
      let sealed = try await keys.sealed(under: key())
      let opened = try await OPAQUEServerKeys(unsealing: sealed, with: key())
      #expect(isSame(keys.current, opened.current))
      #expect(keys.previous?.keyID == opened.previous?.keyID)
      let asSetup = await code { _ = try await OPAQUEServerSetup(unsealing: sealed, with: key()) }
      #expect(asSetup == .sealBroken)
    }
  }

  @Test func anotherKeyOrAnyChangedByteBreaksTheSeal() async throws {
    let sealed = try await OPAQUEServerSetup.generate().sealed(under: key())
    let other = await code { _ = try await OPAQUEServerSetup(unsealing: sealed, with: key(2)) }
    #expect(other == .sealBroken)
    for i in sealed.indices {
      var altered = sealed
      altered[i] ^= 1
      let bytes = altered
      let found = await code { _ = try await OPAQUEServerSetup(unsealing: bytes, with: key()) }
      #expect(found == .sealBroken, "byte \(i)")
    }
    for count in [0, 1, 8, sealed.count - 1] {
      let found = await code { _ = try await OPAQUEServerSetup(unsealing: Array(sealed.prefix(count)), with: key()) }
      #expect(found == .sealBroken)
    }
    let longer = await code { _ = try await OPAQUEServerSetup(unsealing: sealed + [0], with: key()) }
    #expect(longer == .sealBroken)
  }

  /// Sealed under the right key and for the right purpose, and yet not what it says.
  @Test(arguments: [1, 191, 193, 383, 385, 576]) func whatHasAnotherLengthIsNoSetup(_ count: Int) async throws {
    let secret = [UInt8](repeating: 1, count: count)
    let setup = try SealedSecret.seal(secret.span, purpose: "PassBind OPAQUE server setup", under: key())
    let asSetup = await code { _ = try await OPAQUEServerSetup(unsealing: setup, with: key()) }
    #expect(asSetup == .sealBroken)
    let keys = try SealedSecret.seal(secret.span, purpose: "PassBind OPAQUE server keys", under: key())
    let asKeys = await code { _ = try await OPAQUEServerKeys(unsealing: keys, with: key()) }
    #expect(asKeys == .sealBroken)
  }

  @Test func nothingOfTheSecretsIsInTheSealedBytes() async throws {
    let setup = try OPAQUEServerSetup.generate()
    let sealed = try await setup.sealed(under: key())
    let secrets = setup.encoded.exposed
    for start in stride(from: 0, to: secrets.count, by: 8) {
      let piece = Array(secrets[start..<start + 8])
      #expect(!sealed.indices.dropLast(8).contains { Array(sealed[$0..<$0 + 8]) == piece })
    }
  }
}

/// Real stretching: RFC 9807 section 7's scrypt, and Argon2id where this process has it.
@Suite struct StretchingTests {
  /// By Python's hashlib.scrypt, over the bytes 0 to 63: a salt of 16 zeros and 64 bytes out are all that RFC 9807
  /// section 7 leaves open.
  @Test func theSaltAndTheLengthAreTheRFCs() async throws {
    let stretched = try await KeyStretchingParameters.rfc9807Scrypt.stretch(SecretBytes(copying: Array(0..<64)))
    let expected = bytes(
      "75eca32064eb825dd0a72900a8434a9ff8ec5e1668dad1250a88f56bf1d26d6b"
        + "6d921c72833ba076ea4f1aa82301974a90eb9cc65d7e5772da59660a96a6a780")
    #expect(stretched.exposed == expected)
  }

  /// Its cost is what nobody waits for any more.
  @Test func aCancelledTaskDoesNotStretch() async throws {
    let task = Task {
      await code {
        unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
        _ = try await KeyStretchingParameters.rfc9807Scrypt.stretch(SecretBytes(count: 64))
      }
    }
    let found = await task.value
    #expect(found == .stretchingFailed)
  }

  @Test(arguments: [KeyStretchingParameters.rfc9807Scrypt, .default])
  func registrationAndLoginWithStretching(_ stretching: KeyStretchingParameters) async throws {
    let setup = try OPAQUEServerSetup.generate()
    let client = try OPAQUEClientRegistration(password: Account.password())
    let response = try setup.registrationResponse(to: client.request, credentialIdentifier: Account.name)
    let record: OPAQUERecord
    do throws(OPAQUEError) {
      record = try await client.finish(response: response, stretching: stretching).record
    } catch {
      // Without the trait Argon2 and before OpenSSL 3.2 it says so, and makes no record.
      #expect(error == OPAQUEError(.stretchingFailed, ""))
      #expect(stretching == .default && Argon2Backend.available.isEmpty)
      return
    }
    let login = try OPAQUEClientLogin(password: Account.password())
    let server = try OPAQUEServerLogin(
      ke1: login.ke1, record: record, credentialIdentifier: Account.name, setup: setup)
    let session = try await login.finish(ke2: server.ke2, stretching: stretching)
    let isSame = try server.finish(ke3: session.ke3).isEqual(to: session.sessionKey)
    #expect(isSame)
  }
}
