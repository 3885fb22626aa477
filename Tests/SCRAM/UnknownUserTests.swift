import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Attack 21: unknown users")
struct UnknownUserTests {
  static func salt(_ name: String, _ hash: HashFunction = .sha256, decoys: SCRAMDecoys) throws -> (String, String) {
    let server = SCRAMServer(
      .init(hash), offer: offer(hash, bound: false), bindings: connection(bound: false), decoys: decoys)
    let challenge = try server.receive(utf8("n,,n=\(name),r=fyko+d2lbbFgONRv9qkxdawL")).challenge(with: nil)
    let parts = string(challenge.message).split(separator: ",")
    return (String(parts[1]), String(parts[2]))
  }

  @Test("The stand-in's salt is the same every time, also after a restart, and differs between names and hashes")
  func stable() throws {
    let first = try Self.salt("nobody", decoys: decoys())
    #expect(try first == Self.salt("nobody", decoys: decoys()))
    #expect(try first.0 != Self.salt("nobody2", decoys: decoys()).0)
    #expect(try first.0 != Self.salt("nobody", .sha512, decoys: decoys()).0)
    let other = try SCRAMDecoys(secret: SecretBytes(copying: [UInt8](repeating: 8, count: 32)))
    #expect(try first.0 != Self.salt("nobody", decoys: other).0)
    // Names that SASLprep makes equal are one name.
    #expect(try first == Self.salt("no\u{ad}body", decoys: decoys()))
  }

  @Test("It has the length and count of new accounts", arguments: HashFunction.allCases)
  func shape(hash: HashFunction) throws {
    let (salt, count) = try Self.salt("nobody", hash, decoys: decoys())
    #expect(try Base64.decode(salt.dropFirst(2).utf8).count == SCRAMVerifier.defaultSaltCount)
    #expect(count == "i=\(SCRAMVerifier.defaultIterations(for: hash))")
    let own = try SCRAMDecoys(
      secret: SecretBytes(copying: [UInt8](repeating: 7, count: 32)), saltCount: 12, iterations: [hash: 65536])
    let (ownSalt, ownCount) = try Self.salt("nobody", hash, decoys: own)
    #expect(try Base64.decode(ownSalt.dropFirst(2).utf8).count == 12)
    #expect(ownCount == "i=65536")
  }

  @Test("The login goes its whole way and ends in refusal")
  func refused() throws {
    let account = try Account()
    let challenge = try Server(account).lookup(plainFirst).challenge(with: nil)
    let message = string(challenge.message)
    let refusal = refusal(by: challenge, of: try account.final(first: plainFirst, serverFirst: message))
    #expect(refusal == error(.unknownUser))
  }

  @Test("A verifier for another hash is none")
  func otherHash() throws {
    let server = Server(try Account(.sha256))
    let other = try Account(.sha512)
    let challenge = try server.lookup(plainFirst).challenge(with: other.verifier)
    let message = string(challenge.message)
    #expect(message.contains("i=\(SCRAMVerifier.defaultIterations(for: .sha256))"))
    let refusal = refusal(by: challenge, of: try server.account.final(first: plainFirst, serverFirst: message))
    #expect(refusal == error(.unknownUser))
  }

  @Test("A login that the caller refuses looks like any other, though the proof is right")
  func refusedByCaller() throws {
    let server = Server(try Account())
    let challenge = try server.lookup(plainFirst).challenge(with: server.account.verifier, refusing: "locked")
    let message = string(challenge.message)
    #expect(message.hasSuffix(server.account.serverFirstTail))
    let refusal = refusal(by: challenge, of: try server.account.final(first: plainFirst, serverFirst: message))
    #expect(refusal?.description == "refused: locked")
  }

  @Test("What the peer is told is one message, which names no cause")
  func uniform() {
    #expect(string(SCRAMServer.failureMessage) == "e=other-error")
  }

  @Test("Stand-ins out of range are refused")
  func range() {
    #expect(throws: error(.invalidVerifier)) { try SCRAMDecoys(secret: SecretBytes(count: 15)) }
    #expect(throws: error(.invalidVerifier)) { try SCRAMDecoys(secret: SecretBytes(count: 16), saltCount: 7) }
    #expect(throws: error(.invalidVerifier)) { try SCRAMDecoys(secret: SecretBytes(count: 16), saltCount: 33) }
    #expect(throws: error(.invalidVerifier)) {
      try SCRAMDecoys(secret: SecretBytes(count: 16), iterations: [.sha256: 0])
    }
  }
}
