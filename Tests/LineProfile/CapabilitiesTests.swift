import PassBindLineProfile
import PassBindSASL
import Testing

@Suite("Capabilities")
struct CapabilitiesTests {
  // Mechanisms hash the offer, or take it into a context: one that changed on the way would make honest logins fail.
  @Test(
    "An offer arrives as it was made, whatever it was made of",
    arguments: [
      ["SCRAM-SHA-512-PLUS", "SCRAM-SHA-512"], ["SCRAM-SHA-512", "SCRAM-SHA-512", "PLAIN", "SCRAM-SHA-512"],
      ["scram-sha-512", "X Y", "", "ÄÖ", "A-NAME-OF-21-CHARACTE", "GSS_X"], [], ["A", "1", "_", "-"],
    ],
    [["tls-exporter", "tls-exporter", "tls-unique"], ["TLS-Unique", "a.b", "tls-unique", "no_good", ""], []])
  func roundTrip(names: [String], types: [String]) throws {
    let capabilities = Capabilities(
      startTLS: false,
      offer: SASLOffer(
        mechanisms: names.compactMap { MechanismName($0) },
        bindingTypes: types.isEmpty ? nil : types.compactMap { ChannelBindingType($0) }),
      registrations: [try #require(opaque)])
    #expect(Set(capabilities.offer.mechanisms).count == capabilities.offer.mechanisms.count)
    #expect(Capabilities(parsing: Array(capabilities.words.utf8)) == capabilities)
  }

  @Test("Listing no types looks like having no way to list them")
  func noTypes() {
    let capabilities = Capabilities(startTLS: true, offer: SASLOffer(mechanisms: [], bindingTypes: []))
    #expect(Capabilities(parsing: Array(capabilities.words.utf8)).offer.bindingTypes == nil)
  }

  @Test("Odd words are skipped")
  func oddWords() {
    let capabilities = Capabilities(
      parsing: Array(
        "AUTH= AUTH=scram-sha-256 AUTH=Ä AUTH=ß SASL-CB=tls_x SASL-CB=tls-unique AUTH=SCRAM-SHA-256 register=x REGISTER=X x  y"
          .utf8) + [0x20, 0xff, 0x07])
    #expect(capabilities.offer.mechanisms.map(\.description) == ["SCRAM-SHA-256"])
    #expect(capabilities.offer.bindingTypes == [.tlsUnique])
    #expect(capabilities.registrations.map(\.description) == ["X"])
  }

  @Test("What may be registered has no -PLUS, and is wanted only if it may be")
  func registrations() throws {
    let (scram, opaque) = (try #require(scram), try #require(opaque))
    let some = Registrations([scram, opaque, opaque], wanted: opaque)
    #expect(some.mechanisms == [opaque] && some.wanted == opaque)
    #expect(Registrations([opaque], wanted: scram.base).wanted == nil)
  }
}
