import PassBindSASL
import PassBindTLS
import Testing

@Suite("Moving bytes")
struct StreamTests {
  @Test("Plaintext arrives whole, whatever the pieces", arguments: Flavour.allCases, [1, 5, 1000, Int.max])
  func pieces(flavour: Flavour, piece: Int) throws {
    let pair = try Pair(.test(flavour), .test("server"))
    try pair.shakeHands(piece: piece)
    #expect(pair.client.channelBindings == pair.server.channelBindings)
    let message = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try pair.client.write(message.span)
    #expect(try Pair.carry(pair.client.takeOutput(), to: pair.server, piece: piece) == message)
    try pair.server.write(message.span)
    #expect(try Pair.carry(pair.server.takeOutput(), to: pair.client, piece: piece) == message)
  }

  @Test("Data in the same bytes as the end of the handshake is not lost", arguments: Flavour.allCases)
  func dataWithFinished(flavour: Flavour) throws {
    let pair = try Pair(.test(flavour), .test("server"))
    while pair.client.state == .handshaking {
      try Pair.carry(pair.client.takeOutput(), to: pair.server)
      try Pair.carry(pair.server.takeOutput(), to: pair.client)
    }
    try pair.client.write([1, 2, 3].span)
    #expect(try Pair.carry(pair.client.takeOutput(), to: pair.server) == [1, 2, 3])
    #expect(pair.server.state == .open)
  }

  @Test("Writing or receiving nothing is nothing")
  func nothing() throws {
    let pair = try Pair.connected(.test(), .test("server"))
    let empty: [UInt8] = []
    try pair.client.write(empty.span)
    #expect(pair.client.takeOutput().isEmpty)
    #expect(try pair.client.receive(empty.span).isEmpty)
  }

  @Test("close_notify ends one direction, and data before it is delivered", arguments: Flavour.allCases)
  func closing(flavour: Flavour) throws {
    let pair = try Pair.connected(.test(flavour), .test("server"))
    try pair.client.write([1].span)
    pair.client.close()
    pair.client.close()
    #expect(throws: TLSError(.closed, "")) { try pair.client.write([2].span) }
    #expect(try Pair.carry(pair.client.takeOutput(), to: pair.server) == [1])
    #expect(pair.server.state == .peerClosed)
    try pair.server.receiveEnd()
    // What follows a close_notify is not TLS's any more.
    #expect(try pair.server.receive([9, 9, 9].span).isEmpty)
    // The other direction still works.
    try pair.server.write([3].span)
    pair.server.close()
    #expect(try Pair.carry(pair.server.takeOutput(), to: pair.client) == [3])
    #expect(pair.client.state == .peerClosed)
    try pair.client.receiveEnd()
  }

  @Test("An end without close_notify is a truncation", arguments: Flavour.allCases)
  func truncation(flavour: Flavour) throws {
    let pair = try Pair.connected(.test(flavour), .test("server"))
    try pair.client.write([1].span)
    try Pair.carry(Array(pair.client.takeOutput().dropLast(3)), to: pair.server)
    #expect(throws: TLSError(.truncated, "")) { try pair.server.receiveEnd() }
    #expect(pair.server.state == .failed)
    #expect(throws: TLSError(.truncated, "")) { try pair.server.write([1].span) }
  }

  @Test("So is an end during the handshake")
  func truncatedHandshake() throws {
    let pair = try Pair(.test(), .test("server"))
    try Pair.carry(Array(pair.client.takeOutput().dropLast(3)), to: pair.server)
    #expect(throws: TLSError(.truncated, "")) { try pair.server.receiveEnd() }
    #expect(throws: TLSError(.truncated, "")) { try pair.client.receiveEnd() }
  }

  @Test("Closing before the handshake is finished says nothing")
  func closeEarly() throws {
    let pair = try Pair(.test(), .test("server"))
    pair.server.close()
    #expect(pair.server.takeOutput().isEmpty)
    try pair.shakeHands()
    #expect(pair.server.state == .open)
  }

  @Test("A peer that never reads: output stops at the limit, nothing of the refused write is lost or sent")
  func neverReads() throws {
    let pair = try Pair.connected(.test(), .test("server"))
    let piece = [UInt8](repeating: 1, count: 100_000)
    var written = 0
    let error = #expect(throws: TLSError(.limitExceeded, "")) {
      while true {
        try pair.server.write(piece.span)
        written += piece.count
      }
    }
    #expect(error != nil)
    #expect(written >= 900_000)
    #expect(pair.server.outputCount < TLSEngine.outputLimit + piece.count)
    // No failure: once the output is taken, it goes on.
    #expect(try Pair.carry(pair.server.takeOutput(), to: pair.client).count == written)
    try pair.server.write(piece.span)
    #expect(try Pair.carry(pair.server.takeOutput(), to: pair.client) == piece)
  }

  @Test("One write has a limit too")
  func hugeWrite() throws {
    let pair = try Pair.connected(.test(), .test("server"))
    let huge = [UInt8](repeating: 1, count: TLSEngine.outputLimit + 1)
    #expect(throws: TLSError(.limitExceeded, "")) { try pair.client.write(huge.span) }
    #expect(pair.client.outputCount == 0)
  }
}
