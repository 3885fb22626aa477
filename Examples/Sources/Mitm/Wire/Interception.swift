internal import ExampleSupport
internal import NIOCore
internal import PassBindExportedAuthenticators
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindTLS

/// One client, one server, and what goes on between them. It lives on the event loop of both channels.
final class Interception {
  private var scenario: any Scenario
  private var reader = LineReader()
  private var witness: Witness
  private let manner: Interceptor.Manner
  private let identity: AuthenticatorIdentity?
  private let clientTLS: () throws -> TLSEngine
  private let serverTLS: () throws -> TLSEngine
  /// Is called once, when it is over, with what the interceptor wants to say once more.
  private let whenOver: (Witness, _ replay: [[UInt8]]) -> Void

  private var client: (any Channel)?
  private var server: (any Channel)?
  private var engines: [Conversation.Side: TLSEngine] = [:]
  private var clientEnd: TLSHandler.Finished?
  private var serverEnd: TLSHandler.Finished?
  // The pipelines hold them, and they hold this.
  private weak var clientTap: LineTap?
  private weak var serverTap: LineTap?
  /// The server's answer to the login, which the client gets once the takeover is done.
  private var heldBack: [[UInt8]] = []
  private var isTakingOver = false
  private var isOver = false

  /// A tag that no client uses.
  private static let tag = "interceptor"

  init(
    _ scenario: any Scenario, witness: Witness, manner: Interceptor.Manner, identity: AuthenticatorIdentity?,
    clientTLS: @escaping () throws -> TLSEngine,
    serverTLS: @escaping () throws -> TLSEngine, whenOver: @escaping (Witness, [[UInt8]]) -> Void
  ) {
    self.scenario = scenario
    self.witness = witness
    self.manner = manner
    self.identity = identity
    self.clientTLS = clientTLS
    self.serverTLS = serverTLS
    self.whenOver = whenOver
  }

  func attach(client: any Channel) throws {
    self.client = client
    clientTap = try add(to: client, clientTLS, .client)
  }

  func attach(server: any Channel) throws {
    self.server = server
    serverTap = try add(to: server, serverTLS, .server)
  }

  private func add(
    to channel: any Channel, _ tls: () throws -> TLSEngine, _ side: Conversation.Side
  ) throws -> LineTap {
    let pipeline = channel.pipeline.syncOperations
    if !manner.beginsInClear, manner.endsTLS { try pipeline.addHandler(handler(side, tls)) }
    let tap = LineTap { self.take($0, from: side) }
    tap.isRaw = !manner.beginsInClear && !manner.endsTLS
    try pipeline.addHandler(tap)
    return tap
  }

  private func take(_ event: LineTap.Event, from side: Conversation.Side) {
    guard !isOver else { return }
    switch event {
    case .line(let bytes): take(bytes, from: side)
    case .raw(let bytes):
      witness.saw(ciphertext: bytes.readableBytes)
      (side == .client ? server : client)?.writeAndFlush(bytes, promise: nil)
    case .handshake(let end): finished(end, side)
    case .end(let error): ended(side, error)
    }
  }

  private func handler(_ side: Conversation.Side, _ tls: () throws -> TLSEngine) throws -> TLSHandler {
    let engine = try tls()
    engines[side] = engine
    return TLSHandler(engine)
  }

  private func finished(_ end: TLSHandler.Finished, _ side: Conversation.Side) {
    switch side {
    case .client: clientEnd = end
    case .server: serverEnd = end
    }
    guard let clientEnd, let serverEnd else { return }
    if let client = AuthenticatorEnd(engines[.client], clientEnd.authenticators, identity, manner.signingKey),
      let server = AuthenticatorEnd(engines[.server], serverEnd.authenticators)
    {
      scenario.opened(towardsClient: client, towardsServer: server)
    }
    witness.opened(client: clientEnd.handshake, server: serverEnd.handshake)
  }

  private func ended(_ side: Conversation.Side, _ error: (any Error)?) {
    guard !isOver else { return }
    isOver = true
    if let error { witness.failed(side, error) }
    witness.ended()
    client?.close(promise: nil)
    server?.close(promise: nil)
    whenOver(witness, scenario.replay)
  }

  private func take(_ bytes: [UInt8], from side: Conversation.Side) {
    if isTakingOver, side == .server { return takeOver(bytes) }
    let line = reader.read(bytes, from: side)
    witness.saw(line)
    let passed = scenario.pass(line)
    let (onward, back) = side == .client ? (server, client) : (client, server)
    if passed.onward != [bytes] || !passed.back.isEmpty { witness.changed() }
    send(passed.back, to: back)
    if case .outcome(_, isAccepted: true) = line.meaning, manner.takesOver {
      isTakingOver = true
      heldBack = passed.onward
      return send([Array("\(Self.tag) WHOAMI".utf8)], to: server)
    }
    send(passed.onward, to: onward)
    if case .startingTLS = line.meaning { startTLS() }
  }

  /// The client has logged in; now this is asked in its place, and it never learns.
  private func takeOver(_ bytes: [UInt8]) {
    switch try? ServerLine(parsing: bytes) {
    case .untagged("WHOAMI", let name)?: witness.tookOver(identity: String(decoding: name, as: UTF8.self))
    case .answer(Self.tag, _, _)?:
      isTakingOver = false
      send(heldBack, to: client)
      heldBack = []
    default: break
    }
  }

  private func startTLS() {
    guard manner.endsTLS else {
      clientTap?.isRaw = true
      serverTap?.isRaw = true
      return
    }
    do {
      try client?.pipeline.syncOperations.addHandler(handler(.client, clientTLS), position: .first)
      try server?.pipeline.syncOperations.addHandler(handler(.server, serverTLS), position: .first)
    } catch {
      ended(.client, error)
    }
  }

  /// All at once, so that what is smuggled in behind a line arrives with it.
  private func send(_ lines: [[UInt8]], to channel: (any Channel)?) {
    guard !lines.isEmpty else { return }
    channel?.writeAndFlush(ByteBuffer(bytes: lines.flatMap { $0 + Array("\r\n".utf8) }), promise: nil)
  }
}
