import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Channel binding in SCRAM")
struct BindingTests {
  static let yFirst = "y,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"

  @Test("Attack 1: y is refused where this connection was offered a -PLUS mechanism")
  func downgraded() throws {
    let server = Server(try Account(), bound: true)
    #expect(throws: error(.channelBindingDowngrade)) { _ = try server.lookup(Self.yFirst) }
    // Also where the only -PLUS mechanism has another hash.
    var other = Server(try Account())
    other.offered = SASLOffer(
      mechanisms: [SCRAMMechanism(.sha512, isPlus: true).name, SCRAMMechanism(.sha256).name], bindingTypes: nil)
    #expect(throws: error(.channelBindingDowngrade)) { _ = try other.lookup(Self.yFirst) }
  }

  @Test("Attack 1: y is right where no -PLUS mechanism was offered")
  func honest() throws {
    let server = Server(try Account())
    let login = try server.accept(Self.yFirst) {
      try server.account.final(first: Self.yFirst, serverFirst: $0, c: bindingInput("y,,"))
    }
    #expect(login.bindingType == nil)
  }

  @Test(
    "Attack 2: a type that is unknown, not offered or not there on this connection is refused",
    arguments: [
      "tls-unique", "tls-server-end-point", "tls-unique-for-telnet", "x", "TLS-EXPORTER",
    ])
  func otherType(type: String) throws {
    let server = Server(try Account(), bound: true, isPlus: true)
    #expect(throws: error(.unsupportedBindingType)) {
      _ = try server.lookup("p=\(type),,n=user,r=fyko+d2lbbFgONRv9qkxdawL")
    }
  }

  @Test("Attack 2: a type that the connection has but the server did not offer is refused")
  func notOffered() throws {
    let endPoint = try #require(ChannelBinding(.tlsServerEndPoint, data: [1]))
    var server = Server(try Account(), bound: true, isPlus: true)
    server.bindings = ChannelBindings(tlsVersion: .tls13, available: server.bindings.available + [endPoint])
    #expect(throws: error(.unsupportedBindingType)) {
      _ = try server.lookup("p=tls-server-end-point,,n=user,r=fyko+d2lbbFgONRv9qkxdawL")
    }
  }

  @Test("Attack 2: p= on a connection that has no binding at all is refused")
  func noBinding() throws {
    let server = Server(try Account(), bound: false, isPlus: true)
    #expect(throws: error(.channelBindingNotSupported)) { _ = try server.lookup(boundFirst) }
  }

  @Test("Attack 3: n or y under a -PLUS name, and p= under a bare one, are refused")
  func nameAndFlag() throws {
    let plus = Server(try Account(), bound: true, isPlus: true)
    #expect(throws: error(.mechanismMismatch)) { _ = try plus.lookup(plainFirst) }
    #expect(throws: error(.mechanismMismatch)) { _ = try plus.lookup(Self.yFirst) }
    let bare = Server(try Account(), bound: true)
    #expect(throws: error(.mechanismMismatch)) { _ = try bare.lookup(boundFirst) }
  }

  @Test("Attack 3: n and y are refused where the policy wants binding")
  func required() throws {
    var server = Server(try Account(), bound: true)
    server.policy.requiresChannelBinding = true
    #expect(throws: error(.channelBindingRequired)) { _ = try server.lookup(plainFirst) }
    var unbound = Server(try Account())
    unbound.policy.requiresChannelBinding = true
    #expect(throws: error(.channelBindingRequired)) { _ = try unbound.lookup(Self.yFirst) }
    server.isPlus = true
    let lookup = try server.lookup(boundFirst)
    let type = lookup.bindingType
    #expect(type == .tlsExporter)
  }

  @Test("n is allowed beside -PLUS where the policy does not want binding")
  func unboundAllowed() throws {
    let server = Server(try Account(), bound: true)
    let login = try server.accept(plainFirst) { try server.account.final(first: plainFirst, serverFirst: $0) }
    #expect(login.bindingType == nil)
  }

  @Test("A mechanism that was not offered is refused")
  func mechanismNotOffered() throws {
    var server = Server(try Account())
    server.offered = offer(.sha512, bound: false)
    #expect(throws: error(.mechanismNotOffered)) { _ = try server.lookup(plainFirst) }
  }

  @Test(
    "Attack 4: c= must hold this header and this connection's data, to the byte, even if correctly signed",
    arguments: [
      bindingInput("n,,"), bindingInput("y,,"), bindingInput("p=tls-exporter,,"),
      bindingInput("p=tls-exporter", Array(0...31)), bindingInput("p=tls-exporter,,", Array(0...30)),
      bindingInput("p=tls-exporter,,", Array(0...32)), bindingInput("p=tls-exporter,,", Array(1...32)),
      bindingInput("p=tls-unique,,", Array(0...31)), bindingInput("p=tls-exporter,a=user,", Array(0...31)),
      bindingInput("", Array(0...31)), bindingInput("P=tls-exporter,,", Array(0...31)),
    ])
  func bindingData(c: String) throws {
    let server = Server(try Account(), bound: true, isPlus: true)
    #expect(throws: error(.channelBindingMismatch)) {
      try server.accept(boundFirst) { try server.account.final(first: boundFirst, serverFirst: $0, c: c) }
    }
    let login = try server.accept(boundFirst) {
      try server.account.final(first: boundFirst, serverFirst: $0, c: boundInput)
    }
    #expect(login.bindingType == .tlsExporter)
  }

  @Test(
    "Attack 4: without binding, c= must be the header sent first",
    arguments: [
      bindingInput("y,,"), bindingInput("n,"), bindingInput("n"), bindingInput("n,,", [0]), bindingInput("n,a=admin,"),
      boundInput,
    ])
  func headerChanged(c: String) throws {
    let server = Server(try Account())
    #expect(throws: error(.channelBindingMismatch)) {
      try server.accept(plainFirst) { try server.account.final(first: plainFirst, serverFirst: $0, c: c) }
    }
  }

  @Test("Attack 22: a client whose choice contradicts itself is not made")
  func contradiction() throws {
    let binding = try #require(exporter)
    let account = try Account()
    typealias Choice = ClientNegotiationPolicy.Choice
    let plus = SCRAMMechanism(.sha256, isPlus: true).name
    let bare = SCRAMMechanism(.sha256).name
    for choice in [
      Choice(mechanism: plus, flag: .unsupported, binding: nil),
      Choice(mechanism: plus, flag: .required(.tlsExporter), binding: nil),
      Choice(mechanism: plus, flag: .required(.tlsUnique), binding: binding),
      Choice(mechanism: plus, flag: .notOffered, binding: binding),
      Choice(mechanism: bare, flag: .required(.tlsExporter), binding: binding),
      Choice(mechanism: bare, flag: .unsupported, binding: binding),
      Choice(mechanism: MechanismName(known: "PLAIN"), flag: .unsupported, binding: nil),
    ] {
      #expect(throws: error(.mechanismMismatch), "\(choice)") {
        _ = try SCRAMClient(choice, user: "user", credential: .keys(account.keys()))
      }
    }
  }

  @Test("Attack 22: a required binding never falls back (CVE-2025-49146)")
  func noFallback() throws {
    let account = try Account()
    for (offered, bindings) in [
      (offer(.sha256, bound: false), connection(bound: true)), (offer(.sha256, bound: true), connection(bound: false)),
      (offer(.sha256, bound: false), ChannelBindings.none),
    ] {
      #expect(throws: error(.channelBindingUnavailable)) {
        _ = try SCRAMClient(user: "user", credential: .keys(account.keys()), offer: offered, bindings: bindings)
      }
    }
    let client = try SCRAMClient(
      user: "user", credential: .keys(account.keys()), offer: offer(.sha256, bound: true),
      bindings: connection(bound: true))
    let (mechanism, message) = (client.mechanism, string(client.firstMessage))
    #expect(mechanism == SCRAMMechanism(.sha256, isPlus: true))
    #expect(message.hasPrefix("p=tls-exporter,,n=user,r="))
  }

  @Test("Attack 23: a type without data does not exist, and is not bound by")
  func absentType() throws {
    let account = try Account()
    let bindings = ChannelBindings(
      tlsVersion: .tls13, unavailable: [.tlsUnique: "not defined for TLS 1.3"])
    var server = Server(account, isPlus: true)
    server.offered = SASLOffer(
      mechanisms: [SCRAMMechanism(.sha256, isPlus: true).name], bindingTypes: [.tlsUnique, .tlsExporter])
    server.bindings = bindings
    #expect(throws: error(.channelBindingNotSupported)) {
      _ = try server.lookup("p=tls-unique,,n=user,r=fyko+d2lbbFgONRv9qkxdawL")
    }
    #expect(throws: error(.channelBindingUnavailable)) {
      _ = try SCRAMClient(user: "user", credential: .keys(account.keys()), offer: server.offered, bindings: bindings)
    }
  }

  @Test("Every type that a connection has can be bound by", arguments: ChannelBindingType.preferred)
  func everyType(type: ChannelBindingType) async throws {
    let account = try Account()
    let binding = try #require(ChannelBinding(type, data: [0, 255, 44, 61]))
    var server = Server(account, isPlus: true)
    server.offered = SASLOffer(mechanisms: [SCRAMMechanism(.sha256, isPlus: true).name], bindingTypes: [type])
    server.bindings = ChannelBindings(tlsVersion: .tls12, available: [binding])
    let login = try SCRAMClient(
      user: "user", credential: .keys(account.keys()), offer: server.offered, bindings: server.bindings)
    let first = login.firstMessage
    let challenge = try server.lookup(string(first)).challenge(with: account.verifier)
    let answer = try await login.respond(to: challenge.message)
    let acceptance = try challenge.receive(answer.finalMessage)
    let outcome = try answer.verify(acceptance.finalMessage)
    let used = outcome.bindingType
    #expect(used == type)
    #expect(acceptance.bindingType == type)
  }
}
