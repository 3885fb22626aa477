import CMemcheck
import PassBindOPRF
import PassBindRistretto

/// The OPRF through its public face. Inputs, private keys and seeds are secret; so is whatever is drawn at random:
/// blinds, new keys, the nonces of proofs.
func oprfOperations() throws -> [Operation] {
  let info: [UInt8] = [1, 2, 3]
  // Of the server while the client is looked at.
  let knownKey = [UInt8](repeating: 7, count: 31) + [1]
  // Two, as a client sends them.
  let elements = try publicPoint().encoded + (publicPoint() + publicPoint()).encoded
  func input() -> [UInt8] { secret(40, 1) }
  return [
    ("oprf-blind", { _ = try OPRFClient(input: input().span).blindedElement }),
    (
      "oprf-finalize",
      {
        let client = try OPRFClient(input: input().span)
        let server = try OPRFServer(privateKey: knownKey.span)
        let evaluated = try server.blindEvaluate(sent(client.blindedElement).span)
        _ = try client.finalize(evaluatedElement: evaluated.span)
      }
    ),
    ("oprf-generate-key", { _ = try OPRFServer() }),
    ("oprf-derive-key", { _ = try OPRFServer(seed: secret(32, 1).span, info: info.span) }),
    ("oprf-read-key", { _ = try server() }),
    (
      "oprf-blind-evaluate",
      {
        let server = try server()
        _ = try server.blindEvaluate(elements.span)
      }
    ),
    (
      "oprf-evaluate",
      {
        let server = try server()
        let input = input()
        _ = try server.evaluate(input.span)
      }
    ),
    (
      "voprf-blind-evaluate",
      {
        let server = try verifiableServer()
        _ = try server.blindEvaluate(elements.span)
      }
    ),
    (
      "voprf-finalize",
      {
        let server = try VOPRFServer(privateKey: knownKey.span)
        var client = try VOPRFClient(publicKey: server.publicKey.span)
        try client.blind(input().span)
        try client.blind(input().span)
        let answer = try server.blindEvaluate(sent(client.blindedElements).span)
        let evaluated = sent(answer.evaluatedElements)
        let proof = sent(answer.proof)
        _ = try client.finalize(evaluatedElements: evaluated.span, proof: proof.span)
      }
    ),
    (
      "poprf-blind-evaluate",
      {
        let server = try partialServer()
        _ = try server.blindEvaluate(elements.span, info: info.span)
      }
    ),
    (
      "poprf-evaluate",
      {
        let server = try partialServer()
        let input = input()
        _ = try server.evaluate(input.span, info: info.span)
      }
    ),
    (
      "poprf-finalize",
      {
        let server = try POPRFServer(privateKey: knownKey.span)
        var client = try POPRFClient(publicKey: server.publicKey.span, info: info.span)
        try client.blind(input().span)
        try client.blind(input().span)
        let answer = try server.blindEvaluate(sent(client.blindedElements).span, info: info.span)
        let evaluated = sent(answer.evaluatedElements)
        let proof = sent(answer.proof)
        _ = try client.finalize(evaluatedElements: evaluated.span, proof: proof.span)
      }
    ),
  ]
}

private func privateKey() -> [UInt8] {
  var key = [UInt8](repeating: 7, count: 31) + [1]
  memcheck_make_secret(&key, key.count)
  return key
}

private func server() throws -> OPRFServer { try OPRFServer(privateKey: privateKey().span) }
private func verifiableServer() throws -> VOPRFServer { try VOPRFServer(privateKey: privateKey().span) }
private func partialServer() throws -> POPRFServer { try POPRFServer(privateKey: privateKey().span) }
