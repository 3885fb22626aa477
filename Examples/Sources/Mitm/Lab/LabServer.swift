internal import ExampleSupport
internal import NIOCore
internal import NIOPosix
internal import PassBindAccounts
internal import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindNIO
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindTLS
internal import Synchronization

/// The accounts of the laboratory, and everything that its servers report.
struct LabAccounts: Sendable {
  static let user = "user"
  static var password: SecretBytes { SecretBytes(copying: "pencil".utf8) }

  /// Key stretching that takes no time to speak of, and yet as much as clients insist on.
  private static let iterations = 4096
  private static let stretching = KeyStretchingParameters.opaqueKE

  let log = LabLog()
  private let store = InMemoryCredentialStore()
  private let keyring: OPAQUEKeyring
  private let scratch: Scratch

  /// The key with which the servers sign by OPAQUE-EA.
  var signingKey: String { scratch.path("signing.key") }

  init() async throws {
    keyring = try await OPAQUEKeyring.create(in: store, under: .key(.random(count: 32)))
    scratch = try Scratch()
    _ = try scratch.write(Self.signingKey(of: keyring.keys.current), to: "signing.key")
    var administration = AccountAdministration(store)
    administration.keyring = keyring
    administration.hashes = [.sha512]
    administration.opaqueMechanisms = [OPAQUEMechanism().name, OPAQUEEAMechanism.name]
    administration.iterations = [.sha512: Self.iterations]
    administration.stretching = Self.stretching
    for user in Set(Trial.all.map(\.user)) { try await administration.create(user, password: Self.password) }
  }

  /// OPAQUE-EA.md, "The server's keys": in a fresh setup the decoys' seed is oprf_seed, with which opaque-ke's form
  /// begins.
  private static func signingKey(of setup: OPAQUEServerSetup) throws -> String {
    let secrets = setup.unsealedForOpaqueKE()
    // HKDF-Expand of no more than one block (RFC 5869 section 2.3).
    let info = Array("PassBind-OPAQUE-EA-SigningKey".utf8) + [1]
    let block = try HashFunction.sha512.hmac(key: secrets.span.extracting(0..<64), info.span)
    // RFC 8410 section 7.
    let header: [UInt8] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]
    let key = Base64.string(header + (0..<32).map { block.span[$0] })
    return "-----BEGIN PRIVATE KEY-----\n\(key)\n-----END PRIVATE KEY-----\n"
  }

  func authenticator(_ kind: Trial.Server) async throws -> Authenticator {
    var policy = ServerPolicy()
    policy.mechanisms = policy.mechanisms.filter { $0.description != "SCRAM-SHA-256" }
    policy.iterations = [.sha512: Self.iterations]
    policy.stretching = Self.stretching
    policy.sendsOfferHash = kind.sendsOfferHash
    policy.requiresChannelBinding = kind.requiresChannelBinding
    // A hundred logins are meant to fail here, from one address.
    if !kind.blocks { policy.limits.userFailures = 255 }
    policy.limits.addressFailures = 255
    policy.limits.firstDelay = .zero
    policy.limits.longestDelay = .zero
    return try await Authenticator(store: store, policy: policy, keyring: keyring) { [log] event in
      log.state.withLock { $0.events.append(event) }
    }
  }
}

/// What servers report, until it is taken.
final class LabLog: Sendable {
  struct State {
    var events: [AuditEvent] = []
    var errors: [String] = []
    var heard: [UInt8] = []
  }

  let state = Mutex(State())

  func take() -> State {
    state.withLock { state in
      defer { state = State() }
      return state
    }
  }
}

/// A real server on a port of this machine.
struct LabServer: Sendable {
  let port: Int
  private let connections: ConnectionGroup

  init(_ kind: Trial.Server, _ accounts: LabAccounts, certificates: String) async throws {
    let identities = kind.certificates.map {
      TLSIdentity.files(chain: "\(certificates)/\($0).pem", key: "\(certificates)/\($0).key")
    }
    var configuration = TLSServerContext.Configuration(identities: identities)
    if kind.resumption == .sessionIDs { configuration.resumption = .memory(16) }
    let context = try TLSServerContext(configuration)
    let authenticator = try await accounts.authenticator(kind)
    let (connections, log) = (ConnectionGroup(), accounts.log)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        guard connections.admit(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          let makeTLS = { TLSHandler(try TLSEngine(server: context)) }
          let pipeline = channel.pipeline.syncOperations
          if !kind.startTLS { try pipeline.addHandler(makeTLS()) }
          try pipeline.addHandler(LabEar(log))
          try pipeline.addHandler(LineServerHandler(authenticator, startTLS: kind.startTLS ? makeTLS : nil))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    self.connections = connections
  }

  /// Waits until nobody is connected.
  func isQuiet() async throws -> Bool {
    for _ in 0..<1000 where connections.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
    return connections.count == 0
  }
}

/// Writes down what a server hears, in front of what it makes of it.
private final class LabEar: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let log: LabLog

  init(_ log: LabLog) { self.log = log }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    log.state.withLock { $0.heard += bytes.readableBytesView }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    log.state.withLock { $0.errors.append((error as? TLSError)?.code.description ?? "other") }
    context.fireErrorCaught(error)
  }
}
