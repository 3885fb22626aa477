import PassBindCrypto
import PassBindOPAQUE
import PassBindRistretto
import PassBindSASL
import Testing

@testable import PassBindExportedAuthenticators

/// What a server shows of accounts that do not exist, are locked, or were made under other keys.
@Suite("OPAQUE-EA: what is shown")
struct OPAQUEEASecrecyTests {
  /// What a client sees.
  private struct Seen {
    let share: PAKEShareServer
    let certificateKey: [UInt8]
    let count: Int

    init(_ m2: [UInt8]) throws {
      let authenticator = try OPAQUEEAServerFirst(parsing: m2).authenticator
      guard case .full(let certificate, _, _) = try AuthenticatorMessage(parsing: authenticator) else {
        throw OPAQUEError(.malformedMessage, "")
      }
      let entry = try #require(certificate.message.entries.first)
      share = try PAKEShareServer(parsing: entry.extensions.required(.opaqueServerAuth))
      certificateKey = entry.data
      count = m2.count
    }

    var evaluated: [UInt8] { Array(share.credentialResponse[..<32]) }
  }

  /// A first message with the same blinded element each time.
  private func ask(
    _ service: Service, _ line: Line, _ user: String, credential: OPAQUEEACredential?, refusing: String? = nil
  ) throws -> Seen {
    let share = PAKEShareClient(identity: Array(user.utf8), blindedMessage: RistrettoPoint.generator.encoded)
    let m1 = try line.client.use { value throws(ExportedAuthenticatorError) in
      try value.request(
        AuthenticatorRequest.Parameters(
          opaque: [share.inExtension(), AuthenticatorExtension(.opaqueKeyStretching, data: [])],
          context: randomBytes(count: 32))
      ).bytes
    }
    let lookup = try service.lookup(m1, on: line)
    return try Seen(lookup.challenge(with: credential, keys: service.keys, refusing: refusing).message)
  }

  @Test("An account that does not exist is answered alike, and the same each time")
  func unknown() async throws {
    let (service, line) = (try await Service(), try Line.connected())
    let known = try ask(service, line, "alice", credential: service.credential)
    let nobody = try ask(service, line, "nobod", credential: nil)
    let again = try ask(service, line, "nobod", credential: nil)
    let other = try ask(service, line, "nobdy", credential: nil)
    #expect(known.count == nobody.count && nobody.count == again.count)
    #expect(known.certificateKey == nobody.certificateKey)
    #expect(nobody.evaluated == again.evaluated && nobody.evaluated != other.evaluated)
    #expect(nobody.share.credentialResponse[32...] != again.share.credentialResponse[32...])
    // The name is answered under one OPRF key before it registers and after.
    #expect(try ask(service, line, "alice", credential: nil).evaluated == known.evaluated)
  }

  @Test("An account that does not exist ends in refusal, at either end")
  func unknownRefused() async throws {
    let (service, line) = (try await Service(), try Line.connected())
    let client = try service.client(on: line, user: "nobod")
    let challenge = try service.challenge(client.firstMessage, on: line)
    let found = await code(client, answered: challenge.message)
    #expect(found == .envelopeRecovery)
    // A client that goes on all the same, by a key of its own.
    let proof = try prove(challenge.message, on: line, name: Array("nobod".utf8), key: .ownKey)
    #expect(code(challenge, answered: proof) == .unknownUser)
  }

  @Test("A refusal that was made before does not show, and the guess is not answered")
  func refused() async throws {
    let (service, line) = (try await Service(), try Line.connected())
    let known = try ask(service, line, "alice", credential: service.credential)
    let locked = try ask(service, line, "alice", credential: service.credential, refusing: "locked")
    #expect(known.evaluated == locked.evaluated && known.count == locked.count)
    let client = try service.client(on: line)
    let challenge = try service.challenge(client.firstMessage, on: line, refusing: "locked")
    let found = await code(client, answered: challenge.message)
    #expect(found == .envelopeRecovery)
    let proof = try prove(challenge.message, on: line, key: .ownKey)
    #expect(code(challenge, answered: proof) == .refused)
  }

  @Test("Keys are rotated with OPAQUE's, and nobody sees which account is under which")
  func rotated() async throws {
    let old = try await Service()
    let rotated = try old.opaque.rotated()
    let new = try await Service(rotated)
    let line = try Line.connected()
    let before = try ask(new, line, "alice", credential: old.credential)
    let after = try ask(new, line, "alice", credential: new.credential)
    let nobody = try ask(new, line, "nobod", credential: nil)
    #expect(before.certificateKey == after.certificateKey && after.certificateKey == nobody.certificateKey)
    #expect(before.evaluated != after.evaluated)
    #expect(try ask(old, line, "nobod", credential: nil).evaluated == nobody.evaluated)

    for credential in [old.credential, new.credential] {
      let client = try new.client(on: line)
      let lookup = try new.lookup(client.firstMessage, on: line)
      let challenge = try lookup.challenge(with: credential, keys: new.keys)
      let m3 = try await client.respond(to: challenge.message).finalMessage
      #expect(code(challenge, answered: m3) == nil)
    }
    // Once the old keys are retired.
    let client = try new.client(on: line)
    let lookup = try new.lookup(client.firstMessage, on: line)
    let challenge = try lookup.challenge(with: old.credential, keys: OPAQUEEAServerKeys(rotated.retired))
    let found = await code(client, answered: challenge.message)
    #expect(found == .envelopeRecovery)
    let proof = try prove(challenge.message, on: line, key: .ownKey)
    #expect(code(challenge, answered: proof) == .unknownServerKey)
  }

  @Test("What seals OPAQUE's keys keeps these, and they print as their identifiers")
  func sealed() async throws {
    let service = try await Service()
    let bytes = [UInt8](repeating: 7, count: 32)
    let sealed = try await service.opaque.sealed(under: .key(SecretBytes(copying: bytes)))
    let keys = try OPAQUEEAServerKeys(
      await OPAQUEServerKeys(unsealing: sealed, with: .key(SecretBytes(copying: bytes))))
    #expect(keys.current.publicKey == service.keys.current.publicKey)
    #expect(keys.current.keyID == service.opaque.current.keyID)
    let element = RistrettoPoint.generator
    #expect(try keys.current.evaluate(element, Service.name) == service.keys.current.evaluate(element, Service.name))
    #expect("\(keys)" == "OPAQUE-EA server keys \(keys.current.keyID)")
    #expect(Mirror(reflecting: keys.current).children.count == 1)
    #expect("\(service.credential.record)" == "an OPAQUE-EA record")
    #expect(Mirror(reflecting: service.credential.record).children.isEmpty)
  }

  @Test("No value of OPAQUE-3DH serves here, and none of these there")
  func suites() async throws {
    let service = try await Service()
    let setup = service.opaque.current
    let classic = try await setup.register(
      password: secret(Service.password), credentialIdentifier: Service.name, stretching: service.stretching)
    let stored = OPAQUECredential(record: classic.record, keyID: setup.keyID, stretching: service.stretching).encoded
    #expect(throws: OPAQUEError(.invalidParameter, "")) { try OPAQUEEACredential(encoded: stored) }
    #expect(throws: OPAQUEError(.invalidParameter, "")) { try OPAQUECredential(encoded: service.credential.encoded) }
    #expect(try OPAQUEEACredential(encoded: service.credential.encoded) == service.credential)
    for bytes in [Array(stored.dropLast(64)), stored + stored, [2]] {
      #expect(throws: OPAQUEError(.wrongLength, "")) { try OPAQUEEACredential(encoded: bytes) }
    }

    // Not even if the suite is changed by hand.
    let line = try Line.connected()
    let client = try service.client(on: line)
    let lookup = try service.lookup(client.firstMessage, on: line)
    let forged = try OPAQUEEACredential(encoded: [2] + stored.dropFirst())
    let m2 = try lookup.challenge(with: forged, keys: service.keys).message
    let found = await code(client, answered: m2)
    #expect(found == .envelopeRecovery)
  }
}

/// A third message by a key that the caller has.
func prove(
  _ m2: [UInt8], on line: Line, name: [UInt8] = Service.name, key: SigningKey, shown: [UInt8]? = nil,
  more: [AuthenticatorExtension] = [], further: [CertificateEntry] = []
) throws -> [UInt8] {
  // Not by receiveRequest: the honest client may have taken the request already, and a context is taken once.
  let bytes = try OPAQUEEAServerFirst(parsing: m2).request
  let message = try RequestMessage(parsing: bytes)
  let terms = try RequestTerms(message)
  let entry = CertificateEntry(
    data: shown ?? key.subjectPublicKeyInfo,
    extensions: [try AuthenticatorExtension(.opaqueClientAuth, name: name)] + more)
  return try line.client.use { value throws(ExportedAuthenticatorError) in
    let request = ReceivedAuthenticatorRequest(
      context: message.context, extensions: message.extensions, bytes: bytes, terms: terms,
      connection: value.connection)
    return try value.authenticate(request, [entry] + further, signing: key)
  }
}

extension SigningKey {
  /// An attacker's.
  static let ownKey: SigningKey = {
    do { return try SigningKey(ed25519Seed: [UInt8](repeating: 0x66, count: 32).span) } catch { fatalError("\(error)") }
  }()
}
