import CWatch
import Inline
import PassBindCrypto
import PassBindOPAQUE
import PassBindOPRF
import PassBindRistretto

// Whether a secret is left behind by a registration and a login, of both sides, and by the OPRF's other modes: in
// memory when it is given back, or on the stack after each step. Run by Tests/constant-time.

/// The secrets, masked. The first three are given; the others are computed in a login that nobody watches, and are the
/// same in the next one.
struct Secrets: Sendable {
  static let password: [UInt8] = (0..<24).map { UInt8($0 * 7) ^ 0xc3 }
  static let oprfSeed: [UInt8] = (0..<64).map { UInt8($0 * 3) ^ 0x91 }
  // The last byte, unmasked, is zero, so that the scalar is below the group order.
  static let privateKey: [UInt8] = (0..<31).map { UInt8($0 * 5) ^ 0x3c } + [UInt8(WATCH_MASK)]

  var names = ["password", "oprf_seed", "server private key"]
  var masked = [password, oprfSeed, privateKey]

  mutating func add(_ name: String, _ secret: borrowing SecretBytes) {
    names.append(name)
    masked.append(secret.span.indices.map { secret.span[$0] ^ UInt8(WATCH_MASK) })
  }
}

extension SecretBytes {
  init(unmasking masked: [UInt8]) {
    self.init(count: masked.count)
    var span = mutableSpan
    for i in masked.indices { span[i] = masked[i] ^ UInt8(WATCH_MASK) }
  }
}

/// Looks at what the client is about to stretch. Unchecked Sendable: there is one thread.
final class Witness: KeyStretching, @unchecked Sendable {
  var oprfOutput: [UInt8] = []

  func stretch(_ oprfOutput: borrowing SecretBytes) async throws(OPAQUEError) -> SecretBytes {
    self.oprfOutput = oprfOutput.span.indices.map { oprfOutput.span[$0] ^ UInt8(WATCH_MASK) }
    return oprfOutput.copy()
  }
}

let name = Array("user".utf8)

@inline(never)
func makeSetup() throws -> OPAQUEServerSetup {
  let decoyKey = RistrettoPoint.generator.encoded.map { $0 ^ UInt8(WATCH_MASK) }
  return try OPAQUEServerSetup(
    opaqueKE: SecretBytes(unmasking: Secrets.oprfSeed + Secrets.privateKey + decoyKey))
}

@inline(never)
func register(_ setup: OPAQUEServerSetup, _ stretching: Witness) async throws -> OPAQUERecord {
  let client = try OPAQUEClientRegistration(password: SecretBytes(unmasking: Secrets.password))
  lookBelow("the client's first step of a registration")
  let response = try setup.registrationResponse(to: client.request, credentialIdentifier: name)
  lookBelow("the server's step of a registration")
  let registration = try await client.finish(response: response, stretching: stretching)
  lookBelow("the client's last step of a registration")
  return registration.record
}

@inline(never)
func logIn(_ setup: OPAQUEServerSetup, _ record: OPAQUERecord?, _ stretching: Witness) async throws {
  let client = try OPAQUEClientLogin(password: SecretBytes(unmasking: Secrets.password))
  lookBelow("KE1")
  let ke1 = client.ke1
  let server = try OPAQUEServerLogin(ke1: ke1, record: record, credentialIdentifier: name, setup: setup)
  lookBelow("KE2")
  let ke2 = server.ke2
  let session = try await client.finish(ke2: ke2, stretching: stretching)
  lookBelow("KE3")
  let ke3 = session.ke3
  _ = try server.finish(ke3: ke3)
  lookBelow("the check of KE3")
}

@inline(never)
func registerAndLogInOtherwise(_ setup: OPAQUEServerSetup, _ record: OPAQUERecord, _ stretching: Witness) async throws {
  let registration = try await setup.register(
    password: SecretBytes(unmasking: Secrets.password), credentialIdentifier: name, stretching: stretching)
  _ = registration.record
  lookBelow("a registration in one step")
  let element = RistrettoPoint.generator.encoded
  let ke1 = element + [UInt8](repeating: 0, count: 32) + element
  let server = try await OPAQUEServerLogin.start(
    ke1: ke1, record: record, credentialIdentifier: name, holder: setup, decoys: setup.decoys)
  _ = server.ke2
  lookBelow("KE2 with a key holder")
}

/// Modes VOPRF and POPRF, with the password as the input and the same private key.
@inline(never)
func evaluate() throws {
  let input = SecretBytes(unmasking: Secrets.password)
  let key = SecretBytes(unmasking: Secrets.privateKey)
  let info = name
  let verifiable = try VOPRFServer(privateKey: key.span)
  var verifier = try VOPRFClient(publicKey: verifiable.publicKey.span)
  try verifier.blind(input.span)
  let answer = try verifiable.blindEvaluate(verifier.blindedElements.span)
  _ = try verifier.finalize(evaluatedElements: answer.evaluatedElements.span, proof: answer.proof.span)
  lookBelow("mode VOPRF")
  let partial = try POPRFServer(privateKey: key.span)
  var client = try POPRFClient(publicKey: partial.publicKey.span, info: info.span)
  try client.blind(input.span)
  let partialAnswer = try partial.blindEvaluate(client.blindedElements.span, info: info.span)
  _ = try client.finalize(evaluatedElements: partialAnswer.evaluatedElements.span, proof: partialAnswer.proof.span)
  _ = try partial.evaluate(input.span, info: info.span)
  lookBelow("mode POPRF")
}

/// The secrets of this record's logins (RFC 9807 sections 4.1.3, 5.2.2 and 6.3.2.3).
@inline(never)
func secrets(_ setup: OPAQUEServerSetup, _ record: OPAQUERecord, _ witness: Witness) throws -> Secrets {
  var secrets = Secrets()
  let seed = try setup.oprfKeySeed(for: name)
  secrets.add("seed of the account's OPRF key", seed)
  let oprfInfo = Array("OPAQUE-DeriveKeyPair".utf8)
  let oprfKey = try OPRFServer(seed: seed.span, info: oprfInfo.span)
  secrets.add("account's OPRF key", oprfKey.privateKey)

  let oprfOutput = SecretBytes(unmasking: witness.oprfOutput)
  secrets.add("OPRF output", oprfOutput)
  let joined = SecretBytes(unmasking: witness.oprfOutput + witness.oprfOutput)
  let salt: [UInt8] = []
  let randomized = try HashFunction.sha512.hmac(key: salt.span, joined.span)
  secrets.add("randomized_password", randomized)
  let nonce = Array(record.bytes[96..<128])
  func expand(_ label: String) throws -> SecretBytes {
    let info = nonce + Array(label.utf8) + [1]
    return try HashFunction.sha512.hmac(key: randomized.span, info.span)
  }
  secrets.add("auth_key", try expand("AuthKey"))
  secrets.add("export_key", try expand("ExportKey"))
  let keySeed = try expand("PrivateKey")
  secrets.add("seed of the client private key", keySeed)
  let keyInfo = Array("OPAQUE-DeriveDiffieHellmanKeyPair".utf8)
  let key = try OPRFServer(seed: keySeed.span.extracting(..<32), info: keyInfo.span)
  secrets.add("client private key", key.privateKey)
  // What was computed here is what is in use there.
  let publicKey = RistrettoPoint(generatorTimes: try RistrettoScalar(decoding: key.privateKey.span)).encoded
  guard publicKey == Array(record.bytes[..<32]) else { fatalError("this is not the client's private key") }
  return secrets
}

/// Those of OPAQUE-EA (OPAQUE-EA.md): the server's, and what a client makes of the password.
@inline(never)
func add(_ ea: EAScene, to secrets: inout Secrets) throws {
  func expand(_ key: borrowing SecretBytes, _ label: [UInt8]) throws -> SecretBytes {
    let info = label + [1]
    return try HashFunction.sha512.hmac(key: key.span, info.span)
  }
  func addKey(_ name: String, _ seed: borrowing SecretBytes) throws {
    secrets.add("\(name): seed", SecretBytes(copying: seed.span.extracting(..<32)))
    // RFC 8032 section 5.1.5: the first half is the scalar, but for five bits; the second makes the nonces.
    let expanded = try HashFunction.sha512.digest(of: seed.span.extracting(..<32))
    secrets.add("\(name): scalar", SecretBytes(copying: expanded[1..<31]))
    secrets.add("\(name): prefix", SecretBytes(copying: expanded[32...]))
  }
  let opaque = SecretBytes(unmasking: Secrets.oprfSeed)
  let seed = try expand(opaque, Array("PassBind-OPAQUE-EA-OprfSeed".utf8))
  secrets.add("OPAQUE-EA's oprf_seed", seed)
  try addKey("server's signing key", expand(opaque, Array("PassBind-OPAQUE-EA-SigningKey".utf8)))
  let keySeed = try expand(seed, name + Array("OprfKey".utf8))
  let info = Array("OPAQUE-DeriveKeyPair".utf8)
  let key = try OPRFServer(seed: keySeed.span.extracting(..<32), info: info.span)
  secrets.add("OPAQUE-EA's OPRF key", key.privateKey)
  let output = try key.evaluate(SecretBytes(unmasking: Secrets.password).span)
  secrets.add("OPAQUE-EA's OPRF output", output)
  let (salt, none) = ([UInt8](repeating: 0, count: 16), [UInt8]())
  let stretched = try EAScene.stretching().stretch(output.span, salt: salt.span, count: 64)
  secrets.add("OPAQUE-EA's stretched output", stretched)
  var joined = SecretBytes(count: 128)
  var span = joined.mutableSpan
  for i in 0..<64 { (span[i], span[64 + i]) = (output.span[i], stretched.span[i]) }
  let randomized = try HashFunction.sha512.hmac(key: none.span, joined.span)
  secrets.add("OPAQUE-EA's randomized_password", randomized)
  // What was computed here is what is in use there.
  let maskingKey = try expand(randomized, Array("MaskingKey".utf8))
  guard constantTimeEqual(maskingKey.span, Array(ea.record[32..<96]).span) else {
    fatalError("this is not randomized_password")
  }
  let nonce = Array(ea.record[96..<128])
  try addKey("client's key", expand(randomized, nonce + Array("PrivateKey".utf8)))
  secrets.add("OPAQUE-EA's export_key", try expand(randomized, nonce + Array("ExportKey".utf8)))
  secrets.add("OPAQUE-EA's auth_key", try expand(randomized, nonce + Array("AuthKey".utf8)))
}

nonisolated(unsafe) var watched: [String] = []
nonisolated(unsafe) var isLeft = false

func lookBelow(_ step: String) {
  for (i, secret) in watched.enumerated() where watch_below(i) > 0 {
    print("LEFT BEHIND on the stack", secret, "after", step)
    isLeft = true
  }
}

let witness = Witness()
let record = try inline { try await register(makeSetup(), witness) }
var known = try secrets(makeSetup(), record, witness)
guard CommandLine.arguments.count == 2 else { fatalError("usage: Remains FOLDER, which certs/make has filled") }
let scene = try EAScene(CommandLine.arguments[1])
try add(scene, to: &known)
for masked in known.masked { watch_for(masked, masked.count) }
watched = known.names

watch_free(1)
try inline {
  let setup = try makeSetup()
  _ = try await register(setup, witness)
  try await logIn(setup, record, witness)
  try await registerAndLogInOtherwise(setup, record, witness)
}
try evaluate()
try scene.registerAndLogIn()
watch_free(0)
for (i, secret) in watched.enumerated() where watch_freed(i) > 0 {
  print("LEFT BEHIND in memory that was given back:", secret, watch_freed(i))
  isLeft = true
}
if !isLeft { print("clean: \(watched.joined(separator: ", "))") }

// What must be found, so that silence above means something: an array that was not wiped, and a local copy.
watch_free(1)
let sum = dropCopy()
watch_free(0)
print(watch_freed(0) > 0 && sum > 0 ? "control found" : "CONTROL NOT FOUND")
watch_leave_below(Secrets.password, Secrets.password.count)
print(watch_below(0) > 0 ? "control found" : "CONTROL NOT FOUND")

@inline(never)
func dropCopy() -> Int {
  let copy = Secrets.password.map { $0 ^ UInt8(WATCH_MASK) }
  return copy.span.indices.reduce(0) { $0 + Int(copy[$1]) }
}
