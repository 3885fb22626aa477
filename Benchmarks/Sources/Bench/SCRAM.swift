import CPeers
import PassBindCrypto
import PassBindSASL
import PassBindSCRAM

/// One account and a client that logs in to it by its keys: no password is stretched.
struct Account {
  let mechanism: SCRAMMechanism
  let verifier: SCRAMVerifier
  let keys: SCRAMKeysBox
  let decoys: SCRAMDecoys

  init(_ mechanism: SCRAMMechanism) async throws {
    self.mechanism = mechanism
    let salted = try await SCRAMSaltedPassword.deriving(
      from: SecretBytes(copying: "pencil".utf8), hash: mechanism.hash, salt: [UInt8](repeating: 3, count: 16),
      iterations: 4096)
    verifier = try SCRAMVerifier.make(from: salted)
    keys = SCRAMKeysBox(try salted.keys())
    decoys = try SCRAMDecoys(secret: .random(count: 32))
  }

  /// What a class is needed for: a struct of which copies are made cannot hold keys itself.
  final class SCRAMKeysBox {
    let keys: SCRAMKeys
    init(_ keys: consuming SCRAMKeys) { self.keys = keys }
  }

  func client(binding: ChannelBinding? = nil) throws -> SCRAMClient {
    try SCRAMClient(mechanism, binding: binding, user: "user", credential: .keys(keys.keys.copy()))
  }
}

/// How long our server's end of an exchange takes, in microseconds.
func serverTime(_ account: Account, bindings: ChannelBindings, offer: SASLOffer, binding: ChannelBinding?) async throws
  -> Double
{
  let client = try account.client(binding: binding)
  let first = client.firstMessage
  var watch = Stopwatch()
  let challenge = try SCRAMServer(account.mechanism, offer: offer, bindings: bindings, decoys: account.decoys)
    .receive(first).challenge(with: account.verifier)
  watch.stop()
  let answer = try await client.respond(to: challenge.message)
  let final = answer.finalMessage
  watch.start()
  let acceptance = try challenge.receive(final)
  watch.stop()
  _ = try answer.verify(acceptance.finalMessage)
  return watch.microseconds
}

/// A SCRAM-SHA-256 login without key stretching, the server's end, against GNU gsasl's library, which is given the same
/// keys.
func scramServerComparison() async throws -> Comparison {
  let account = try await Account(SCRAMMechanism(.sha256))
  let offer = SASLOffer(mechanisms: [account.mechanism.name], bindingTypes: nil)
  let verifier = account.verifier
  let peer = peer_gsasl_new(
    "SCRAM-SHA-256", "4096", Base64.string(verifier.salt), Base64.string(verifier.storedKey),
    Base64.string(verifier.serverKey))
  guard let peer else { fatalError("gsasl cannot be set up") }
  let exchanges = 300

  return Comparison(
    name: "scram-server-exchange", unit: "us/login",
    ours: {
      var total = 0.0
      for _ in 0..<exchanges {
        total += try await serverTime(account, bindings: .none, offer: offer, binding: nil)
      }
      return total / Double(exchanges)
    },
    theirs: {
      var total = 0.0
      for _ in 0..<exchanges { total += try await gsaslTime(peer, account) }
      return total / Double(exchanges)
    })
}

private func gsaslTime(_ peer: OpaquePointer, _ account: Account) async throws -> Double {
  let client = try account.client()
  let first = client.firstMessage
  var out = [UInt8](repeating: 0, count: 4096)
  var count = 0
  var watch = Stopwatch()
  var ok = peer_gsasl_begin(peer) == 1 && peer_gsasl_step(peer, first, first.count, &out, out.count, &count) == 1
  watch.stop()
  let answer = try await client.respond(to: Array(out.prefix(count)))
  let final = answer.finalMessage
  watch.start()
  ok = peer_gsasl_step(peer, final, final.count, &out, out.count, &count) == 1 && ok
  peer_gsasl_end(peer)
  watch.stop()
  precondition(ok, "gsasl refuses the login")
  _ = try answer.verify(Array(out.prefix(count)))
  return watch.microseconds
}
