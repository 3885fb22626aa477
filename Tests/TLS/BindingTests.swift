import PassBindCrypto
import PassBindSASL
import PassBindTLS
import Testing

@Suite("Channel bindings of a full handshake")
struct BindingTests {
  @Test("Both ends bind alike, by what the version allows", arguments: Flavour.allCases)
  func bothEnds(flavour: Flavour) throws {
    let pair = try Pair.connected(.test(flavour), .test("server"))
    let bindings = pair.client.channelBindings
    #expect(bindings == pair.server.channelBindings)
    #expect(bindings.tlsVersion == flavour.version)
    #expect(!bindings.isResumed)
    #expect(bindings.data(.tlsExporter)?.count == (flavour == .tls12WithoutEMS ? nil : 32))
    #expect(bindings.data(.tlsUnique)?.count == (flavour == .tls12 ? 12 : nil))
    #expect(bindings.data(.tlsServerEndPoint) == (try Certificates.sha256("server")))
    for type in ChannelBindingType.preferred {
      #expect((bindings[type] == nil) == (bindings.unavailable[type] != nil), "\(type) is there or has a reason")
    }
  }

  @Test("A reason says what is wrong")
  func reasons() throws {
    let tls13 = try Pair.connected(.test(.tls13), .test("server")).server.channelBindings.unavailable
    #expect(tls13[.tlsUnique]?.contains("TLS 1.3 has no tls-unique") == true)
    let noEMS = try Pair.connected(.test(.tls12WithoutEMS), .test("server")).server.channelBindings.unavailable
    #expect(noEMS[.tlsUnique]?.contains("RFC 7627") == true)
    #expect(noEMS[.tlsExporter]?.contains("RFC 7627") == true)
  }

  @Test("Extended master secret takes both ends")
  func serverWithoutEMS() throws {
    let server = try TLSServerContext.test("server") { $0.tests.extendedMasterSecret = false }
    let pair = try Pair.connected(.test(.tls12), server)
    #expect(pair.client.channelBindings == pair.server.channelBindings)
    #expect(pair.client.channelBindings.available.map(\.type) == [.tlsServerEndPoint])
  }

  @Test("Each connection has its own, but for the certificate's hash", arguments: [Flavour.tls13, .tls12])
  func perConnection(flavour: Flavour) throws {
    let client = try TLSClientContext.test(flavour)
    let server = try TLSServerContext.test("server")
    let first = try Pair.connected(client, server).client.channelBindings
    let second = try Pair.connected(client, server).client.channelBindings
    #expect(first.data(.tlsExporter) != second.data(.tlsExporter))
    if flavour == .tls12 { #expect(first.data(.tlsUnique) != second.data(.tlsUnique)) }
    #expect(first.data(.tlsServerEndPoint) == second.data(.tlsServerEndPoint))
  }

  @Test("Before the handshake is finished there is none, at either end", arguments: Flavour.allCases)
  func midHandshake(flavour: Flavour) throws {
    let pair = try Pair(.test(flavour), .test("server"))
    var unfinishedServerHadOutput = false
    for _ in 0..<8 {
      for engine in [pair.client, pair.server] where engine.state == .handshaking {
        #expect(engine.channelBindings.available.isEmpty)
        #expect(engine.channelBindings.unavailable.count == 3)
        #expect(engine.handshake == nil)
        #expect(throws: TLSError(.notFinished, "")) { try engine.write([1].span) }
        #expect(throws: TLSError(.notFinished, "")) { try export(engine) }
      }
      try Pair.carry(pair.client.takeOutput(), to: pair.server)
      // A TLS 1.3 server has sent its Finished by now, and OpenSSL would export: still no binding.
      if pair.server.state == .handshaking, pair.server.outputCount > 0 { unfinishedServerHadOutput = true }
      if pair.server.state == .handshaking { #expect(pair.server.channelBindings.available.isEmpty) }
      try Pair.carry(pair.server.takeOutput(), to: pair.client)
    }
    #expect(unfinishedServerHadOutput)
    #expect(pair.client.state == .open)
    #expect(pair.server.state == .open)
  }

  @Test("What was computed stays, whatever comes later", arguments: Flavour.allCases)
  func immutable(flavour: Flavour) throws {
    let pair = try Pair.connected(.test(flavour), .test("server"))
    let before = pair.server.channelBindings
    for _ in 0..<100 {
      try pair.client.write([UInt8](repeating: 7, count: 1000).span)
      try Pair.carry(pair.client.takeOutput(), to: pair.server)
    }
    try pair.close()
    #expect(pair.server.channelBindings == before)
    #expect(pair.server.state == .peerClosed)
  }

  @Test("tls-exporter is the RFC 9266 export; on TLS 1.2 no context is another", arguments: [Flavour.tls13, .tls12])
  func exporter(flavour: Flavour) throws {
    let pair = try Pair.connected(.test(flavour), .test("server"))
    let binding = pair.client.channelBindings.data(.tlsExporter)
    #expect(try bytes(pair.server, "EXPORTER-Channel-Binding", []) == binding)
    let withoutContext = try bytes(pair.server, "EXPORTER-Channel-Binding", nil)
    #expect((withoutContext == binding) == (flavour == .tls13))
  }

  @Test("Exports agree at both ends and depend on label and context", arguments: [Flavour.tls13, .tls12])
  func exports(flavour: Flavour) throws {
    let pair = try Pair.connected(.test(flavour), .test("server"))
    let one = try bytes(pair.client, "EXPORTER-test", [1, 2, 3], 48)
    #expect(one.count == 48)
    #expect(try bytes(pair.server, "EXPORTER-test", [1, 2, 3], 48) == one)
    #expect(try bytes(pair.server, "EXPORTER-test", [1, 2, 4], 48) != one)
    #expect(try bytes(pair.server, "EXPORTER-other", [1, 2, 3], 48) != one)
  }

  @Test("Without the extended master secret nothing is exported")
  func noExport() throws {
    let pair = try Pair.connected(.test(.tls12WithoutEMS), .test("server"))
    #expect(throws: TLSError(.unavailable, "")) { try export(pair.client) }
  }

  @Test("Exports have a sane length", arguments: [0, -1, 8161, Int.max])
  func exportLength(count: Int) throws {
    let pair = try Pair.connected(.test(.tls13), .test("server"))
    #expect(throws: TLSError(.unavailable, "")) { try export(pair.client, count: count) }
  }

  private func export(_ engine: TLSEngine, count: Int = 32) throws {
    _ = try engine.exportKeyingMaterial(label: "EXPORTER-test", count: count)
  }

  private func bytes(_ engine: TLSEngine, _ label: String, _ context: [UInt8]?, _ count: Int = 32) throws -> [UInt8] {
    let secret = try engine.exportKeyingMaterial(label: label, context: context, count: count)
    return secret.span.indices.map { secret.span[$0] }
  }
}
