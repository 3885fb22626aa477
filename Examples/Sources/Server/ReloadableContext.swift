internal import ArgumentParser
internal import ExampleSupport
internal import Logging
internal import PassBindCrypto
internal import PassBindSASL
internal import PassBindTLS
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

struct ServerTLSOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A certificate chain, a PEM file. Repeat it for several, each with its --key.", valueName: "file"))
  var certificate: [String]

  @Option(help: ArgumentHelp("The key of the certificate, a PEM file.", valueName: "file"))
  var key: [String]

  @Option(help: "The oldest TLS version to accept: 1.2 or 1.3.") var tlsMin = TLSVersion.tls12
  @Option(help: "The newest TLS version to accept: 1.2 or 1.3.") var tlsMax = TLSVersion.tls13

  @Option(
    help: ArgumentHelp(
      "The keys of session tickets, for servers that resume each other's sessions: a file of 80 random bytes that nobody else "
        + "can read.",
      discussion: "Renew it every day, and send SIGHUP. Without it, the server makes its own, and new ones every day.",
      valueName: "file"))
  var ticketKeyFile: String?

  func validate() throws {
    guard certificate.count == key.count, !certificate.isEmpty else {
      throw ValidationError("as many --key as --certificate are needed, and one at least")
    }
    guard tlsMin <= tlsMax else { throw ValidationError("--tls-min is newer than --tls-max") }
  }

  /// The keys that servers share; nil if there are none.
  func sharedTicketKeys() throws -> TLSTicketKeys? {
    guard let ticketKeyFile else { return nil }
    let file = SecretFile(ticketKeyFile, holding: "ticket key", mustBePrivate: true)
    return try TLSTicketKeys(file.bytes(count: TLSTicketKeys.count))
  }

  func context(_ tickets: TLSTicketKeys) throws(TLSError) -> TLSServerContext {
    let identities = zip(certificate, key).map { TLSIdentity.files(chain: $0, key: $1) }
    var configuration = TLSServerContext.Configuration(identities: identities)
    configuration.versions = tlsMin...tlsMax
    // The same keys after a reload, so that sessions go on being resumed; each says which certificate it began with.
    configuration.ticketKeys = tickets
    return try TLSServerContext(configuration)
  }
}

/// The TLS context for new connections, which SIGHUP replaces. Connections keep the one they began with.
final class ReloadableContext: Sendable {
  private let options: ServerTLSOptions
  private let state: Mutex<(context: TLSServerContext, tickets: TLSTicketKeys)>

  init(_ options: ServerTLSOptions) throws {
    self.options = options
    let tickets = try options.sharedTicketKeys() ?? .random()
    state = Mutex((try options.context(tickets), tickets))
  }

  /// Whether other servers have this one's ticket keys, so that it cannot change them by itself.
  var sharesTickets: Bool { options.ticketKeyFile != nil }

  var current: TLSServerContext { state.withLock { $0.context } }

  /// Reads the files anew. If they are not fit, the old context stays.
  ///
  /// - Parameter keepingTickets: whether sessions that were begun before can still be resumed, unless the shared keys
  ///   are others now.
  func reload(keepingTickets: Bool = true) throws {
    let tickets = try options.sharedTicketKeys() ?? (keepingTickets ? state.withLock { $0.tickets } : .random())
    let new = try options.context(tickets)
    state.withLock { $0 = (new, tickets) }
  }
}

/// Reads the certificates and shared ticket keys anew at SIGHUP, and takes new ticket keys of its own every day:
/// whoever gets hold of a ticket key can read the TLS 1.2 connections that were resumed with it.
struct CertificateReloading: Service {
  let contexts: ReloadableContext
  /// Trapped before the ports are announced: untrapped, SIGHUP would end the process.
  let hangUps: UnixSignalsSequence
  let logger: Logger

  func run() async throws {
    await withTaskGroup { group in
      group.addTask {
        for await _ in hangUps.cancelOnGracefulShutdown() {
          reload("the certificates were read anew", keepingTickets: true)
        }
      }
      group.addTask {
        guard !contexts.sharesTickets else { return }
        while (try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(86_400)) }) != nil {
          reload("new keys for session tickets", keepingTickets: false)
        }
      }
    }
  }

  private func reload(_ done: Logger.Message, keepingTickets: Bool) {
    do {
      try contexts.reload(keepingTickets: keepingTickets)
      logger.notice(done)
    } catch {
      logger.error("the new certificates are not fit, the old ones stay", metadata: ["reason": "\(reason(of: error))"])
    }
  }
}
