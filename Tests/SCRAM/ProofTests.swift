import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Proofs, signatures and their order")
struct ProofTests {
  @Test("A wrong password is refused", arguments: HashFunction.allCases)
  func wrongPassword(hash: HashFunction) throws {
    let server = Server(try Account(hash))
    let stranger = try Account(hash, password: "pencil ")
    #expect(throws: error(.invalidProof)) {
      try server.accept(plainFirst) { try stranger.final(first: plainFirst, serverFirst: $0) }
    }
  }

  @Test("Attack 15: a proof of another length is refused", arguments: [1, 16, 31, 33, 64])
  func proofLength(count: Int) throws {
    let server = Server(try Account())
    #expect(throws: error(.invalidProof)) {
      try server.accept(plainFirst) {
        let final = try server.account.final(first: plainFirst, serverFirst: $0)
        let parts = final.split(separator: ",p=")
        let proof = try Base64.decode(parts[1].utf8)
        let resized = Array((proof + [UInt8](repeating: 0, count: 32)).prefix(count))
        return "\(parts[0]),p=\(Base64.string(resized))"
      }
    }
  }

  @Test("Attack 16: one flipped bit anywhere in the proof is refused", arguments: 0..<32)
  func flippedBit(position: Int) throws {
    let server = Server(try Account())
    #expect(throws: error(.invalidProof)) {
      try server.accept(plainFirst) {
        let final = try server.account.final(first: plainFirst, serverFirst: $0)
        let parts = final.split(separator: ",p=")
        var proof = try Base64.decode(parts[1].utf8)
        proof[position] ^= UInt8(1) << UInt8(position % 8)
        return "\(parts[0]),p=\(Base64.string(proof))"
      }
    }
  }

  @Test(
    "Attacks 15 and 16: a server's signature of another length, or one bit off, is not believed",
    arguments: [
      0, 1, 31, 33, 64, -1, -32,
    ])
  func serverSignature(count: Int) async throws {
    let account = try Account()
    let serverFirst = "r=\(NonceTests.joined)\(account.serverFirstTail)"
    let answer = try await client(account).respond(to: utf8(serverFirst))
    let good = try account.serverFinal(first: plainFirst, serverFirst: serverFirst, final: string(answer.finalMessage))
    var signature = try Base64.decode(good.dropFirst(2).utf8)
    if count < 0 {
      signature[-count - 1] ^= 1
    } else {
      signature = Array((signature + signature).prefix(count))
    }
    let wanted = count == 0 ? error(.malformedMessage) : error(.serverSignatureWrong)
    let refusal = refusal(by: answer, of: "v=\(Base64.string(signature))")
    #expect(refusal == wanted)
  }

  @Test("Attack 17: a success before or without the server's proof is not believed")
  func earlySuccess() async throws {
    let account = try Account()
    let early = SCRAMClientExchange(try client(account))
    #expect(throws: error(.outOfOrder)) { try early.finish(with: nil) }

    let silent = SCRAMClientExchange(try client(account))
    _ = try await silent.respond(to: utf8("r=\(NonceTests.joined)\(account.serverFirstTail)"))
    #expect(throws: error(.outOfOrder)) { try silent.finish(with: nil) }
    let outcome = silent.takeOutcome() == nil
    #expect(outcome)

    // The server's proof in place of its first message.
    let hasty = SCRAMClientExchange(try client(account))
    await #expect(throws: error(.malformedMessage)) {
      _ = try await hasty.respond(to: utf8("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="))
    }
    // And after any failure the exchange stays over.
    await #expect(throws: error(.outOfOrder)) {
      _ = try await hasty.respond(to: utf8("r=\(NonceTests.joined)\(account.serverFirstTail)"))
    }
    #expect(throws: error(.outOfOrder)) { try hasty.finish(with: nil) }
  }

  @Test(
    "Attack 17: the server proves itself once, with the success or in a challenge before it", arguments: [true, false])
  func order(asChallenge: Bool) async throws {
    let account = try Account()
    let exchange = SCRAMClientExchange(try client(account))
    #expect(exchange.mechanism.description == "SCRAM-SHA-256")
    #expect(string(exchange.initialResponse) == plainFirst)
    let serverFirst = "r=\(NonceTests.joined)\(account.serverFirstTail)"
    let final = try await exchange.respond(to: utf8(serverFirst))
    let proof = try account.serverFinal(first: plainFirst, serverFirst: serverFirst, final: string(final))
    if asChallenge {
      #expect(try await exchange.respond(to: utf8(proof)) == [])
      try exchange.finish(with: nil)
    } else {
      try exchange.finish(with: utf8(proof))
    }
    let mechanism = exchange.takeOutcome()?.mechanism
    #expect(mechanism == SCRAMMechanism(.sha256))
    await #expect(throws: error(.outOfOrder)) { _ = try await exchange.respond(to: utf8(proof)) }
  }

  @Test("Attack 17: a second proof, or a success after a failure, is refused")
  func twice() async throws {
    let account = try Account()
    let serverFirst = "r=\(NonceTests.joined)\(account.serverFirstTail)"
    let exchange = SCRAMClientExchange(try client(account))
    let final = try await exchange.respond(to: utf8(serverFirst))
    let proof = try account.serverFinal(first: plainFirst, serverFirst: serverFirst, final: string(final))
    _ = try await exchange.respond(to: utf8(proof))
    #expect(throws: error(.outOfOrder)) { try exchange.finish(with: utf8(proof)) }

    let failed = SCRAMClientExchange(try client(account))
    _ = try await failed.respond(to: utf8(serverFirst))
    #expect(throws: error(.serverSignatureWrong)) { try failed.finish(with: utf8("v=AAAA")) }
    #expect(throws: error(.outOfOrder)) { try failed.finish(with: utf8(proof)) }
  }

  @Test("Attack 24: a client's proof is good in its own exchange only")
  func replay() throws {
    let server = Server(try Account(), bound: true, isPlus: true)
    var recorded = ""
    _ = try server.accept(boundFirst) {
      recorded = try server.account.final(first: boundFirst, serverFirst: $0, c: boundInput)
      return recorded
    }
    // As it was: the nonce is another.
    #expect(throws: error(.nonceMismatch)) { try server.accept(boundFirst) { _ in recorded } }
    // With the new nonce: the signature is not for it.
    #expect(throws: error(.invalidProof)) {
      try server.accept(boundFirst) {
        let proof = recorded.split(separator: ",p=")[1]
        return "c=\(boundInput),r=\(sentNonce($0)),p=\(proof)"
      }
    }
  }

  @Test("Attack 24: a proof made for one connection is refused on another")
  func relay() throws {
    let server = Server(try Account(), bound: true, isPlus: true)
    // The interceptor has a connection of its own to the server, and so the client has other binding data.
    let elsewhere = bindingInput("p=tls-exporter,,", Array(100...131))
    #expect(throws: error(.channelBindingMismatch)) {
      try server.accept(boundFirst) { try server.account.final(first: boundFirst, serverFirst: $0, c: elsewhere) }
    }
    // It replaces the data, but can't sign.
    #expect(throws: error(.invalidProof)) {
      try server.accept(boundFirst) {
        let final = try server.account.final(first: boundFirst, serverFirst: $0, c: elsewhere)
        return final.replacing(elsewhere, with: boundInput)
      }
    }
  }

  @Test("Attack 24: what the client sent first is part of what is signed")
  func firstMessageChanged() throws {
    let server = Server(try Account())
    #expect(throws: error(.invalidProof)) {
      try server.accept(plainFirst) {
        try server.account.final(first: plainFirst.replacing("n=user", with: "n=other"), serverFirst: $0)
      }
    }
  }

  @Test("The client's own proof is not the server's")
  func reflection() async throws {
    let account = try Account()
    let answer = try await client(account).respond(to: utf8("r=\(NonceTests.joined)\(account.serverFirstTail)"))
    let proof = try #require(string(answer.finalMessage).split(separator: ",p=").last)
    let refusal = refusal(by: answer, of: "v=\(proof)")
    #expect(refusal == error(.serverSignatureWrong))
  }
}
