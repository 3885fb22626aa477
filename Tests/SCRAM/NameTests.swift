import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Names and passwords")
struct NameTests {
  static let nonce = "fyko+d2lbbFgONRv9qkxdawL"

  @Test(
    "Attack 18: escapes other than =2C and =3D, and what a name cannot hold, are refused",
    arguments: ["=2c", "=3d", "=41", "=", "a=", "a=2", "a==", "=2C=", "=00", "\0", "a\0b"])
  func badEscape(name: String) throws {
    let server = Server(try Account())
    #expect(throws: error(.invalidName)) { _ = try server.lookup("n,,n=\(name),r=\(Self.nonce)") }
    #expect(throws: error(.invalidName)) { _ = try server.lookup("n,a=\(name),n=user,r=\(Self.nonce)") }
  }

  @Test("Attack 18: a name that is not UTF-8 is refused", arguments: [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80]])
  func notUTF8(name: [UInt8]) throws {
    let message = utf8("n,,n=") + name + utf8(",r=\(Self.nonce)")
    #expect(throws: error(.invalidName)) {
      let server = SCRAMServer(
        .init(.sha256), offer: offer(.sha256, bound: false), bindings: connection(bound: false), decoys: try decoys())
      _ = try server.receive(message)
    }
  }

  @Test(
    "Attack 18: names are escaped and unescaped in one pass",
    arguments: [
      ("a,b", "a=2Cb"), ("a=b", "a=3Db"), ("=2C", "=3D2C"), ("=3D2C", "=3D3D2C"), (",,==", "=2C=2C=3D=3D"),
      ("n=user,r=x", "n=3Duser=2Cr=3Dx"),
    ])
  func escapes(name: String, sent: String) throws {
    let account = try Account()
    let login = try SCRAMClient(
      .init(.sha256), user: name, authorizationIdentity: name, credential: .keys(account.keys()))
    let message = string(login.firstMessage)
    #expect(message.hasPrefix("n,a=\(sent),n=\(sent),r="))
    let lookup = try Server(account).lookup(message)
    let (user, identity) = (lookup.user, lookup.authorizationIdentity)
    #expect(user == name)
    #expect(identity == name)
  }

  @Test(
    "Where the outer protocol says who logs in, the name in the message does not count, nor need be there",
    arguments: ["", "*", "b"])
  func outerName(sent: String) throws {
    let server = Server(try Account())
    let first = "n,,n=\(sent),r=\(Self.nonce)"
    let login = try server.accept(first, from: "user") { try server.account.final(first: first, serverFirst: $0) }
    #expect(login.user == "user")
    #expect(throws: error(.invalidName)) { _ = try server.lookup(first, from: "a\u{7}b") }
    #expect(throws: error(.malformedMessage)) { _ = try server.lookup("n,,r=\(Self.nonce)", from: "user") }
    #expect(throws: error(.malformedMessage)) { _ = try server.lookup("n,,n=,n=a,r=\(Self.nonce)", from: "user") }
    #expect(throws: error(.malformedMessage)) { _ = try server.lookup("n,,n=,r=\(Self.nonce)") }
  }

  @Test("Attack 19: an authorization identity reaches the caller after the proof, and is signed")
  func authorizationIdentity() throws {
    let server = Server(try Account())
    let first = "n,a=admin,n=user,r=\(Self.nonce)"
    let login = try server.accept(first) {
      try server.account.final(first: first, serverFirst: $0, c: bindingInput("n,a=admin,"))
    }
    #expect(login.user == "user")
    #expect(login.authorizationIdentity == "admin")
    #expect(throws: error(.channelBindingMismatch)) {
      try server.accept(first) { try server.account.final(first: first, serverFirst: $0) }
    }
  }

  @Test("Attack 19: an empty authorization identity is outside the grammar")
  func emptyIdentity() throws {
    let server = Server(try Account())
    #expect(throws: error(.invalidName)) { _ = try server.lookup("n,a=,n=user,r=\(Self.nonce)") }
    #expect(throws: error(.invalidName)) {
      _ = try SCRAMClient(
        .init(.sha256), user: "user", authorizationIdentity: "", credential: .password(secret("pencil")))
    }
  }

  @Test(
    "Attack 20: SASLprep brings names to one form on both sides",
    arguments: [
      ("I\u{ad}X", "IX"), ("\u{aa}", "a"), ("\u{2168}", "IX"), ("a\u{a0}b", "a b"), ("ramo\u{301}n", "ram\u{f3}n"),
      ("USER", "USER"), ("\u{1f511}", "\u{1f511}"),
    ])
  func prepared(name: String, prepared: String) throws {
    let login = try SCRAMClient(.init(.sha256), user: name, credential: .password(secret("pencil")))
    let message = string(login.firstMessage)
    #expect(message.hasPrefix("n,,n=\(prepared),r="))
    let lookup = try Server(try Account()).lookup("n,,n=\(name),r=\(Self.nonce)")
    let user = lookup.user
    #expect(Array(user.utf8) == Array(prepared.utf8))
  }

  @Test(
    "Attack 20: what SASLprep prohibits is a clear error",
    arguments: ["\u{7}", "a\nb", "\u{627}1", "\u{e000}", "\u{ad}", "\u{200e}", "\u{fffd}", "\u{1d173}"])
  func prohibited(text: String) async throws {
    #expect(throws: error(.invalidName)) {
      _ = try SCRAMClient(.init(.sha256), user: text, credential: .password(secret("pencil")))
    }
    let server = Server(try Account())
    #expect(throws: error(.invalidName)) { _ = try server.lookup("n,,n=\(text),r=\(Self.nonce)") }
    await #expect(throws: error(.invalidPassword)) {
      _ = try await SCRAMVerifier.make(password: secret(text), hash: .sha256, iterations: 1)
    }
    await #expect(throws: error(.invalidPassword)) {
      let login = try SCRAMClient(.init(.sha256), user: "user", credential: .password(secret(text)))
      let nonce = string(login.firstMessage).dropFirst("n,,n=user,r=".count)
      _ = try await login.respond(to: utf8("r=\(nonce)x,s=\(Account.saltText),i=4096"))
    }
  }

  @Test("Attack 20: unassigned code points are refused in passwords, which make stored strings (RFC 5802 section 2.2)")
  func unassigned() async throws {
    await #expect(throws: error(.invalidPassword)) {
      _ = try await SCRAMVerifier.make(password: secret("\u{1f511}"), hash: .sha256, iterations: 1)
    }
    let raw = try await SCRAMVerifier.make(
      password: secret("\u{1f511}"), hash: .sha256, iterations: 1, salt: [1], preparation: .none)
    let lenient = try await SCRAMVerifier.make(
      password: secret("\u{1f511}"), hash: .sha256, iterations: 1, salt: [1], preparation: .saslPrepOrRaw)
    #expect(raw == lenient)
  }

  @Test("Attack 20: passwords of one form make one verifier")
  func passwordForms() async throws {
    let a = try await SCRAMVerifier.make(password: secret("I\u{ad}X"), hash: .sha256, iterations: 1, salt: [1])
    let b = try await SCRAMVerifier.make(password: secret("\u{2168}"), hash: .sha256, iterations: 1, salt: [1])
    let raw = try await SCRAMVerifier.make(
      password: secret("\u{2168}"), hash: .sha256, iterations: 1, salt: [1], preparation: .none)
    #expect(a == b)
    #expect(a != raw)
    await #expect(throws: error(.invalidPassword)) {
      _ = try await SCRAMVerifier.make(password: SecretBytes(copying: [0xff]), hash: .sha256, iterations: 1)
    }
  }

  @Test("Names go through raw where the peer prepares nothing")
  func raw() throws {
    let unprepared = policy { $0.userPreparation = .none }
    let login = try SCRAMClient(
      .init(.sha256), user: "\u{2168}", credential: .password(secret("pencil")), policy: unprepared)
    let message = string(login.firstMessage)
    #expect(message.hasPrefix("n,,n=\u{2168},r="))
    #expect(throws: error(.invalidName)) {
      _ = try SCRAMClient(.init(.sha256), user: "", credential: .password(secret("pencil")), policy: unprepared)
    }
  }
}
