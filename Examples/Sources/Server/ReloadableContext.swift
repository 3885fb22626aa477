internal import ArgumentParser
internal import ExampleSupport
internal import Logging
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

  func validate() throws {
    guard certificate.count == key.count, !certificate.isEmpty else {
      throw ValidationError("as many --key as --certificate are needed, and one at least")
    }
    guard tlsMin <= tlsMax else { throw ValidationError("--tls-min is newer than --tls-max") }
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
  private let tickets = TLSTicketKeys.random()
  private let state: Mutex<TLSServerContext>

  init(_ options: ServerTLSOptions) throws(TLSError) {
    self.options = options
    state = Mutex(try options.context(tickets))
  }

  var current: TLSServerContext { state.withLock { $0 } }

  /// Reads the files anew. If they are not fit, the old context stays.
  func reload() throws(TLSError) {
    let new = try options.context(tickets)
    state.withLock { $0 = new }
  }
}

/// Reads the certificates anew at SIGHUP.
struct CertificateReloading: Service {
  let contexts: ReloadableContext
  /// Trapped before the ports are announced: untrapped, SIGHUP would end the process.
  let hangUps: UnixSignalsSequence
  let logger: Logger

  func run() async throws {
    for await _ in hangUps.cancelOnGracefulShutdown() {
      do throws(TLSError) {
        try contexts.reload()
        logger.notice("the certificates were read anew")
      } catch {
        logger.error("the new certificates are not fit, the old ones stay", metadata: ["reason": "\(error.reason)"])
      }
    }
  }
}
