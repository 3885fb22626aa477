import CMemcheck
import Inline
import PassBindCrypto
import PassBindOPAQUE
import PassBindSASL
import PassBindSCRAM

/// SCRAM's steps through its public face, and a note's way into the vault. Secret are the password, at the server
/// StoredKey, ServerKey and what stands in for them, and the export key and the note. The password is not prepared:
/// SASLprep looks at each character.
func scramOperations() throws -> [Operation] {
  let known = try inline { try await verifier(plainPassword()) }
  return [
    ("scram-verifier", { _ = try inline { try await verifier(password()) } }),
    ("scram-client-login", { try inline { try await logIn(known) } }),
    ("scram-server-login", { try mustRefuse { try prove(secretVerifier(known)) } }),
    ("scram-server-login-decoy", { try mustRefuse { try prove(nil) } }),
    ("vault-seal", { _ = try sealNote() }),
  ]
}

private let mechanism = SCRAMMechanism(.sha256)
private let offer = SASLOffer(mechanisms: [SCRAMMechanism(.sha256).name], bindingTypes: nil)

private func plainPassword() -> SecretBytes { SecretBytes(copying: sent(secret(20, 3)).span) }

@inline(never)
private func verifier(_ password: consuming SecretBytes) async throws -> SCRAMVerifier {
  try await .make(
    password: password, hash: .sha256, iterations: 4096, salt: [UInt8](repeating: 9, count: 16), preparation: .none)
}

/// The same keys, as secret as a server's store.
@inline(never)
private func secretVerifier(_ known: SCRAMVerifier) throws -> SCRAMVerifier {
  var (stored, server) = (known.storedKey, known.serverKey)
  makeSecret(&stored, from: 0)
  makeSecret(&server, from: 0)
  let verifier = SCRAMVerifier(
    hash: .sha256, iterations: known.iterations, salt: known.salt, storedKey: stored, serverKey: server)
  guard let verifier else { fatalError("no verifier") }
  return verifier
}

@inline(never)
private func lookup(_ message: [UInt8]) throws -> SCRAMServerLookup {
  let secret = SecretBytes(copying: secret(32, 7).span)
  let server = SCRAMServer(
    mechanism, offer: offer, bindings: .none, decoys: try SCRAMDecoys(secret: secret, iterations: [.sha256: 4096]))
  return try server.receive(message)
}

@inline(never)
private func logIn(_ known: SCRAMVerifier) async throws {
  var policy = SCRAMClientPolicy()
  policy.passwordPreparation = .none
  let client = try SCRAMClient(mechanism, user: "user", credential: .password(password()), policy: policy)
  let challenge = try lookup(sent(client.firstMessage)).challenge(with: known)
  let final = try await client.respond(to: sent(challenge.message))
  let acceptance = try challenge.receive(sent(final.finalMessage))
  _ = try final.verify(acceptance.finalMessage)
}

@inline(never)
private func prove(_ verifier: SCRAMVerifier?) throws {
  let first = Array("n,,n=user,r=0123456789abcdef0123".utf8)
  let challenge = try lookup(first).challenge(with: verifier)
  let message = sent(challenge.message)
  let nonce = message.dropFirst(2).prefix { $0 != UInt8(ascii: ",") }
  let proof = Base64.encode([UInt8](repeating: 1, count: 32))
  _ = try challenge.receive(Array("c=biws,r=".utf8) + nonce + Array(",p=".utf8) + proof)
}

private func mustRefuse(_ step: () throws -> Void) throws {
  do { try step() } catch let error as SCRAMError where [.invalidProof, .unknownUser].contains(error.code) { return }
  fatalError("not refused")
}

@inline(never)
private func sealNote() throws -> [UInt8] {
  let vault = try OPAQUEVault(exportKey: SecretBytes(copying: secret(64, 5).span), account: "user")
  return try vault.seal(secret(100, 6).span, name: "note")
}
