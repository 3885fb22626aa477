import CMemcheck
import Inline
import PassBindCrypto
import PassBindOPAQUE

/// OPAQUE's steps through its public face. The password is secret, the server's seed and private key, what is secret in
/// the account's record, and whatever is drawn at random. Nothing is stretched: Argon2id looks up memory by the
/// password on purpose, and is OpenSSL's.
func opaqueOperations() throws -> [Operation] {
  let known = try setup(isSecret: false)
  // With the record as secret as a server's store, but for the client's public key.
  var bytes = sent(try inline { try await registerPassword(known) })
  makeSecret(&bytes, from: 32)
  let account = try OPAQUERecord(bytes)

  return [
    ("opaque-client-registration-start", { _ = try startRegistration().request }),
    ("opaque-client-registration", { try inline { try await register(known) } }),
    ("opaque-setup-import", { _ = try setup(isSecret: true) }),
    ("opaque-setup-generation", { _ = try OPAQUEServerSetup.generate() }),
    (
      "opaque-server-registration",
      {
        let request = try publicPoint().encoded
        _ = try setup(isSecret: true).registrationResponse(to: request, credentialIdentifier: name)
      }
    ),
    ("opaque-admin-registration", { _ = try inline { try await registerPassword(setup(isSecret: true)) } }),
    ("opaque-client-login-start", { _ = try startLogin(password()).ke1 }),
    ("opaque-client-login", { try inline { try await logIn(password(), account, known) } }),
    (
      "opaque-client-login-refused",
      {
        try mustThrow(.envelopeRecovery) {
          try inline { try await logIn(SecretBytes(copying: secret(20, 4).span), account, known) }
        }
      }
    ),
    ("opaque-server-login", { _ = try answer(publicKE1(), account, setup(isSecret: true)) }),
    ("opaque-server-login-decoy", { _ = try answer(publicKE1(), nil, setup(isSecret: true)) }),
    (
      "opaque-server-login-finish",
      { try mustThrow(.clientAuthentication) { try refuse(publicKE1(), account, setup(isSecret: true)) } }
    ),
    (
      "opaque-key-holder-login",
      {
        let ke1 = try publicKE1()
        try inline { try await answerAsHolder(ke1, account, setup(isSecret: true)) }
      }
    ),
  ]
}

private let stretching = InsecureIdentityStretching()
let name = Array("user".utf8)
private let context = Array("context".utf8)

func password() -> SecretBytes { SecretBytes(copying: secret(20, 3).span) }

/// A setup from what opaque-ke keeps: oprf_seed and the private key, which are secret if asked for, and a public key.
func setup(isSecret: Bool) throws -> OPAQUEServerSetup {
  var bytes = (0..<64).map { UInt8($0 &* 3) } + [UInt8](repeating: 7, count: 31) + [1] + (try publicPoint().encoded)
  if isSecret { memcheck_make_secret(&bytes, 96) }
  return try OPAQUEServerSetup(opaqueKE: SecretBytes(copying: bytes.span))
}

// The steps, not inlined: the optimiser of Swift 6.3 makes broken code of them when they stand in closures.

@inline(never)
private func startRegistration() throws -> OPAQUEClientRegistration {
  try OPAQUEClientRegistration(password: password())
}

@inline(never)
private func startLogin(_ password: consuming SecretBytes) throws -> OPAQUEClientLogin {
  try OPAQUEClientLogin(password: password)
}

@inline(never)
private func register(_ setup: OPAQUEServerSetup) async throws {
  let client = try startRegistration()
  let response = sent(try setup.registrationResponse(to: sent(client.request), credentialIdentifier: name))
  let registration = try await client.finish(response: response, stretching: stretching)
  _ = registration.record
}

@inline(never)
private func logIn(_ password: consuming SecretBytes, _ record: OPAQUERecord, _ setup: OPAQUEServerSetup) async throws {
  let client = try startLogin(password)
  let ke2 = sent(try answer(client.ke1, record, setup))
  let session = try await client.finish(ke2: ke2, context: context, stretching: stretching)
  _ = session.ke3
}

@inline(never)
private func registerPassword(_ setup: OPAQUEServerSetup) async throws -> [UInt8] {
  let registration = try await setup.register(password: password(), credentialIdentifier: name, stretching: stretching)
  return registration.record.bytes
}

@inline(never)
private func answer(_ ke1: [UInt8], _ record: OPAQUERecord?, _ setup: OPAQUEServerSetup) throws -> [UInt8] {
  let server = try OPAQUEServerLogin(
    ke1: sent(ke1), record: record, credentialIdentifier: name, setup: setup, context: context)
  return server.ke2
}

@inline(never)
private func refuse(_ ke1: [UInt8], _ record: OPAQUERecord, _ setup: OPAQUEServerSetup) throws {
  let server = try OPAQUEServerLogin(
    ke1: sent(ke1), record: record, credentialIdentifier: name, setup: setup, context: context)
  _ = try server.finish(ke3: [UInt8](repeating: 1, count: 64))
}

@inline(never)
private func answerAsHolder(_ ke1: [UInt8], _ record: OPAQUERecord, _ setup: OPAQUEServerSetup) async throws {
  let server = try await OPAQUEServerLogin.start(
    ke1: sent(ke1), record: record, credentialIdentifier: name, holder: setup, decoys: setup.decoys, context: context)
  _ = server.ke2
}

/// KE1 of a client of which nothing is secret.
@inline(never)
private func publicKE1() throws -> [UInt8] {
  // An element, a nonce, an element.
  let element = try publicPoint().encoded
  return element + [UInt8](repeating: 5, count: 32) + element
}

func mustThrow(_ code: OPAQUEError.Code, _ step: () throws -> Void) throws {
  do { try step() } catch let error as OPAQUEError where error.code == code { return }
  fatalError("not refused")
}
