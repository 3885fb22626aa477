public import PassBindTLS
internal import Synchronization

/// The one ``ExportedAuthenticators`` of a connection, for all that use it in turn: several logins, an exchange that
/// waits for the peer.
public final class ConnectionAuthenticators: Sendable {
  private let authenticators: Mutex<ExportedAuthenticators>

  /// Takes a connection's authenticators over.
  public init(_ authenticators: consuming ExportedAuthenticators) { self.authenticators = Mutex(authenticators) }

  /// The authenticators of a connection.
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `unavailable`; see ``ExportedAuthenticators/init(_:)``.
  public convenience init(_ engine: TLSEngine) throws(ExportedAuthenticatorError) {
    self.init(try ExportedAuthenticators(engine))
  }

  /// Uses the authenticators, while nobody else does.
  ///
  /// - Throws: what `body` throws.
  public func use<Result: ~Copyable & Sendable>(
    _ body: (inout ExportedAuthenticators) throws(ExportedAuthenticatorError) -> Result
  ) throws(ExportedAuthenticatorError) -> Result {
    try authenticators.withLock { value throws(ExportedAuthenticatorError) in try body(&value) }
  }
}
