import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Nonces")
struct NonceTests {
  static let joined = "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"

  @Test(
    "Attack 5: a final nonce that is not the server's is refused, though correctly signed (CVE-2024-56128)",
    arguments: [
      "fyko+d2lbbFgONRv9qkxdawL", "fyko+d2lbbFgONRv9qkxdawLother", "x", "fyko+d2lbbFgONRv9qkxdawL=",
    ])
  func finalNonce(nonce: String) throws {
    let server = Server(try Account())
    #expect(throws: error(.nonceMismatch)) {
      try server.accept(plainFirst) { try server.account.final(first: plainFirst, serverFirst: $0, r: nonce) }
    }
  }

  @Test("Attack 5: a byte more or less than the server's nonce is refused", arguments: ["+", "-"])
  func almost(change: String) throws {
    let server = Server(try Account())
    #expect(throws: error(.nonceMismatch)) {
      try server.accept(plainFirst) {
        let nonce = sentNonce($0)
        return try server.account.final(
          first: plainFirst, serverFirst: $0, r: change == "+" ? nonce + "A" : String(nonce.dropLast()))
      }
    }
  }

  @Test(
    "Attack 6: a server nonce that does not continue the client's, or adds nothing, ends the login",
    arguments: [
      "3rfcNHYJY1ZVvWVs7j", "fyko+d2lbbFgONRv9qkxdawL", "Fyko+d2lbbFgONRv9qkxdawL3rfc", "fyko+d2lbbFgONRv9qkxdaw",
      "3rfcfyko+d2lbbFgONRv9qkxdawL",
    ])
  func serverNonce(nonce: String) async throws {
    let account = try Account()
    await #expect(throws: error(.nonceMismatch)) {
      _ = try await client(account).respond(to: utf8("r=\(nonce)\(account.serverFirstTail)"))
    }
  }

  @Test(
    "Attack 6: all of the joined nonce must be printable ASCII",
    arguments: [
      "\u{7f}", " ", "\t", "\u{0}", "\n", "\u{e9}", "\u{1f}",
    ])
  func unprintable(text: String) async throws {
    let account = try Account()
    await #expect(throws: error(.malformedMessage)) {
      _ = try await client(account).respond(to: utf8("r=\(Self.joined)\(text)\(account.serverFirstTail)"))
    }
    #expect(throws: error(.malformedMessage)) { _ = try Server(account).lookup(plainFirst + text) }
  }

  @Test("A client can ask for more of a server's nonce")
  func shortServerNonce() async throws {
    let account = try Account()
    let strict = policy { $0.minServerNonceCount = 19 }
    await #expect(throws: error(.weakNonce)) {
      _ = try await client(account, policy: strict).respond(to: utf8("r=\(Self.joined)\(account.serverFirstTail)"))
    }
  }

  @Test("Attack 7: an empty or short client nonce is refused (CVE-2022-48195)")
  func shortClientNonce() throws {
    let server = Server(try Account())
    #expect(throws: error(.malformedMessage)) { _ = try server.lookup("n,,n=user,r=") }
    #expect(throws: error(.weakNonce)) { _ = try server.lookup("n,,n=user,r=123456789012345") }
    _ = try server.lookup("n,,n=user,r=1234567890123456")
    var lenient = server
    lenient.policy.minClientNonceCount = 1
    _ = try lenient.lookup("n,,n=user,r=1")
  }

  @Test(
    "Attack 8: = is legal inside a nonce, which is not base64",
    arguments: [
      "==fyko=d2lbbFgONRv9qkx=", "fyko!\"#$%&'()*+-./:;<=>?@[]^_`{|}~",
    ])
  func equalsSign(nonce: String) throws {
    let server = Server(try Account())
    let first = "n,,n=user,r=\(nonce)"
    let login = try server.accept(first) { try server.account.final(first: first, serverFirst: $0) }
    #expect(login.user == "user")
  }

  @Test("Fresh nonces differ, and are long enough for our own server")
  func fresh() throws {
    var seen: Set<[UInt8]> = []
    for _ in 0..<100 {
      let client = try SCRAMClient(.init(.sha256), user: "user", credential: .password(secret("pencil")))
      let message = client.firstMessage
      seen.insert(message)
      #expect(message.count == "n,,n=user,r=".utf8.count + 24)
    }
    #expect(seen.count == 100)
  }
}
