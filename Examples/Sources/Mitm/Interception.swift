internal import ExampleSupport
internal import NIOCore
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindTLS

/// One client, one server, and what goes on between them. It lives on the event loop of both channels.
final class Interception {
  private var scenario: any Scenario
  private var witness: Witness
  private let takesOver: Bool
  private var isInClear: Bool
  private let clientTLS: () throws -> TLSHandler
  private let serverTLS: () throws -> TLSHandler

  private var client: (any Channel)?
  private var server: (any Channel)?
  private var clientHandshake: TLSHandshake?
  private var serverHandshake: TLSHandshake?
  private var startTLSTag: String?
  private var login: (tag: String, mechanism: String)?
  /// Whether the server's first message of the login went to the client, whose next line answers it.
  private var isChallenged = false
  private var isAnswered = false
  /// The server's answer to the login, which the client gets once the takeover is done.
  private var heldBack: [[UInt8]] = []
  private var isTakingOver = false
  private var isOver = false

  /// A tag that no client uses.
  private static let tag = "interceptor"

  init(
    _ scenario: any Scenario, witness: Witness, takesOver: Bool, isInClear: Bool,
    clientTLS: @escaping () throws -> TLSHandler, serverTLS: @escaping () throws -> TLSHandler
  ) {
    self.scenario = scenario
    self.witness = witness
    self.takesOver = takesOver
    self.isInClear = isInClear
    self.clientTLS = clientTLS
    self.serverTLS = serverTLS
  }

  func attach(client: any Channel) throws {
    self.client = client
    try add(to: client, clientTLS, .client)
  }

  func attach(server: any Channel) throws {
    self.server = server
    try add(to: server, serverTLS, .server)
  }

  private func add(
    to channel: any Channel, _ tls: () throws -> TLSHandler, _ side: Conversation.Side
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    if !isInClear { try pipeline.addHandler(tls()) }
    try pipeline.addHandler(LineTap(side, self))
  }

  // MARK: What the taps tell

  func finished(_ handshake: TLSHandshake, _ side: Conversation.Side) {
    switch side {
    case .client: clientHandshake = handshake
    case .server: serverHandshake = handshake
    }
    if let clientHandshake, let serverHandshake { witness.opened(client: clientHandshake, server: serverHandshake) }
  }

  func line(_ line: [UInt8], from side: Conversation.Side) {
    guard !isOver else { return }
    switch side {
    case .client: fromClient(line)
    case .server: fromServer(line)
    }
  }

  func ended(_ side: Conversation.Side, _ error: (any Error)?) {
    guard !isOver else { return }
    isOver = true
    if let error {
      witness.failed("\(side == .client ? "client" : "server"): \(reason(of: error))")
    }
    client?.close(promise: nil)
    server?.close(promise: nil)
  }

  // MARK: What is made of it

  private func fromClient(_ line: [UInt8]) {
    witness.saw(line, from: .client)
    if let login, isChallenged {
      (isChallenged, isAnswered) = (false, true)
      witness.answered(mechanism: login.mechanism, isCancelled: line.elementsEqual("*".utf8))
      return send(scenario.fromClient(line), to: server)
    }
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    if words.count >= 2 {
      switch words[1].uppercased() {
      case "STARTTLS": startTLSTag = String(words[0])
      case "AUTHENTICATE" where words.count >= 3:
        login = (String(words[0]), words[2].uppercased())
        isAnswered = false
        witness.began(mechanism: words[2].uppercased())
      default: break
      }
    }
    send(scenario.fromClient(line), to: server)
  }

  private func fromServer(_ line: [UInt8]) {
    let parsed = try? ServerLine(parsing: line)
    if isTakingOver { return takeOver(parsed) }
    witness.saw(line, from: .server)
    let lines = scenario.fromServer(line)
    if case .continuation(let message)? = parsed, login != nil, !isAnswered, !message.isEmpty { isChallenged = true }
    guard case .answer(let tag, let status, _)? = parsed else { return send(lines, to: client) }

    if tag == startTLSTag, status == .ok {
      startTLSTag = nil
      send(lines, to: client)
      return startTLS()
    }
    if let login, tag == login.tag {
      self.login = nil
      witness.ended(mechanism: login.mechanism, isAccepted: status == .ok)
      if status == .ok, takesOver {
        isTakingOver = true
        heldBack = lines
        return send([Array("\(Self.tag) WHOAMI".utf8)], to: server)
      }
    }
    send(lines, to: client)
  }

  /// The client has logged in; now this is asked in its place, and it never learns.
  private func takeOver(_ line: ServerLine?) {
    switch line {
    case .untagged("WHOAMI", let name)?: witness.tookOver(identity: String(decoding: name, as: UTF8.self))
    case .answer(Self.tag, _, _)?:
      isTakingOver = false
      send(heldBack, to: client)
      heldBack = []
    default: break
    }
  }

  private func startTLS() {
    isInClear = false
    do {
      try client?.pipeline.syncOperations.addHandler(clientTLS(), position: .first)
      try server?.pipeline.syncOperations.addHandler(serverTLS(), position: .first)
    } catch {
      ended(.client, error)
    }
  }

  private func send(_ lines: [[UInt8]], to channel: (any Channel)?) {
    for line in lines { channel?.write(ByteBuffer(bytes: line + Array("\r\n".utf8)), promise: nil) }
    channel?.flush()
  }
}

/// Cuts what comes from one side into lines.
private final class LineTap: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let side: Conversation.Side
  private let interception: Interception
  private var buffer = LineBuffer()

  init(_ side: Conversation.Side, _ interception: Interception) {
    self.side = side
    self.interception = interception
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    buffer.append(unwrapInboundIn(data).readableBytesView)
    do {
      while let line = try buffer.next() { interception.line(line, from: side) }
    } catch {
      interception.ended(side, error)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? TLSHandler.Finished { interception.finished(event.handshake, side) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) { interception.ended(side, nil) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { interception.ended(side, error) }
}
