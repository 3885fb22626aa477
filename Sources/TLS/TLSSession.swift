internal import CPassBindOpenSSL
internal import PassBindCrypto

/// What a client keeps of a connection so that the next one to the same host is cheaper. It holds keys: it lives in
/// memory only, and is good for the context and the host that it came from.
@safe public final class TLSSession: @unchecked Sendable {
  // Unchecked Sendable: nothing writes to the session, which is copied on its way in and out.
  private let pointer: OpaquePointer
  private let purpose: [UInt8]

  init?(copyingFrom tls: OpaquePointer, purpose: [UInt8]) {
    guard let pointer = unsafe passbind_tls_session_copy(tls) else { return nil }
    unsafe self.pointer = pointer
    self.purpose = purpose
  }

  deinit { unsafe passbind_tls_session_free(pointer) }

  /// Offers the session in a handshake to come, if it was made for the same purpose.
  func offer(to tls: OpaquePointer, purpose: [UInt8]) throws(TLSError) {
    guard purpose == self.purpose else { return }
    guard unsafe passbind_tls_session_offer(tls, pointer) == 1 else {
      throw TLSError(.invalidConfiguration, "cannot offer the session: \(openSSLReason())")
    }
  }

  /// How many bytes of early data the server announced that it takes.
  package var maximumEarlyData: Int { unsafe Int(passbind_tls_session_early_data(pointer)) }
}
