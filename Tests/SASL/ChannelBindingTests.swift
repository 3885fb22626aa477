import PassBindSASL
import Testing

@Suite("Channel bindings")
struct ChannelBindingTests {
  @Test("Empty data is no binding")
  func emptyData() {
    #expect(ChannelBinding(.tlsExporter, data: []) == nil)
  }

  @Test("Bindings come strongest first")
  func order() throws {
    let endPoint = try #require(ChannelBinding(.tlsServerEndPoint, data: [1]))
    let exporter = try #require(ChannelBinding(.tlsExporter, data: [2]))
    let bindings = ChannelBindings(tlsVersion: .tls13, available: [endPoint, exporter])
    #expect(bindings.available == [exporter, endPoint])
    #expect(bindings[.tlsUnique] == nil)
  }

  @Test("The data is not printed")
  func description() throws {
    let binding = try #require(ChannelBinding(.tlsExporter, data: [201, 202, 203]))
    let bindings = ChannelBindings(tlsVersion: .tls13, available: [binding])
    var dumped = ""
    dump(bindings, to: &dumped)
    for text in ["\(binding)", "\(bindings)", dumped] {
      #expect(text.contains("tls-exporter") && !text.contains("202"))
    }
  }

  @Test("Names outside the grammar are refused", arguments: ["", "tls exporter", "tls-exporter ", "tls_unique", "ü"])
  func badNames(name: String) {
    #expect(ChannelBindingType(name) == nil)
  }
}
