import PassBindSASL
import PassBindTLS
import Testing

@Suite("Hostile input")
struct HostileInputTests {
  static let garbage: KeyValuePairs<String, [UInt8]> = [
    "a zero": [0], "an empty record": [0x16, 3, 1, 0, 0], "a huge message": [0x16, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff],
    "a huge record": [0x16, 3, 1, 0xff, 0xff], "data": [0x17, 3, 3, 0, 1, 0], "an alert": [0x15, 3, 3, 0, 2, 2, 40],
    "close_notify": [0x15, 3, 3, 0, 2, 1, 0], "ChangeCipherSpec": [0x14, 3, 3, 0, 1, 1],
    "SSL 2": [0x80, 0x2e, 1, 0, 2], "HTTP": [UInt8]("GET / HTTP/1.0\r\n\r\n".utf8),
    "IMAP": [UInt8]("* OK IMAP4rev1\r\n".utf8), "ones": [UInt8](repeating: 0xff, count: 70_000),
    "record types": [UInt8](repeating: 0x16, count: 70_000),
  ]

  @Test("Garbage in place of a handshake gives an error or waits for more", arguments: garbage.map(\.key))
  func beforeHandshake(name: String) throws {
    let bytes = try #require(Self.garbage.first { $0.key == name }).value
    for engine in [
      try TLSEngine(server: .test("server")), try TLSEngine(client: .test(), host: "localhost"),
    ] {
      try expectTLSError { _ = try engine.receive(bytes.span) }
      try expectTLSError { try engine.receiveEnd() }
      #expect(engine.state == .failed)
      #expect(engine.channelBindings.available.isEmpty)
    }
  }

  @Test("Garbage after the handshake fails the connection", arguments: Flavour.allCases)
  func afterHandshake(flavour: Flavour) throws {
    for (_, bytes) in Self.garbage where bytes.count > 9 {
      let pair = try Pair.connected(.test(flavour), .test("server"))
      #expect(throws: TLSError(.connectionFailed, "")) { try pair.server.receive(bytes.span) }
      #expect(pair.server.state == .failed)
      #expect(throws: TLSError(.connectionFailed, "")) { try pair.server.write([1].span) }
      pair.server.close()
      // What was established stays on record.
      #expect(pair.server.channelBindings == pair.client.channelBindings)
    }
  }

  @Test("A record longer than TLS allows is refused before it is collected", arguments: Flavour.allCases)
  func oversized(flavour: Flavour) throws {
    let pair = try Pair.connected(.test(flavour), .test("server"))
    #expect(throws: TLSError(.connectionFailed, "")) { try pair.server.receive([0x17, 3, 3, 0x48, 0x01, 0].span) }
  }

  @Test("A handshake that drips on in tiny records ends at the limit")
  func endlessHandshake() throws {
    let server = try TLSEngine(server: .test("server"))
    // A ClientHello that claims 131,000 bytes, one byte a record.
    try Pair.carry([0x16, 3, 1, 0, 4, 1, 0x01, 0xff, 0xb8], to: server)
    var sent = 9
    let error = #expect(throws: TLSError(.limitExceeded, "")) {
      while sent < 2 * TLSEngine.handshakeLimit {
        _ = try server.receive([0x16, 3, 1, 0, 1, 0].span)
        sent += 6
      }
    }
    #expect(error != nil)
    #expect(sent <= TLSEngine.handshakeLimit)
  }

  @Test("A server that floods the handshake ends the same way or sooner")
  func floodingServer() throws {
    let client = try TLSEngine(client: .test(), host: "localhost")
    let error = #expect(throws: TLSError.self) {
      for _ in 0..<TLSEngine.handshakeLimit { _ = try client.receive([0x14, 3, 3, 0, 1, 1].span) }
    }
    #expect(error?.code == .handshakeFailed || error?.code == .limitExceeded)
  }

  @Test("One bit wrong in a flight: never a crash, never unequal bindings", arguments: Flavour.allCases)
  func bitFlips(flavour: Flavour) throws {
    let server = try TLSServerContext.test("server")
    let client = try TLSClientContext.test(flavour)
    var random = SplitMix(seed: 9)
    for round in 0..<150 {
      let pair = try Pair(client, server)
      var flight = 0
      let damaged = round % 3
      do {
        for _ in 0..<6 {
          for (from, to) in [(pair.client, pair.server), (pair.server, pair.client)] {
            var bytes = from.takeOutput()
            guard !bytes.isEmpty else { continue }
            if flight == damaged {
              bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(random.next() % 8)
            }
            flight += 1
            try Pair.carry(bytes, to: to)
          }
        }
      } catch is TLSError {
        continue
      }
      // The record header's version bytes are not protected: then nothing was wrong.
      if pair.client.state == .open, pair.server.state == .open {
        #expect(pair.client.channelBindings == pair.server.channelBindings)
      }
    }
  }

  @Test("One bit wrong in the data fails the connection", arguments: Flavour.allCases)
  func damagedData(flavour: Flavour) throws {
    let server = try TLSServerContext.test("server")
    let client = try TLSClientContext.test(flavour)
    for offset in 5..<25 {
      let pair = try Pair.connected(client, server)
      try pair.client.write([1, 2, 3].span)
      var bytes = pair.client.takeOutput()
      bytes[min(offset, bytes.count - 1)] ^= 0x10
      #expect(throws: TLSError(.connectionFailed, "")) { try Pair.carry(bytes, to: pair.server) }
    }
  }

  @Test("Replayed and reordered records are refused", arguments: Flavour.allCases)
  func replay(flavour: Flavour) throws {
    let pair = try Pair.connected(.test(flavour), .test("server"))
    try pair.client.write([1].span)
    let record = pair.client.takeOutput()
    try Pair.carry(record, to: pair.server)
    #expect(throws: TLSError(.connectionFailed, "")) { try Pair.carry(record, to: pair.server) }
  }

  @Test("An end that is fed its own output fails", arguments: Flavour.allCases)
  func reflection(flavour: Flavour) throws {
    let client = try TLSEngine(client: .test(flavour), host: "localhost")
    let hello = client.takeOutput()
    #expect(throws: TLSError(.handshakeFailed, "")) { try Pair.carry(hello, to: client) }
  }

  /// Runs `body`, which may succeed or throw a TLSError, but nothing else.
  private func expectTLSError(_ body: () throws -> Void) throws {
    do { try body() } catch is TLSError {}
  }
}

/// A generator with a seed, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
