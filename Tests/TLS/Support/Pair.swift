import PassBindSASL
import PassBindTLS
import Testing

/// A client and a server that talk through memory.
struct Pair {
  let client: TLSEngine
  let server: TLSEngine

  init(client: TLSEngine, server: TLSEngine) {
    self.client = client
    self.server = server
  }

  /// A pair with nothing exchanged yet.
  init(
    _ client: TLSClientContext, _ server: TLSServerContext, host: String = "localhost",
    resuming session: TLSSession? = nil
  ) throws {
    self.client = try TLSEngine(client: client, host: host, resuming: session)
    self.server = try TLSEngine(server: server)
  }

  /// A pair whose handshake is finished.
  static func connected(
    _ client: TLSClientContext, _ server: TLSServerContext, resuming session: TLSSession? = nil
  ) throws -> Pair {
    let pair = try Pair(client, server, resuming: session)
    try pair.shakeHands()
    return pair
  }

  /// The session of a connection that ended well.
  static func session(_ client: TLSClientContext, _ server: TLSServerContext) throws -> TLSSession {
    let pair = try connected(client, server)
    let session = try #require(pair.client.session)
    try pair.close()
    return session
  }

  /// Carries bytes both ways until there are none, at most `piece` at a time.
  func shakeHands(piece: Int = .max) throws {
    while true {
      let toServer = client.takeOutput()
      try Self.carry(toServer, to: server, piece: piece)
      let toClient = server.takeOutput()
      try Self.carry(toClient, to: client, piece: piece)
      if toServer.isEmpty, toClient.isEmpty { return }
    }
  }

  @discardableResult
  static func carry(_ bytes: [UInt8], to engine: TLSEngine, piece: Int = .max) throws -> [UInt8] {
    var plaintext: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      plaintext += try engine.receive(Array(rest.prefix(piece)).span)
      rest = rest.dropFirst(piece)
    }
    return plaintext
  }

  /// Ends both ways properly, so that sessions stay good.
  func close() throws {
    client.close()
    server.close()
    try shakeHands()
  }
}

extension TLSServerContext {
  static func test(
    _ identities: String..., change: (inout Configuration) -> Void = { _ in }
  ) throws -> TLSServerContext {
    var configuration = Configuration(identities: identities.map(Certificates.identity))
    change(&configuration)
    return try TLSServerContext(configuration)
  }
}

extension TLSClientContext {
  static func test(
    trust: TLSTrust? = nil, change: (inout Configuration) -> Void = { _ in }
  ) throws -> TLSClientContext {
    var configuration = Configuration(trust: trust ?? .file(Certificates.path("authorities.pem")))
    change(&configuration)
    return try TLSClientContext(configuration)
  }
}

/// What a connection looks like, to run a test over each.
enum Flavour: CaseIterable, CustomTestStringConvertible {
  case tls13
  case tls12
  case tls12WithoutEMS

  var version: TLSVersion { self == .tls13 ? .tls13 : .tls12 }
  var testDescription: String { self == .tls12WithoutEMS ? "TLS 1.2 without EMS" : "TLS \(version)" }
}

extension TLSClientContext {
  static func test(_ flavour: Flavour, change: (inout Configuration) -> Void = { _ in }) throws -> TLSClientContext {
    try test {
      $0.versions = flavour.version...flavour.version
      $0.tests.extendedMasterSecret = flavour != .tls12WithoutEMS
      change(&$0)
    }
  }
}

extension ChannelBindings {
  /// The data of a binding, for a comparison that reads well.
  func data(_ type: ChannelBindingType) -> [UInt8]? { self[type]?.data }
}
