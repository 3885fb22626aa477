internal import CPassBindOpenSSL
public import PassBindSASL

/// What a server's connections have in common: certificates, versions, resumption. Immutable: to change a certificate
/// or rotate ticket keys, make a new context and use it for new connections.
///
/// TLS 1.2 and 1.3 with forward secrecy and AEAD; no renegotiation, early data or compression.
public final class TLSServerContext: Sendable {
  /// How sessions are kept for resumption.
  public enum Resumption: Sendable {
    /// Every handshake is a full one.
    case off
    /// With the client, in tickets: the server remembers nothing (RFC 5077, RFC 8446 section 4.6.1).
    case tickets
    /// In the memory of this context, at most so many sessions; never in tickets.
    case memory(Int)
    /// In tickets, and in memory for TLS 1.2 clients that know no tickets.
    case ticketsAndMemory(Int)
  }

  /// The settings of a context.
  public struct Configuration: Sendable {
    /// At least one; with several (RSA and ECDSA, say), each client is shown the one that it can check.
    public var identities: [TLSIdentity]
    /// The versions on offer.
    public var versions: ClosedRange<TLSVersion> = .tls12 ... .tls13
    /// How sessions are kept; tickets by default.
    public var resumption = Resumption.tickets
    /// The keys of the tickets; nil for keys of this context's own.
    public var ticketKeys: TLSTicketKeys?
    /// 1 to 32 bytes that say which sessions the server takes back. Nodes that share ticket keys share them too;
    /// services that must not take each other's sessions have different ones.
    public var sessionIDContext = [UInt8]("passbind".utf8)
    package var tests = TLSTestSettings()

    /// The defaults, with these identities.
    public init(identities: [TLSIdentity]) { self.identities = identities }
  }

  let owner: ContextOwner

  /// Reads the identities and makes a context.
  ///
  /// - Throws: ``TLSError`` `invalidConfiguration`.
  public init(_ configuration: Configuration) throws(TLSError) {
    guard !configuration.identities.isEmpty else {
      throw TLSError(.invalidConfiguration, "a server needs at least one certificate")
    }
    var settings = passbind_tls_settings(versions: configuration.versions, tests: configuration.tests)
    switch configuration.resumption {
    case .off: settings.no_resumption = 1
    case .tickets: break
    case .memory(let limit):
      settings.no_tickets = 1
      settings.cached_sessions = UInt32(clamping: limit)
    case .ticketsAndMemory(let limit): settings.cached_sessions = UInt32(clamping: limit)
    }
    owner = try ContextOwner(isServer: true, settings)
    for identity in configuration.identities { try unsafe identity.add(to: owner.pointer) }
    try unsafe configuration.ticketKeys?.apply(to: owner.pointer)
    let set = unsafe configuration.sessionIDContext.withUnsafeBufferPointer {
      unsafe passbind_tls_context_set_id_context(owner.pointer, $0.baseAddress, $0.count)
    }
    guard set == 1 else {
      throw TLSError(
        .invalidConfiguration, "a session ID context has 1 to 32 bytes, not \(configuration.sessionIDContext.count)")
    }
  }
}
