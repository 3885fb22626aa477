import PassBindCrypto
import Testing

@testable import PassBindOPAQUE

/// Rows 1 to 7 of the known bad inputs: what is not a message is refused, field by field.
@Suite struct MalformedMessageTests {
  static let badElements =
    RFC9496.nonCanonical + RFC9496.negative + RFC9496.nonSquare + RFC9496.negativeXY + RFC9496.zeroY
    + [String(repeating: "0", count: 64)]  // the identity

  @Test func thereAreThirtyBadElements() { #expect(Self.badElements.count == 30) }

  static let lengths = [0, 1, 31, 32, 33, 63, 64, 65, 95, 96, 97, 191, 192, 193, 319, 320, 321, 1_048_576]

  @Test(arguments: lengths) func aMessageOfAnotherLengthIsRefused(_ count: Int) async throws {
    let account = try await Account()
    let message = [UInt8](repeating: 1, count: count)
    let stretching = InsecureIdentityStretching()
    if count != 32 {
      let found = await code {
        _ = try account.setup.registrationResponse(to: message, credentialIdentifier: Account.name)
      }
      #expect(found == .wrongLength)
    }
    if count != 64 {
      let registration = await code {
        let client = try OPAQUEClientRegistration(password: Account.password())
        _ = try await client.finish(response: message, stretching: stretching)
      }
      #expect(registration == .wrongLength)
      let ke3 = await code {
        let server = try account.answer(OPAQUEClientLogin(password: Account.password()).ke1)
        _ = try server.finish(ke3: message)
      }
      #expect(ke3 == .wrongLength)
    }
    if count != 96 {
      let found = await code { _ = try account.answer(message) }
      #expect(found == .wrongLength)
    }
    if count != 192 {
      let found = await code { _ = try OPAQUERecord(message) }
      #expect(found == .wrongLength)
    }
    if count != 320 {
      let found = await code {
        _ = try await OPAQUEClientLogin(password: Account.password()).finish(ke2: message, stretching: stretching)
      }
      #expect(found == .wrongLength)
    }
  }

  /// Trailing bytes: row 5, which opaque-ke accepts.
  @Test(arguments: [Account.Step.ke1, .ke2, .ke3]) func aTrailingByteIsRefused(_ step: Account.Step) async throws {
    let account = try await Account()
    for extra: [UInt8] in [[0], [0xff], [UInt8](repeating: 0, count: 64)] {
      let longer = await code { try await account.logIn { if $0 == step { $1 += extra } } }
      #expect(longer == .wrongLength)
    }
    let shorter = await code { try await account.logIn { if $0 == step { $1.removeLast() } } }
    #expect(shorter == .wrongLength)
  }

  @Test(arguments: badElements) func aBadElementIsRefusedEverywhere(_ hex: String) async throws {
    let account = try await Account()
    let element = bytes(hex)
    let stretching = InsecureIdentityStretching()

    let request = await code {
      _ = try account.setup.registrationResponse(to: element, credentialIdentifier: Account.name)
    }
    #expect(request == .invalidElement)

    let registration = try OPAQUEClientRegistration(password: Account.password())
    let response = try account.setup.registrationResponse(to: registration.request, credentialIdentifier: Account.name)
    for field in [RegistrationResponse.evaluatedMessage, RegistrationResponse.serverPublicKey] {
      var altered = response
      altered.replaceSubrange(field.range, with: element)
      let found = await code {
        _ = try await OPAQUEClientRegistration(password: Account.password()).finish(
          response: altered, stretching: stretching)
      }
      #expect(found == .invalidElement)
    }

    var record = account.record.bytes
    record.replaceSubrange(RegistrationRecord.clientPublicKey.range, with: element)
    let upload = await code { _ = try OPAQUERecord(record) }
    #expect(upload == .invalidElement)

    for field in [KE1.blindedMessage, KE1.clientPublicKeyshare] {
      let found = await code {
        try await account.logIn { if $0 == .ke1 { $1.replaceSubrange(field.range, with: element) } }
      }
      #expect(found == .invalidElement)
    }
    // In KE2 they get the errors that a wrong password and a wrong server get; the reason says which field it was.
    let evaluated = await code {
      try await account.logIn { if $0 == .ke2 { $1.replaceSubrange(KE2.evaluatedMessage.range, with: element) } }
    }
    #expect(evaluated == .envelopeRecovery)
    let keyshare = await code {
      try await account.logIn { if $0 == .ke2 { $1.replaceSubrange(KE2.serverPublicKeyshare.range, with: element) } }
    }
    #expect(keyshare == .serverAuthentication)
  }

  @Test func theReasonNamesTheField() async throws {
    let account = try await Account()
    var ke1 = try OPAQUEClientLogin(password: Account.password()).ke1
    ke1.replaceSubrange(KE1.clientPublicKeyshare.range, with: [UInt8](repeating: 0, count: 32))
    do throws(OPAQUEError) {
      _ = try OPAQUEServerLogin(
        ke1: ke1, record: account.record, credentialIdentifier: Account.name, setup: account.setup)
      Issue.record("the identity was taken")
    } catch {
      #expect(error.reason.contains("client_public_keyshare of KE1"))
    }
  }

  /// Row 6.
  @Test func aReflectedElementIsRefused() async throws {
    let account = try await Account()
    let registration = try OPAQUEClientRegistration(password: Account.password())
    let request = registration.request
    let publicKey = account.setup.publicKey
    let atRegistration = await code(finishing: registration, request + publicKey)
    #expect(atRegistration == .reflectedValue)

    let login = try OPAQUEClientLogin(password: Account.password())
    let ke1 = login.ke1
    var ke2 = try account.answer(ke1).ke2
    ke2.replaceSubrange(KE2.evaluatedMessage.range, with: ke1[..<32])
    let atLogin = await code(finishing: login, ke2)
    #expect(atLogin == .reflectedValue)
  }

  /// Row 7, and every other constant.
  @Test(arguments: [0, 1, 0xff] as [UInt8]) func aConstantKE3IsRefused(_ byte: UInt8) async throws {
    let account = try await Account()
    let found = await code {
      try await account.logIn { if $0 == .ke3 { $1 = [UInt8](repeating: byte, count: 64) } }
    }
    #expect(found == .clientAuthentication)
  }
}
