import PassBindSASL
import Testing

/// RFC 5802 section 6 and XEP-0440, from the client's side: what is chosen, and when nothing may be.
@Suite("Negotiation")
struct NegotiationTests {
  static let sha512 = MechanismName("SCRAM-SHA-512") ?? .init(known: "")
  static let sha256 = MechanismName("SCRAM-SHA-256") ?? .init(known: "")

  static func bindings(_ types: [ChannelBindingType]) -> ChannelBindings {
    ChannelBindings(tlsVersion: .tls13, available: types.compactMap { ChannelBinding($0, data: [1]) })
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var policy: ChannelBindingPolicy
    var offered: String
    var serverTypes: [ChannelBindingType]?
    var own: [ChannelBindingType]
    var want: Result<(String, GS2Header.BindingFlag), SASLError>
  }

  static let cases: [Case] = [
    Case(
      testDescription: "require binds by the strongest common type", policy: .require,
      offered: "SCRAM-SHA-256 SCRAM-SHA-512 SCRAM-SHA-512-PLUS", serverTypes: nil,
      own: [.tlsExporter, .tlsServerEndPoint], want: .success(("SCRAM-SHA-512-PLUS", .required(.tlsExporter)))),
    Case(
      testDescription: "the server's list of types is heeded", policy: .require, offered: "SCRAM-SHA-512-PLUS",
      serverTypes: [.tlsServerEndPoint], own: [.tlsExporter, .tlsServerEndPoint],
      want: .success(("SCRAM-SHA-512-PLUS", .required(.tlsServerEndPoint)))),
    Case(
      testDescription: "require refuses a list without -PLUS", policy: .require, offered: "SCRAM-SHA-512 PLAIN",
      serverTypes: nil, own: [.tlsExporter], want: .failure(SASLError(.channelBindingUnavailable, ""))),
    Case(
      testDescription: "require refuses a connection that cannot bind", policy: .require,
      offered: "SCRAM-SHA-512 SCRAM-SHA-512-PLUS", serverTypes: nil, own: [],
      want: .failure(SASLError(.channelBindingUnavailable, ""))),
    Case(
      testDescription: "require refuses types that do not meet", policy: .require,
      offered: "SCRAM-SHA-512 SCRAM-SHA-512-PLUS", serverTypes: [.tlsUnique], own: [.tlsExporter],
      want: .failure(SASLError(.channelBindingUnavailable, ""))),
    Case(
      testDescription: "require refuses an empty list of types", policy: .require,
      offered: "SCRAM-SHA-512 SCRAM-SHA-512-PLUS", serverTypes: [], own: [.tlsExporter],
      want: .failure(SASLError(.channelBindingUnavailable, ""))),
    Case(
      testDescription: "prefer binds with a weaker hash rather than not at all", policy: .prefer,
      offered: "SCRAM-SHA-512 SCRAM-SHA-256-PLUS", serverTypes: nil, own: [.tlsUnique],
      want: .success(("SCRAM-SHA-256-PLUS", .required(.tlsUnique)))),
    Case(
      testDescription: "prefer says y where it could bind and saw no -PLUS", policy: .prefer,
      offered: "SCRAM-SHA-512", serverTypes: nil, own: [.tlsExporter], want: .success(("SCRAM-SHA-512", .notOffered))),
    Case(
      testDescription: "prefer says n where it saw -PLUS but no common type: y would be a lie", policy: .prefer,
      offered: "SCRAM-SHA-512 SCRAM-SHA-512-PLUS", serverTypes: [.tlsUnique], own: [.tlsExporter],
      want: .success(("SCRAM-SHA-512", .unsupported))),
    Case(
      testDescription: "prefer says n where it could not bind anyway", policy: .prefer,
      offered: "SCRAM-SHA-512 SCRAM-SHA-512-PLUS", serverTypes: nil, own: [],
      want: .success(("SCRAM-SHA-512", .unsupported))),
    Case(
      testDescription: "disable says n even where both could bind", policy: .disable,
      offered: "SCRAM-SHA-512-PLUS SCRAM-SHA-512", serverTypes: nil, own: [.tlsExporter],
      want: .success(("SCRAM-SHA-512", .unsupported))),
    Case(
      testDescription: "nothing outside the policy is used", policy: .disable, offered: "PLAIN LOGIN SCRAM-SHA-1",
      serverTypes: nil, own: [], want: .failure(SASLError(.noAcceptableMechanism, ""))),
    Case(
      testDescription: "prefer never falls to PLAIN", policy: .prefer, offered: "PLAIN", serverTypes: nil,
      own: [.tlsExporter], want: .failure(SASLError(.noAcceptableMechanism, ""))),
    Case(
      testDescription: "an empty offer is refused", policy: .prefer, offered: "", serverTypes: nil, own: [],
      want: .failure(SASLError(.noAcceptableMechanism, ""))),
  ]

  @Test(arguments: cases)
  func choice(_ c: Case) throws {
    let policy = ClientNegotiationPolicy(mechanisms: [Self.sha512, Self.sha256], channelBinding: c.policy)
    let offer = SASLOffer(
      mechanisms: c.offered.split(separator: " ").compactMap { MechanismName($0) }, bindingTypes: c.serverTypes)
    switch c.want {
    case .success(let (name, flag)):
      let choice = try policy.choose(from: offer, bindings: Self.bindings(c.own))
      #expect(choice.mechanism.description == name)
      #expect(choice.flag == flag)
      if case .required(let type) = flag {
        #expect(choice.binding?.type == type)
      } else {
        #expect(choice.binding == nil)
      }
    case .failure(let error):
      #expect(throws: error) { try policy.choose(from: offer, bindings: Self.bindings(c.own)) }
    }
  }

  static let opaqueEA = MechanismName("OPAQUE-EA") ?? .init(known: "")

  @Test("A mechanism that binds by itself is bound without -PLUS", arguments: [ChannelBindingPolicy.require, .prefer])
  func bindsByItself(policy: ChannelBindingPolicy) throws {
    let policy = ClientNegotiationPolicy(mechanisms: [Self.opaqueEA, Self.sha512], channelBinding: policy)
    let offer = SASLOffer(
      mechanisms: [Self.sha512.plus ?? Self.sha512, Self.opaqueEA, Self.sha512], bindingTypes: [.tlsUnique])
    let choice = try policy.choose(from: offer, bindings: Self.bindings([.tlsExporter]))
    #expect(choice.mechanism == Self.opaqueEA)
    #expect(choice.binding == nil)
    #expect(choice.loginBinding == .exportedAuthenticator)
  }

  @Test("It keeps its place among the others")
  func placeOfOneThatBindsByItself() throws {
    let policy = ClientNegotiationPolicy(mechanisms: [Self.sha512, Self.opaqueEA])
    let plus = Self.sha512.plus ?? Self.sha512
    let both = SASLOffer(mechanisms: [Self.opaqueEA, plus], bindingTypes: nil)
    let choice = try policy.choose(from: both, bindings: Self.bindings([.tlsExporter]))
    #expect(choice.mechanism == plus)
    #expect(choice.loginBinding == .channel(.tlsExporter))
    #expect(try policy.choose(from: both, bindings: Self.bindings([])).mechanism == Self.opaqueEA)
  }

  @Test("It is not used where a login must not be bound, nor below TLS 1.3, nor with -PLUS, whatever is offered")
  func noPlaceForOneThatBindsByItself() throws {
    let offer = SASLOffer(mechanisms: [Self.opaqueEA, Self.sha512], bindingTypes: nil)
    let disabled = ClientNegotiationPolicy(mechanisms: [Self.opaqueEA, Self.sha512], channelBinding: .disable)
    let choice = try disabled.choose(from: offer, bindings: Self.bindings([.tlsExporter]))
    #expect(choice.mechanism == Self.sha512)
    #expect(choice.loginBinding == nil)
    let old = ChannelBindings(tlsVersion: .tls12, available: [ChannelBinding(.tlsUnique, data: [1])].compactMap { $0 })
    let only = ClientNegotiationPolicy(mechanisms: [Self.opaqueEA])
    let error = #expect(throws: SASLError.self) { try only.choose(from: offer, bindings: old) }
    #expect(error?.reason == "OPAQUE-EA needs TLS 1.3, and this connection has TLS 1.2")
    // Where others would do as well, it is told why they don't.
    let both = ClientNegotiationPolicy(mechanisms: [Self.opaqueEA, Self.sha512], bindingTypes: [.tlsServerEndPoint])
    let bindings = ChannelBindings(tlsVersion: .tls13, unavailable: [.tlsServerEndPoint: "Ed25519 has no hash"])
    let offers = SASLOffer(mechanisms: [Self.sha512.plus ?? Self.sha512, Self.sha512], bindingTypes: nil)
    let why = #expect(throws: SASLError.self) { try both.choose(from: offers, bindings: bindings) }
    #expect(why?.reason == "tls-server-end-point: Ed25519 has no hash")
    let plus = SASLOffer(mechanisms: [Self.opaqueEA.plus ?? Self.sha512], bindingTypes: nil)
    #expect(throws: SASLError(.channelBindingUnavailable, "")) {
      try only.choose(from: plus, bindings: Self.bindings([.tlsExporter]))
    }
  }

  @Test("A type left out of the policy is never used")
  func pinnedType() {
    let policy = ClientNegotiationPolicy(mechanisms: [Self.sha512], bindingTypes: [.tlsExporter])
    let offer = SASLOffer(mechanisms: [Self.sha512.plus ?? Self.sha512], bindingTypes: nil)
    #expect(throws: SASLError(.channelBindingUnavailable, "")) {
      try policy.choose(from: offer, bindings: Self.bindings([.tlsServerEndPoint]))
    }
  }

  @Test("The error says why a type is missing")
  func reason() throws {
    let policy = ClientNegotiationPolicy(mechanisms: [Self.sha512], bindingTypes: [.tlsServerEndPoint])
    let offer = SASLOffer(mechanisms: [Self.sha512.plus ?? Self.sha512], bindingTypes: nil)
    let bindings = ChannelBindings(tlsVersion: .tls13, unavailable: [.tlsServerEndPoint: "Ed25519 has no hash"])
    let error = #expect(throws: SASLError.self) { try policy.choose(from: offer, bindings: bindings) }
    #expect(error?.reason.contains("Ed25519 has no hash") == true)
  }
}
