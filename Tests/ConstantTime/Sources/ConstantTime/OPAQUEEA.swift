import CMemcheck
import Inline
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import PassBindTLS

/// OPAQUE-EA's steps through its public face, on a real connection. Secret are the password, the blind, the server's
/// seeds, and what is secret in the account's record; so are, by what they are made from, the OPRF's output,
/// randomized_password, and the two ends' Ed25519 keys. The password is not prepared: SASLprep looks at each character.
/// It is stretched, by a scrypt of next to nothing, since the server says how: Tests/constant-time says what memcheck
/// makes of that.
func opaqueEAOperations() -> [Operation] {
  [
    ("opaque-ea-setup", { _ = try eaSetup() }),
    ("opaque-ea-client-registration", { try inline { try await register(scene().known.current) } }),
    (
      "opaque-ea-server-registration",
      {
        let request = try publicPoint().encoded
        _ = try eaSetup().registrationResponse(to: request, credentialIdentifier: name)
      }
    ),
    ("opaque-ea-client-login-start", { _ = try startLogin(password()).firstMessage }),
    ("opaque-ea-client-login", { try inline { try await logIn(password()) } }),
    (
      "opaque-ea-client-login-refused",
      {
        try mustThrow(.envelopeRecovery) {
          try inline { try await logIn(SecretBytes(copying: secret(20, 4).span)) }
        }
      }
    ),
    ("opaque-ea-server-login", { _ = try challenge(scene().account).message }),
    ("opaque-ea-server-login-decoy", { _ = try challenge(nil).message }),
    ("opaque-ea-server-login-locked", { _ = try challenge(scene().account, refusing: "locked").message }),
    ("opaque-ea-server-login-finish", { try inline { try await finish() } }),
  ]
}

/// Made while nothing is secret: a connection, a client that has sent its first message, an account.
struct Scene {
  let client, server: ConnectionAuthenticators
  let clientFirst: [UInt8]
  /// The server that the client's steps are answered by, whose secrets are none.
  let known: OPAQUEEAServerKeys
  /// The account's record, of which all but the client's public key is secret.
  let account: OPAQUEEACredential
}

// One thread.
nonisolated(unsafe) private var made: Scene?
nonisolated(unsafe) private var honestClient: OPAQUEEAClient?

/// - Parameter folder: one that certs/make has filled.
func makeScene(_ folder: String) throws {
  let identity = TLSIdentity.files(chain: "\(folder)/server.pem", key: "\(folder)/server.key")
  let client = try TLSEngine(
    client: TLSClientContext(.init(trust: .file("\(folder)/authority.pem"))), host: "localhost")
  let server = try TLSEngine(server: TLSServerContext(.init(identities: [identity])))
  while server.state == .handshaking {
    _ = try server.receive(client.takeOutput().span)
    _ = try client.receive(server.takeOutput().span)
  }
  let known = try OPAQUEEAServerKeys(OPAQUEServerKeys(current: setup(isSecret: false)))
  var record = try inline { try await registerPassword(known.current) }
  makeSecret(&record, from: 32)
  let authenticators = try ConnectionAuthenticators(client)
  let honest = try startLogin(SecretBytes(copying: plainPassword.span), authenticators)
  made = Scene(
    client: authenticators, server: try ConnectionAuthenticators(server), clientFirst: honest.firstMessage,
    known: known,
    account: OPAQUEEACredential(record: try OPAQUEEARecord(record), keyID: known.current.keyID, stretching: try cheap())
  )
  honestClient = consume honest
}

private func scene() -> Scene {
  guard let made else { fatalError("makeScene was not called") }
  return made
}

/// The bytes of `password()`, unmarked.
private let plainPassword: [UInt8] = sent(secret(20, 3))

private func cheap() throws -> KeyStretchingParameters { try .scrypt(n: 2, r: 1, p: 1) }

/// With every seed secret.
private func eaSetup() throws -> OPAQUEEAServerSetup { try OPAQUEEAServerSetup(opaqueSetup()) }

private func opaqueSetup() throws -> OPAQUEServerSetup {
  let setup = try setup(isSecret: true)
  publish(setup.keyID.bytes)  // a record names it
  return setup
}

@inline(never)
private func startLogin(
  _ password: consuming SecretBytes, _ authenticators: ConnectionAuthenticators? = nil
) throws -> OPAQUEEAClient {
  var policy = OPAQUESASLClientPolicy()
  policy.preparesPassword = false
  policy.stretchingLimits = KeyStretchingLimits(minimumMemory: 0, minimumWork: 0)
  return try OPAQUEEAClient(
    user: "user", password: password, offer: offer, authenticators: authenticators ?? scene().client, policy: policy)
}

private let offer = SASLOffer(mechanisms: [OPAQUEEAMechanism.name], bindingTypes: nil)

@inline(never)
private func register(_ setup: OPAQUEEAServerSetup) async throws {
  let client = try OPAQUEEAClientRegistration(password: password())
  let response = sent(try setup.registrationResponse(to: sent(client.request), credentialIdentifier: name))
  let registration = try await client.finish(response: response, stretching: InsecureIdentityStretching())
  _ = registration.record
}

@inline(never)
private func registerPassword(_ setup: OPAQUEEAServerSetup) async throws -> [UInt8] {
  let registration = try await setup.register(
    password: SecretBytes(copying: plainPassword.span), credentialIdentifier: name, stretching: cheap())
  return registration.record.bytes
}

@inline(never)
private func logIn(_ password: consuming SecretBytes) async throws {
  let client = try startLogin(password)
  // Where it lies: it is in the client's own transcripts too.
  publish(client.firstMessage)
  let server = try answer(client.firstMessage, scene().account, scene().known)
  let outcome = try await client.respond(to: sent(server.message))
  _ = outcome.finalMessage
}

@inline(never)
private func answer(
  _ message: [UInt8], _ account: OPAQUEEACredential?, _ keys: OPAQUEEAServerKeys, refusing refusal: String? = nil
) throws -> OPAQUEEAServerChallenge {
  let lookup = try OPAQUEEAServer(offer: offer, authenticators: scene().server).receive(message)
  return try lookup.challenge(with: account, keys: keys, refusing: refusal)
}

@inline(never)
private func challenge(_ account: OPAQUEEACredential?, refusing refusal: String? = nil) throws
  -> OPAQUEEAServerChallenge
{
  let keys = try OPAQUEEAServerKeys(OPAQUEServerKeys(current: opaqueSetup()))
  return try answer(scene().clientFirst, account, keys, refusing: refusal)
}

/// The honest client knows nothing that is secret here: what is reported is the server's.
@inline(never)
private func finish() async throws {
  let server = try challenge(scene().account)
  guard let client = honestClient.take() else { fatalError("once") }
  let outcome = try await client.respond(to: sent(server.message))
  _ = try server.receive(sent(outcome.finalMessage))
}
