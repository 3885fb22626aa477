import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

/// Client and server of this package with each other.
@Suite("Whole exchanges")
struct ExchangeTests {
  @Test(
    "Every mechanism, bound and unbound, with and without an authorization identity", arguments: HashFunction.allCases,
    [false, true])
  func all(hash: HashFunction, bound: Bool) async throws {
    let server = Server(try Account(hash), bound: bound, isPlus: bound)
    for identity in [nil, "other", "o=t,h"] {
      let negotiation = ClientNegotiationPolicy(
        mechanisms: [SCRAMMechanism(hash).name], channelBinding: bound ? .require : .prefer)
      let exchange = SCRAMClientExchange(
        try SCRAMClient(
          user: "user", authorizationIdentity: identity, credential: .password(secret("pencil")),
          offer: server.offered, bindings: server.bindings, negotiation: negotiation))
      #expect(exchange.mechanism == SCRAMMechanism(hash, isPlus: bound).name)
      let challenge = try server.lookup(string(exchange.initialResponse)).challenge(with: server.account.verifier)
      let final = try await exchange.respond(to: challenge.message)
      let login = try challenge.receive(final)
      try exchange.finish(with: login.finalMessage)
      #expect(login.user == "user")
      #expect(login.authorizationIdentity == identity)
      #expect(login.mechanism == SCRAMMechanism(hash, isPlus: bound))
      #expect(login.bindingType == (bound ? .tlsExporter : nil))
      let used = exchange.takeOutcome()?.bindingType
      #expect(used == login.bindingType)
    }
  }

  @Test("A client that could bind says so to a server that offers no -PLUS, and is let in")
  func couldBind() async throws {
    var server = Server(try Account())
    server.bindings = connection(bound: true)
    let negotiation = ClientNegotiationPolicy(mechanisms: [SCRAMMechanism(.sha256).name], channelBinding: .prefer)
    let client = try SCRAMClient(
      user: "user", credential: .password(secret("pencil")), offer: server.offered, bindings: server.bindings,
      negotiation: negotiation)
    let first = string(client.firstMessage)
    #expect(first.hasPrefix("y,,"))
    let challenge = try server.lookup(first).challenge(with: server.account.verifier)
    let answer = try await client.respond(to: challenge.message)
    let login = try challenge.receive(answer.finalMessage)
    _ = try answer.verify(login.finalMessage)
  }

  @Test("The default negotiation takes the best hash, never SHA-1")
  func defaults() throws {
    let offered = SASLOffer(
      mechanisms: HashFunction.allCases.map { SCRAMMechanism($0, isPlus: true).name }, bindingTypes: [.tlsExporter])
    let client = try SCRAMClient(
      user: "user", credential: .password(secret("pencil")), offer: offered, bindings: connection(bound: true))
    let mechanism = client.mechanism
    #expect(mechanism == SCRAMMechanism(.sha512, isPlus: true))
    #expect(throws: error(.channelBindingUnavailable)) {
      _ = try SCRAMClient(
        user: "user", credential: .password(secret("pencil")),
        offer: SASLOffer(mechanisms: [SCRAMMechanism(.sha1, isPlus: true).name], bindingTypes: [.tlsExporter]),
        bindings: connection(bound: true))
    }
    #expect(throws: error(.noAcceptableMechanism)) {
      _ = try SCRAMClient(
        user: "user", credential: .password(secret("pencil")), offer: offer(.sha1, bound: false), bindings: .none,
        negotiation: ClientNegotiationPolicy(mechanisms: SCRAMMechanism.preferred, channelBinding: .disable))
    }
  }
}

/// Bytes that nobody would send: whatever they are, the answer is an error or a refusal, never a trap.
@Suite("Mutations")
struct MutationTests {
  /// A generator that repeats itself, so that a failure can be looked at again.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  static let spice =
    [
      ",", "=", "m=x", ",,", "\0", "=2C", "=3D", "n=", "r=", "s=", "i=", "c=", "p=", "v=", "e=", "h=", "t=", "a=",
      "\u{e9}", "99999999999", "-1", "====", "biws", "x=1,",
    ].map { Array($0.utf8) } + [[0xff], [0xc3], []]

  static func mutated(_ message: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var message = message
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let at = Int.random(in: 0...message.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: message.insert(contentsOf: spice.randomElement(using: &generator) ?? [], at: at)
      case 1 where at < message.count: message.remove(at: at)
      case 2 where at < message.count: message[at] = UInt8.random(in: 0...255, using: &generator)
      case 3: message.removeSubrange(at..<min(message.count, at + Int.random(in: 0...9, using: &generator)))
      case 4:
        let end = Int.random(in: at...message.count, using: &generator)
        message.insert(contentsOf: message[at..<end], at: at)
      default: break
      }
    }
    return message
  }

  @Test("Changed messages to the server", arguments: [SCRAMDialect.rfc5802, .trueNAS])
  func server(dialect: SCRAMDialect) throws {
    var generator = Generator(state: 1)
    var server = Server(try Account(.sha512), bound: true, isPlus: true)
    server.policy.dialect = dialect
    let nonce = Base64.string([UInt8](repeating: 1, count: 32))
    let first = "p=tls-exporter,,n=user,r=\(nonce)"
    var refused = 0
    for _ in 0..<4000 {
      let message = Self.mutated(utf8(first), &generator)
      if (try? server.lookup(string(message)).challenge(with: nil)) == nil { refused += 1 }
      let challenge = try server.lookup(first).challenge(with: server.account.verifier)
      let serverFirst = string(challenge.message)
      let good = utf8(try server.account.final(first: first, serverFirst: serverFirst, c: boundInput))
      let final = Self.mutated(good, &generator)
      let accepted = (try? challenge.receive(final)) != nil
      #expect(!accepted || final == good, "\(string(final))")
    }
    #expect(refused > 1000)
  }

  @Test("Changed messages to the client", arguments: [SCRAMDialect.rfc5802, .trueNAS])
  func client(dialect: SCRAMDialect) async throws {
    var generator = Generator(state: 2)
    let account = try Account(.sha512, iterations: 50_000)
    let policy = policy { $0.dialect = dialect }
    let nonce = Base64.encode([UInt8](repeating: 1, count: 32))
    let joined = dialect == .rfc5802 ? string(nonce) + "server" : Base64.string([UInt8](repeating: 1, count: 64))
    let serverFirst = "r=\(joined)\(account.serverFirstTail)"
    for _ in 0..<4000 {
      func begin() throws -> SCRAMClient {
        try SCRAMClient(
          .init(.sha512), flag: .unsupported, binding: nil, user: "user", authorizationIdentity: nil,
          credential: .keys(account.keys()), policy: policy, offer: nil, tlsVersion: nil, nonce: nonce)
      }
      let client = try begin()
      let first = string(client.firstMessage)
      _ = try? await client.respond(to: Self.mutated(utf8(serverFirst), &generator))

      let answer = try await begin().respond(to: utf8(serverFirst))
      let good = try account.serverFinal(first: first, serverFirst: serverFirst, final: string(answer.finalMessage))
      let final = Self.mutated(utf8(good), &generator)
      let believed = (try? answer.verify(final)) != nil
      #expect(!believed || final.starts(with: utf8(good)), "\(string(final))")
    }
  }

  @Test("Changed verifier lines", arguments: VerifierFormatTests.lines)
  func verifiers(line: String, format: SCRAMVerifierFormat, hash: HashFunction) throws {
    var generator = Generator(state: 3)
    for _ in 0..<4000 {
      let text = string(Self.mutated(utf8(line), &generator))
      guard let verifier = try? SCRAMVerifier(parsing: text, as: format) else { continue }
      // Whatever is read is within a verifier's bounds, and is written without a trap.
      #expect(verifier.iterations > 0 && !verifier.salt.isEmpty && verifier.storedKey.count == hash.digestCount)
      _ = try? verifier.text(as: format)
    }
  }
}
