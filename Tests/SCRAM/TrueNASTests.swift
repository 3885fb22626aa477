import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

/// The dialect of TrueNAS's pyscram 0.1.0, with exchanges recorded from it.
@Suite("TrueNAS dialect")
struct TrueNASTests {
  struct Recording: CustomTestStringConvertible, Sendable {
    var name: String
    var user = "alice"
    var binding: ChannelBinding?
    var first: String
    var serverNonce: String  // base64 of what the server added
    var joined: String
    var c = "biws"
    var p: String
    var v: String

    var testDescription: String { name }
    var serverFirst: String { "r=\(joined),s=AAECAwQFBgcICQoLDA0ODw==,i=50000" }
    var final: String { "c=\(c),r=\(joined),p=\(p)" }
    var clientNonce: [UInt8] { Array(first.utf8.suffix(44)) }
    var mechanism: SCRAMMechanism { SCRAMMechanism(.sha512, isPlus: binding != nil) }
  }

  /// An API key that SASLprep would change.
  static let key = "1-raw.\u{ad}APIkey"
  static let salt = Array(UInt8(0)...15)

  static let recordings = [
    Recording(
      name: "user", first: "n,,n=alice,r=GAjnROcMlBeISSjfV0Rb30o7M4e1M00XDYJV9pNuPqY=",
      serverNonce: "B8G4WhL9k2sAuDqGTGzv+s9Mra1yeQ+ZXmx3P5QldNo=",
      joined: "GAjnROcMlBeISSjfV0Rb30o7M4e1M00XDYJV9pNuPqYHwbhaEv2TawC4OoZMbO/6z0ytrXJ5D5lebHc/lCV02g==",
      p: "oOSu93XV6OZyovF8pK6vr7tTYYBMIFsjmW0Dw1I3ZWl45sSqWRbAR5arjXO6YxI4D0IdyrSrjaGEy3/OBMVVpg==",
      v: "aXHM8Mg6BBCMD+fYn6E36zkwBjJaETwZ/QdAxG7s8ntMGEYK57l22qnF3G+JilwivYlWvaaONEUt5M0xZTWS1A=="),
    Recording(
      name: "API key", user: "alice:7", first: "n,,n=alice:7,r=O2XS0dg0pCNczFTxhD+S+vfqslvKCpNDO5c/QZjQnyY=",
      serverNonce: "nRGjTw1RvFksjKY5x7z8V0F3fM1O6kXaY/2GFHdwYX0=",
      joined: "O2XS0dg0pCNczFTxhD+S+vfqslvKCpNDO5c/QZjQnyadEaNPDVG8WSyMpjnHvz1XQXd8zU7qRdpj/YYUd3BhfQ==",
      p: "sAFOhfMvHF1RBagTQwYLh7dLPzKr0aRz5Z0gLoSUGXG6pcCrzE9+oPaBTCiImNQvZLEqqTENHIKTLvAKcnOdXg==",
      v: "ys9GJGkltt/YRxpRZOHsknatphtJidngGLZ3x2TSOKA8Lqro86iDFbmsbH8M2TrjUuypNouBOEAV3HLGBEKVMQ=="),
    Recording(
      name: "bound, c= without the commas", binding: ChannelBinding(.tlsExporter, data: Array(1...32)),
      first: "p=tls-exporter,,n=alice,r=pmzm18rKSlr8Mfs3sJa6LaL+PsZNNc8Jj2Qv3ZDVcc8=", serverNonce: "",
      joined: "pmzm18rKSlr8Mfs3sJa6LaL+PsZNNc8Jj2Qv3ZDVcc9o5FXuQ/06OfERTYwKY10tpI9VT2w96pG+gdgqzA53zQ==",
      c: "cD10bHMtZXhwb3J0ZXIBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA==",
      p: "8jyaBp5LlTN1SaHDquuQL+WAR+N6UOs4DVaHkFmieHuv5itq04WFhDCl4FBwoK+5Yc+HZjkZIfeajvZZR7t8dw==",
      v: "6vS3KzNjxHqXuVuSJa2iRXZfoF6Ef8/ddGKP37+rsKf0zXvJ/TsqFjiWhIAVGjWOnCkxP4mTgrITIEWV2d/qQg=="),
    Recording(
      name: "first message read back, c= holds n alone",
      first: "n,,n=alice,r=yf7/R08r7GfHXxrV5/PLwSyLUeEpF7zcK6MQztR73O4=", serverNonce: "",
      joined: "yf7/R08r7GfHXxrV5/PLwSyLUeEpF7zcK6MQztR73O6+Bit0UZz+bxFwQycD2FJW+YFtPfEb3OidApOGCeHALw==", c: "bg==",
      p: "syA7+jtr0crpoUU3Gj9G5pIejfDQMLfLVKn3gTzwQHpsSlFe+mD9P2QhN+Ibq3NvXyia4Ofn+4yTF8YjBMyL/Q==",
      v: "NOw4MrwGj4H/ZgQPnHIM2+vULwJBYEqpz7DuttALziK2gaDBjqrDacsYuNgQbgW9KwrJrNcKLzePo342wIDldg=="),
  ]

  static let clientPolicy = policy { $0.dialect = .trueNAS }

  static func verifier() async throws -> SCRAMVerifier {
    try await SCRAMVerifier.make(password: secret(key), iterations: 50_000, salt: salt, preparation: .none)
  }

  static func server(
    _ mechanism: SCRAMMechanism = .init(.sha512), binding: ChannelBinding? = nil, nonce: [UInt8]? = nil
  ) throws -> SCRAMServer {
    var policy = SCRAMServerPolicy()
    policy.dialect = .trueNAS
    policy.sendsOfferHash = true
    policy.sendsTLSVersion = true
    let bindings = ChannelBindings(tlsVersion: .tls13, available: [binding].compactMap { $0 })
    let offered = offer(.sha512, bound: binding != nil)
    return try SCRAMServer(
      mechanism, offer: offered, bindings: bindings, decoys: decoys(), policy: policy,
      nonce: nonce ?? Base64.encode(randomBytes(count: 32)))
  }

  @Test("Our server takes pyscram's client", arguments: recordings)
  func server(recording: Recording) async throws {
    let joined = try Base64.decode(recording.joined.utf8)
    let nonce = Base64.encode(joined[32...])
    let server = try Self.server(recording.mechanism, binding: recording.binding, nonce: nonce)
    let lookup = try server.receive(utf8(recording.first))
    let (user, id) = (lookup.user, lookup.apiKeyID)
    #expect(user == "alice")
    #expect(id == (recording.user == "alice" ? nil : 7))
    let challenge = try await lookup.challenge(with: Self.verifier())
    let message = string(challenge.message)
    #expect(message == recording.serverFirst)
    let login = try challenge.receive(utf8(recording.final))
    #expect(string(login.finalMessage) == "v=\(recording.v)")
    #expect(login.apiKeyID == id)
  }

  @Test("Our client says what pyscram's says, and believes its server", arguments: recordings.prefix(2))
  func client(recording: Recording) async throws {
    let client = try SCRAMClient(
      recording.mechanism, flag: .unsupported, binding: nil, user: recording.user, authorizationIdentity: nil,
      credential: .password(secret(Self.key)), policy: Self.clientPolicy, offer: nil, tlsVersion: nil,
      nonce: recording.clientNonce)
    let first = string(client.firstMessage)
    #expect(first == recording.first)
    let answer = try await client.respond(to: utf8(recording.serverFirst))
    let final = string(answer.finalMessage)
    #expect(final == recording.final)
    _ = try answer.verify(utf8("v=\(recording.v)"))
  }

  @Test("Client and server of this package speak it to each other, bound and unbound", arguments: [true, false])
  func both(bound: Bool) async throws {
    let binding = bound ? exporter : nil
    let mechanism = SCRAMMechanism(.sha512, isPlus: bound)
    let client = try SCRAMClient(
      mechanism, binding: binding, user: "alice:2147483647", credential: .password(secret(Self.key)),
      policy: Self.clientPolicy)
    let challenge = try await Self.server(mechanism, binding: binding).receive(client.firstMessage)
      .challenge(with: Self.verifier())
    let answer = try await client.respond(to: challenge.message)
    let final = string(answer.finalMessage)
    #expect(final.hasPrefix(bound ? "c=\(boundInput)," : "c=biws,"))
    let login = try challenge.receive(utf8(final))
    _ = try answer.verify(login.finalMessage)
    #expect(login.apiKeyID == .max)
  }

  @Test("c= with other data or another header is refused in either spelling")
  func bindingMismatch() async throws {
    let recording = Self.recordings[2]
    for data in [Array(UInt8(2)...33), Array(1...31)] {
      let server = try Self.server(
        recording.mechanism, binding: ChannelBinding(.tlsExporter, data: data),
        nonce: Base64.encode(Base64.decode(recording.joined.utf8)[32...]))
      let challenge = try await server.receive(utf8(recording.first)).challenge(with: Self.verifier())
      let refusal = refusal(by: challenge, of: recording.final)
      #expect(refusal == error(.channelBindingMismatch))
    }
    let plain = Self.recordings[0]
    let server = try Self.server(nonce: Base64.encode(Base64.decode(plain.joined.utf8)[32...]))
    let challenge = try await server.receive(utf8(plain.first)).challenge(with: Self.verifier())
    let refusal = refusal(by: challenge, of: plain.final.replacing("c=biws", with: "c=eSws"))
    #expect(refusal == error(.channelBindingMismatch))
  }

  @Test(
    "Names that pyscram would misread, or sign otherwise than they came, are refused",
    arguments: [
      "a:b", "a:0x10", "a:010", "a:0", "a:-1", "a:+1", "a: 1", "a:1 ", "a:2147483648", "a:", ":1", "a:1:1", "a,b",
      "a=2Cb", "a=b",
      "", "a\0", String(repeating: "a", count: 257),
    ])
  func names(name: String) throws {
    #expect(throws: error(.invalidName)) {
      _ = try SCRAMClient(
        .init(.sha512), user: name, credential: .password(secret("pencil")), policy: Self.clientPolicy)
    }
    guard !name.isEmpty, !name.contains(",") else { return }
    #expect(throws: error(.invalidName)) {
      _ = try Self.server().receive(utf8("n,,n=\(name),r=\(Base64.string(Self.salt + Self.salt))"))
    }
  }

  static let joined = recordings[0].joined
  static let own = string(recordings[0].clientNonce)
  static let tail = ",s=AAECAwQFBgcICQoLDA0ODw==,i="

  @Test(
    "Nonces, salts and counts are what pyscram makes",
    arguments: [
      ("r=\(joined)\(tail)49999", SCRAMError.Code.iterationCountRefused),
      ("r=\(joined)\(tail)5000001", .iterationCountRefused),
      ("r=\(joined)\(tail)0xC350", .malformedMessage),
      ("r=\(joined)\(tail)50000,x=1", .malformedMessage),
      ("r=\(joined),s=W22ZaJ0SNY7soEsU,i=50000", .weakSalt),
      ("r=\(own)\(tail)50000", .malformedMessage),
      ("r=\(own)xxxxxxxxxxxxxxxxxxxx\(tail)50000", .invalidEncoding),
      ("r=\(Base64.string([UInt8](repeating: 0, count: 64)))\(tail)50000", .nonceMismatch),
    ])
  func hostileServer(message: String, code: SCRAMError.Code) async throws {
    let recording = Self.recordings[0]
    let client = try SCRAMClient(
      .init(.sha512), flag: .unsupported, binding: nil, user: "alice", authorizationIdentity: nil,
      credential: .password(secret(Self.key)), policy: Self.clientPolicy, offer: nil, tlsVersion: nil,
      nonce: recording.clientNonce)
    let refused = await self.code(client, utf8(message))
    #expect(refused == code, "\(message)")
  }

  private func code(_ client: consuming SCRAMClient, _ message: [UInt8]) async -> SCRAMError.Code? {
    do {
      _ = try await client.respond(to: message)
      return nil
    } catch { return error.code }
  }

  @Test("What the dialect does not have is refused")
  func absent() throws {
    #expect(throws: error(.mechanismMismatch)) {
      _ = try SCRAMClient(
        .init(.sha256), user: "alice", credential: .password(secret("pencil")), policy: Self.clientPolicy)
    }
    #expect(throws: error(.mechanismMismatch)) {
      _ = try SCRAMClient(
        .init(.sha512), user: "alice", authorizationIdentity: "bob", credential: .password(secret("pencil")),
        policy: Self.clientPolicy)
    }
    let nonce = Base64.string(Self.salt + Self.salt)
    #expect(throws: error(.malformedMessage)) {
      _ = try Self.server().receive(utf8("n,a=bob,n=alice,r=\(nonce)"))
    }
    #expect(throws: error(.malformedMessage)) {
      _ = try Self.server().receive(utf8("n,,n=alice,r=\(nonce),x=1"))
    }
    #expect(throws: error(.malformedMessage)) {
      _ = try Self.server().receive(utf8("n,,n=alice,r=\(Base64.string(Self.salt))"))
    }
    #expect(throws: error(.invalidEncoding)) {
      _ = try Self.server().receive(utf8("n,,n=alice,r=fyko+d2lbbFgONRv9qkxdawL!"))
    }
  }

  @Test("The dialects do not understand each other")
  func otherDialect() async throws {
    let recording = Self.recordings[0]
    let client = try SCRAMClient(
      .init(.sha512), flag: .unsupported, binding: nil, user: "alice", authorizationIdentity: nil,
      credential: .password(secret(Self.key)), policy: SCRAMClientPolicy(), offer: nil, tlsVersion: nil,
      nonce: recording.clientNonce)
    let refused = await code(client, utf8(recording.serverFirst))
    #expect(refused == .nonceMismatch)
  }
}
