import PassBindSASL
import PassBindTLS
import Testing

@Suite("Handshakes")
struct HandshakeTests {
  @Test("Both ends bind alike", arguments: [TLSVersion.tls12, .tls13])
  func full(version: TLSVersion) throws {
    let server = try TLSServerContext.test("server")
    let client = try TLSClientContext.test { $0.versions = version...version }
    let pair = try Pair.connected(client, server)
    #expect(pair.client.state == .open)
    #expect(pair.server.state == .open)
    #expect(pair.client.channelBindings == pair.server.channelBindings)
    let handshake = try #require(pair.client.handshake)
    #expect(handshake.version == version)
    #expect(!handshake.isResumed)
    #expect(handshake.bindings[.tlsExporter]?.data.count == 32)
    #expect(handshake.bindings[.tlsUnique]?.data.count == (version == .tls12 ? 12 : nil))
    #expect(handshake.bindings[.tlsServerEndPoint]?.data.count == 32)
  }
}
