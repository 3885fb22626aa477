internal import CPassBindOpenSSL
public import PassBindCrypto

/// The keys that a server seals session tickets with (RFC 5077 section 4): 80 bytes, which nodes share so that each
/// resumes the others' sessions. Whoever has them can read recorded TLS 1.2 connections that used a ticket: make new
/// ones every day or so, and a new context with them.
public struct TLSTicketKeys: Sendable {
  /// How many bytes the keys have.
  public static let count = Int(PASSBIND_TICKET_KEY_COUNT)

  private let secret: SharedSecret

  /// Keys that another node uses too.
  ///
  /// - Throws: ``TLSError`` `invalidConfiguration` unless there are ``count`` bytes.
  public init(_ bytes: consuming SecretBytes) throws(TLSError) {
    guard bytes.count == Self.count else {
      throw TLSError(.invalidConfiguration, "ticket keys have \(Self.count) bytes, not \(bytes.count)")
    }
    secret = SharedSecret(bytes)
  }

  private init(shared: SharedSecret) { secret = shared }

  /// Fresh random keys.
  public static func random() -> TLSTicketKeys { TLSTicketKeys(shared: SharedSecret(.random(count: count))) }

  func apply(to context: OpaquePointer) throws(TLSError) {
    let ok = unsafe secret.withBytes { unsafe passbind_tls_context_set_ticket_keys(context, $0.baseAddress, $0.count) }
    guard ok == 1 else { throw TLSError(.invalidConfiguration, "cannot set ticket keys: \(openSSLReason())") }
  }
}
