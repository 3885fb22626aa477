internal import CPassBindOpenSSL
internal import PassBindCrypto
public import PassBindSASL

/// A version of TLS that PassBind speaks.
public typealias TLSVersion = ChannelBindings.TLSVersion

/// Owns OpenSSL's SSL_CTX, which any number of threads may make connections from once it is set up.
@safe final class ContextOwner: @unchecked Sendable {
  // Unchecked Sendable: nothing writes to the context after the initialisers of the two context types.
  let pointer: OpaquePointer

  init(isServer: Bool, _ settings: passbind_tls_settings) throws(TLSError) {
    var settings = settings
    guard let pointer = unsafe passbind_tls_context_new(isServer ? 1 : 0, &settings) else {
      throw TLSError(.invalidConfiguration, "cannot make a TLS context: \(openSSLReason())")
    }
    unsafe self.pointer = pointer
  }

  deinit { unsafe passbind_tls_context_free(pointer) }
}

extension passbind_tls_settings {
  init(versions: ClosedRange<TLSVersion>, tests: TLSTestSettings) {
    self.init()
    minimum_version = versions.lowerBound.rawValue
    maximum_version = versions.upperBound.rawValue
    security_level = Int32(tests.securityLevel)
    no_extended_master_secret = tests.extendedMasterSecret ? 0 : 1
    no_tickets = tests.tickets ? 0 : 1
    sha256_suite = tests.sha256Suite ? 1 : 0
  }
}

/// What only tests change.
package struct TLSTestSettings: Sendable {
  /// False: as an end that has never heard of RFC 7627.
  package var extendedMasterSecret = true
  /// False: neither takes nor gives tickets.
  package var tickets = true
  /// True: on TLS 1.3 a cipher suite with SHA-256, where OpenSSL would take one with SHA-384.
  package var sha256Suite = false
  /// OpenSSL's security level; 2 keeps RSA under 2048 bits and SHA-1 signatures out.
  package var securityLevel = 2
  /// A client asks for these signatures alone, by OpenSSL's names with colons between them.
  package var signatures: String?

  package init() {}
}
