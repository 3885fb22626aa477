import PassBindCrypto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// What somebody who ends the TLS connection on the way can do.
@Suite struct SASLBindingTests {
  static let endPoint = ChannelBinding(.tlsServerEndPoint, data: [1, 2, 3])

  private static func offer(_ names: [String], _ types: [ChannelBindingType]? = [.tlsExporter]) -> SASLOffer {
    SASLOffer(mechanisms: names.compactMap { MechanismName($0) }, bindingTypes: types)
  }

  /// The interceptor has a connection to either end, and passes on what they say.
  @Test func anotherConnectionsBindingFailsAtTheClient() async throws {
    let service = try await Service()
    let client = try service.client(bindings: Service.connection(9))
    let challenge = try service.challenge(client.firstMessage).message
    let found = await refusal(by: client, of: challenge)
    #expect(found == .serverAuthentication)
  }

  @Test func unboundTheInterceptorIsNotNoticed() async throws {
    let service = try await Service()
    let acceptance = try await service.logIn(
      service.client(bindings: Service.connection(9), channelBinding: .disable))
    let type = acceptance.bindingType
    #expect(type == nil)
  }

  @Test func aStrippedListIsRefusedByTheServer() async throws {
    let service = try await Service()
    let client = try service.client(offer: Self.offer(["OPAQUE-R255"]), channelBinding: .prefer)
    let first = client.firstMessage
    #expect(text(first).hasPrefix("y,,"))
    #expect(throws: OPAQUEError(.channelBindingDowngrade, "")) { _ = try service.lookup(first, Service.bare) }
  }

  /// The flag turned on the way: KE2's MAC covers the client's first message.
  @Test func aFlagThatWasChangedFailsAtTheClient() async throws {
    let service = try await Service()
    let client = try service.client(offer: Self.offer(["OPAQUE-R255"]), channelBinding: .prefer)
    let first = "n" + text(client.firstMessage).dropFirst()
    let challenge = try service.challenge(Array(first.utf8), Service.bare).message
    let found = await refusal(by: client, of: challenge)
    #expect(found == .serverAuthentication)
  }

  @Test(arguments: [
    offer(["OPAQUE-R255-PLUS"]), offer(["OPAQUE-R255-PLUS", "OPAQUE-R255", "SCRAM-SHA-256-PLUS"]),
    offer(["OPAQUE-R255-PLUS", "OPAQUE-R256"]), offer(["OPAQUE-R255-PLUS", "OPAQUE-R255"], nil),
    offer(["OPAQUE-R255-PLUS", "OPAQUE-R255"], [.tlsExporter, .tlsServerEndPoint]),
    offer(["OPAQUE-R255-PLUS", "OPAQUE-R255"], [.tlsServerEndPoint, .tlsExporter]),
  ])
  func aChangedOfferFailsAtTheClient(offer: SASLOffer) async throws {
    let service = try await Service()
    let client = try service.client(offer: offer)
    let challenge = try service.challenge(client.firstMessage).message
    let found = await refusal(by: client, of: challenge)
    #expect(found == .serverAuthentication)
  }

  /// An unbound client notices as well, that of an interceptor who leaves the -PLUS and takes the type off the list.
  @Test func aChangedOfferFailsAnUnboundClientToo() async throws {
    let service = try await Service()
    let client = try service.client(
      offer: Self.offer(["OPAQUE-R255-PLUS", "OPAQUE-R255"], [.tlsUnique]), channelBinding: .prefer)
    let first = client.firstMessage
    #expect(text(first).hasPrefix("n,,"))
    let challenge = try service.challenge(first, Service.bare).message
    let found = await refusal(by: client, of: challenge)
    #expect(found == .serverAuthentication)
  }

  @Test func theOrderOfMechanismsIsFree() async throws {
    let service = try await Service()
    let acceptance = try await service.logIn(service.client(offer: Self.offer(["OPAQUE-R255", "OPAQUE-R255-PLUS"])))
    let user = acceptance.user
    #expect(user == "alice")
  }

  @Test func anOfferLongerThanAContextIsRefused() async throws {
    var service = try await Service()
    let types = (0..<2000).compactMap { ChannelBindingType("type-\($0)-\(String(repeating: "x", count: 40))") }
    service.offer = SASLOffer(mechanisms: service.offer.mechanisms, bindingTypes: [.tlsExporter] + types)
    let client = try service.client()
    let first = client.firstMessage
    #expect(throws: OPAQUEError(.invalidParameter, "")) { _ = try service.challenge(first) }
    let challenge = try await Service().challenge(first).message
    let found = await refusal(by: client, of: challenge)
    #expect(found == .invalidParameter)
  }

  /// Nobody can shift bytes from one part of the context into the next.
  @Test func partsOfTheContextDoNotRunIntoEachOther() throws {
    func context(_ mechanism: OPAQUEMechanism, _ first: String, _ data: [UInt8], _ offer: SASLOffer) throws -> [UInt8] {
      try OPAQUESASLContext.bytes(
        mechanism, clientFirst: Array(first.utf8), stretching: Service.weak,
        binding: ChannelBinding(.tlsExporter, data: data), offer: offer)
    }
    let all = [
      try context(Service.plus, "ab", [1], Self.offer(["A", "B"])),
      try context(Service.bare, "-PLUSab", [1], Self.offer(["A", "B"])),
      try context(Service.plus, "abs", [1], Self.offer(["A", "B"])),
      try context(Service.plus, "ab", [1, 0], Self.offer(["A", "B"])),
      try context(Service.plus, "ab", [1], Self.offer(["A"], [.tlsUnique])),
      try context(Service.plus, "ab", [1], Self.offer(["A", "B"], nil)),
      try context(Service.plus, "ab", [], Self.offer(["A", "B"])),
    ]
    #expect(Set(all).count == all.count)
  }

  @Test func theServerKnowsWhichLoginsMayBe() async throws {
    var service = try await Service()
    let bound = try service.client().firstMessage
    let unbound = try service.client(channelBinding: .disable).firstMessage
    func code(_ service: Service, _ first: [UInt8], _ mechanism: OPAQUEMechanism) -> OPAQUEError.Code? {
      do {
        _ = try service.lookup(first, mechanism)
        return nil
      } catch { return (error as? OPAQUEError)?.code }
    }
    #expect(code(service, bound, Service.bare) == .mechanismMismatch)
    #expect(code(service, unbound, Service.plus) == .mechanismMismatch)
    #expect(code(service, unbound, Service.bare) == nil)

    let other = Array(text(bound).replacing("tls-exporter", with: "tls-server-end-point").utf8)
    #expect(code(service, other, Service.plus) == .unsupportedBindingType)
    let here = service.bindings.available
    service.bindings = ChannelBindings(tlsVersion: .tls13, available: here + [Self.endPoint].compactMap { $0 })
    // Now the connection has it, and it was still not offered.
    #expect(code(service, other, Service.plus) == .unsupportedBindingType)
    service.bindings = .none
    #expect(code(service, bound, Service.plus) == .channelBindingNotSupported)

    service.bindings = Service.connection(0)
    service.policy.requiresChannelBinding = true
    #expect(code(service, unbound, Service.bare) == .channelBindingRequired)
    #expect(code(service, bound, Service.plus) == nil)
    service.offer = Self.offer(["SCRAM-SHA-256-PLUS"])
    #expect(code(service, bound, Service.plus) == .mechanismNotOffered)
  }

  @Test func aRequiredBindingNeverFallsBack() async throws {
    let service = try await Service()
    for (offer, bindings) in [
      (Self.offer(["OPAQUE-R255"]), service.bindings), (service.offer, ChannelBindings.none),
      (Self.offer(["OPAQUE-R255-PLUS", "OPAQUE-R255"], [.tlsUnique]), service.bindings),
    ] {
      #expect(throws: OPAQUEError(.channelBindingUnavailable, "")) {
        _ = try service.client(offer: offer, bindings: bindings)
      }
    }
    #expect(throws: OPAQUEError(.noAcceptableMechanism, "")) {
      _ = try service.client(offer: Self.offer(["SCRAM-SHA-256"]), channelBinding: .prefer)
    }
  }

  @Test func aChoiceThatContradictsItselfIsNotMade() async throws {
    let service = try await Service()
    let binding = service.bindings[.tlsExporter]
    typealias Choice = ClientNegotiationPolicy.Choice
    let (plus, bare) = (Service.plus.name, Service.bare.name)
    for choice in [
      Choice(mechanism: plus, flag: .unsupported, binding: nil),
      Choice(mechanism: plus, flag: .required(.tlsExporter), binding: nil),
      Choice(mechanism: plus, flag: .required(.tlsUnique), binding: binding),
      Choice(mechanism: plus, flag: .notOffered, binding: binding),
      Choice(mechanism: bare, flag: .required(.tlsExporter), binding: binding),
      Choice(mechanism: bare, flag: .unsupported, binding: binding),
      Choice(mechanism: MechanismName(known: "SCRAM-SHA-256"), flag: .unsupported, binding: nil),
    ] {
      #expect(throws: OPAQUEError(.mechanismMismatch, ""), "\(choice)") {
        _ = try OPAQUESASLClient(choice, user: "alice", password: Account.password(), offer: service.offer)
      }
    }
  }

  @Test func theNamesAreSASLs() throws {
    for mechanism in [Service.plus, Service.bare] {
      #expect(MechanismName(mechanism.description) == mechanism.name)
      #expect(OPAQUEMechanism(mechanism.name) == mechanism)
    }
    for name in ["OPAQUE-R255-PLU", "OPAQUE", "SCRAM-SHA-256-PLUS", "OPAQUE-R2555"] {
      #expect(OPAQUEMechanism(try #require(MechanismName(name))) == nil)
    }
  }
}
