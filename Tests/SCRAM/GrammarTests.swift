import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

/// What the parsers must refuse, whoever sends it.
@Suite("Grammar")
struct GrammarTests {
  static let nonce = "fyko+d2lbbFgONRv9qkxdawL"

  @Test(
    "Attack 12: first messages outside the grammar",
    arguments: [
      "", ",", ",,", "n", "n,", "n,,", "n,,,", "n,,n=user", "n,,r=\(nonce)", "n,,r=\(nonce),n=user",
      "n,,n=user,n=user,r=\(nonce)",
      "n,,n=user,r=\(nonce),r=\(nonce)", "n,,n=user,r=\(nonce),", "n,,n=user,,r=\(nonce)", "n,,n=,r=\(nonce)",
      "n,,nuser,r=\(nonce)",
      "n,,=user,r=\(nonce)", "n,,1=user,r=\(nonce)", "n,,n=user,x=1,r=\(nonce)", "n,,n=user,r=\(nonce),x",
      "n,,n=user,r=\(nonce),x=",
      "n,,n=user,r=\(nonce),1=2", "n,,n=user,r=\(nonce),x=1,x=2", "n,,n=user,r=\(nonce),n=admin",
      "n,,n=user,r=\(nonce),i=1",
      "n,,n=user,r=\(nonce),a=admin", "z,,n=user,r=\(nonce)", "p,,n=user,r=\(nonce)", "p=,,n=user,r=\(nonce)",
      "N,,n=user,r=\(nonce)",
      "n=user,r=\(nonce)", "F,n,,n=user,r=\(nonce)", "n,x=user,n=user,r=\(nonce)", " n,,n=user,r=\(nonce)",
      "n,,n=user,r=\(nonce)\n",
      "n,,n=user,r=\(nonce)\0", "e=other-error", "n,,nxyz=alice,r=\(nonce)", "n,,,,n=a,,,r=\(nonce)",
    ])
  func clientFirst(message: String) throws {
    let server = Server(try Account())
    #expect(throws: error(.malformedMessage)) { _ = try server.lookup(message) }
  }

  @Test(
    "Attack 12: server-first messages outside the grammar",
    arguments: [
      "", "r=R", "r=R,s=S", "r=R,i=4096", "s=S,i=4096", "s=S,r=R,i=4096", "r=R,i=4096,s=S", "r=R,s=S,i=4096,",
      ",r=R,s=S,i=4096",
      "r=R,,s=S,i=4096", "r=R,s=S,i=4096,i=1", "r=R,r=R,s=S,i=4096", "r=R,s=S,s=S,i=4096", "r=R,s=S,i=4096,r=R",
      "r=R,s=S,i=4096,v=AAAA",
      "r=R,s=S,i=4096,e=x", "r=R,s=,i=4096", "r=,s=S,i=4096", "r=R,s=S,i=", "R=R,s=S,i=4096", "r=R,s=S,i=4096\n",
      "r=R,s=S,i=4096,x",
      "r=R,x=1,s=S,i=4096", "v=AAAA", "r=R,s=S,i=4096,x=1,x=2",
    ])
  func serverFirst(message: String) async throws {
    let account = try Account()
    let message = message.replacing("R", with: NonceTests.joined).replacing("S", with: Account.saltText)
    await #expect(throws: error(.malformedMessage), "\(message)") {
      _ = try await client(account).respond(to: utf8(message))
    }
  }

  @Test(
    "Attack 12: client-final messages outside the grammar",
    arguments: [
      "", "c=biws", "c=biws,r=R", "c=biws,r=R,", "c=biws,r=R,x=1", "r=R,c=biws,p=P", "c=biws,p=P", "r=R,p=P", "p=P",
      "c=biws,p=P,r=R",
      "c=biws,r=R,p=P,", "c=biws,r=R,p=P,x=1", "c=biws,r=R,p=P,p=P", "c=biws,c=biws,r=R,p=P", "c=biws,r=R,r=R,p=P",
      "c=biws,r=R,,p=P",
      "c=biws,r=R,p=", "c=,r=R,p=P", "c=biws,r=,p=P", ",c=biws,r=R,p=P", "c=biws,x=1,r=R,p=P", "c=biws,r=R,n=admin,p=P",
      "c=biws,r=R,x=1,x=2,p=P", "c=biws,r=R,P=P", "e=other-error",
    ])
  func clientFinal(message: String) throws {
    let server = Server(try Account())
    #expect(throws: error(.malformedMessage)) {
      try server.accept(plainFirst) {
        message.replacing("R", with: sentNonce($0)).replacing("p=P", with: "p=\(Base64.string(Array(0..<32)))")
          .replacing("P=P", with: "P=AAAA")
      }
    }
  }

  @Test(
    "Attack 12: server-final messages outside the grammar",
    arguments: [
      "", "v", "v=", "x=1", "v=V,", ",v=V", "v=V,v=V", "v=V,e=other-error", "e=other-error,v=V", "e=", "V=V", "v=V,x",
      "r=R",
    ])
  func serverFinal(message: String) async throws {
    let account = try Account()
    let serverFirst = "r=\(NonceTests.joined)\(account.serverFirstTail)"
    let answer = try await client(account).respond(to: utf8(serverFirst))
    let good = try account.serverFinal(first: plainFirst, serverFirst: serverFirst, final: string(answer.finalMessage))
    let refusal = refusal(by: answer, of: message.replacing("v=V", with: good))
    #expect(refusal == error(.malformedMessage))
  }

  @Test(
    "Attack 12: an extension's value must be UTF-8 without NUL",
    arguments: [[0xff], [0xc3], [0x41, 0], [0xed, 0xa0, 0x80]])
  func notUTF8(value: [UInt8]) async throws {
    let account = try Account()
    let message = utf8("r=\(NonceTests.joined)\(account.serverFirstTail),x=") + value
    await #expect(throws: error(.invalidEncoding)) { _ = try await client(account).respond(to: message) }
    let server = Server(account)
    #expect(throws: error(.invalidEncoding)) {
      let challenge = try server.lookup(plainFirst).challenge(with: account.verifier)
      let nonce = sentNonce(string(challenge.message))
      _ = try challenge.receive(utf8("c=biws,r=\(nonce),x=") + value + utf8(",p=\(Base64.string(Array(0..<32)))"))
    }
  }

  @Test("Attack 12: a message of a megabyte is refused for its length")
  func huge() async throws {
    let account = try Account()
    let padding = String(repeating: "x", count: 1 << 20)
    let server = Server(account)
    #expect(throws: error(.messageTooLong)) { _ = try server.lookup(plainFirst + padding) }
    #expect(throws: error(.messageTooLong)) {
      try server.accept(plainFirst) {
        try account.final(first: plainFirst, serverFirst: $0, extensions: ",x=\(padding)")
      }
    }
    await #expect(throws: error(.messageTooLong)) {
      _ = try await client(account).respond(to: utf8("r=\(NonceTests.joined)\(account.serverFirstTail),x=\(padding)"))
    }
    let answer = try await client(account).respond(to: utf8("r=\(NonceTests.joined)\(account.serverFirstTail)"))
    let refusal = refusal(by: answer, of: "v=\(padding)")
    #expect(refusal == error(.messageTooLong))
  }

  @Test("Attack 13: m= is refused wherever it stands")
  func mandatoryExtension() async throws {
    let server = Server(try Account())
    for message in [
      "n,,m=x,n=user,r=\(Self.nonce)", "n,,n=user,m=x,r=\(Self.nonce)", "n,,n=user,r=\(Self.nonce),m=x",
      "n,,n=user,r=\(Self.nonce),x=1,m=x",
    ] {
      #expect(throws: error(.unsupportedExtension), "\(message)") { _ = try server.lookup(message) }
    }
    let (r, tail) = (NonceTests.joined, server.account.serverFirstTail)
    for message in ["m=x,r=\(r)\(tail)", "r=\(r),m=x\(tail)", "r=\(r)\(tail),m=x", "r=\(r)\(tail),x=1,m=x"] {
      await #expect(throws: error(.unsupportedExtension), "\(message)") {
        _ = try await client(server.account).respond(to: utf8(message))
      }
    }
    #expect(throws: error(.unsupportedExtension)) {
      try server.accept(plainFirst) {
        try server.account.final(first: plainFirst, serverFirst: $0, extensions: ",m=x")
      }
    }
    #expect(throws: error(.unsupportedExtension)) {
      try server.accept(plainFirst) {
        "m=x," + (try server.account.final(first: plainFirst, serverFirst: $0))
      }
    }
  }

  @Test("Attack 13: unknown optional extensions are passed over and signed, in all four messages")
  func optionalExtensions() async throws {
    let account = try Account()
    let first = plainFirst + ",x=1,Y=a=b=,z=\u{e9}"
    let server = Server(account)
    let login = try server.accept(first) {
      try account.final(first: first, serverFirst: $0, extensions: ",x=19C6532F-1CF4,q==")
    }
    #expect(login.user == "user")

    let serverFirst = "r=\(NonceTests.joined)\(account.serverFirstTail),x=AAAA,w=\u{1f511}"
    let answer = try await client(account).respond(to: utf8(serverFirst))
    let final = string(answer.finalMessage)
    #expect(try final == account.final(first: plainFirst, serverFirst: serverFirst))
    let proof = try account.serverFinal(first: plainFirst, serverFirst: serverFirst, final: final)
    _ = try answer.verify(utf8(proof + ",x=1"))
  }

  @Test(
    "Attack 14: base64 that is not strict is refused in salt, binding, proof and signature",
    arguments: [
      "W22ZaJ0SNY7soEsUEjb6gQ", "W22ZaJ0SNY7soEsUEjb6gQ=", "W22ZaJ0SNY7soEsUEjb6gR==", "W22ZaJ0SNY7s=EsUEjb6gQ==",
      "W22ZaJ0SNY7soEsUEjb6gQ==\n", " W22ZaJ0SNY7soEsUEjb6gQ==", "W22ZaJ0SNY7s oEsUEjb6gQ==",
      "W22ZaJ0SNY7soEs-Ejb6gQ==",
      "W22ZaJ0SNY7soEs_Ejb6gQ==", "W22ZaJ0SNY7soEsUEjb6gQ====", "=", "====", "A===",
    ])
  func base64(text: String) async throws {
    let account = try Account()
    await #expect(throws: error(.invalidEncoding)) {
      _ = try await client(account).respond(to: utf8("r=\(NonceTests.joined),s=\(text),i=4096"))
    }
    let server = Server(account)
    #expect(throws: error(.invalidEncoding)) {
      try server.accept(plainFirst) { try account.final(first: plainFirst, serverFirst: $0, c: text) }
    }
    #expect(throws: error(.invalidEncoding)) {
      try server.accept(plainFirst) { "c=biws,r=\(sentNonce($0)),p=\(text)" }
    }
    let answer = try await client(account).respond(to: utf8("r=\(NonceTests.joined)\(account.serverFirstTail)"))
    let refusal = refusal(by: answer, of: "v=\(text)")
    #expect(refusal == error(.invalidEncoding))
  }
}
