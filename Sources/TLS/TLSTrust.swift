internal import CPassBindOpenSSL
internal import PassBindCrypto

/// Whose certificates a client believes.
public enum TLSTrust: Sendable {
  /// The system's authorities.
  case system
  /// The authorities in a PEM file.
  case file(String)
  /// The authorities in a PEM text.
  case pem([UInt8])
  /// Any certificate at all: whoever sits on the wire can be the server. Channel binding then is the only protection
  /// left.
  case dangerouslyUnverified

  var isVerified: Bool {
    if case .dangerouslyUnverified = self { false } else { true }
  }

  func apply(to context: OpaquePointer) throws(TLSError) {
    unsafe passbind_tls_context_verify(context, isVerified ? 1 : 0)
    switch self {
    case .system:
      guard unsafe passbind_tls_context_trust_system(context) == 1 else {
        throw TLSError(.invalidConfiguration, "cannot load the system's authorities: \(openSSLReason())")
      }
    case .file(let path):
      guard isPath(path), unsafe passbind_tls_context_trust_file(context, path) == 1 else {
        throw TLSError(.invalidConfiguration, "cannot load authorities from \(path): \(openSSLReason())")
      }
    case .pem(let bytes):
      let ok = unsafe bytes.withUnsafeBufferPointer {
        unsafe passbind_tls_context_trust(context, $0.baseAddress, $0.count)
      }
      guard ok == 1 else {
        throw TLSError(.invalidConfiguration, "cannot load authorities from memory: \(openSSLReason())")
      }
    case .dangerouslyUnverified: break
    }
  }
}

/// C would take a path with a NUL for a shorter one.
func isPath(_ path: String) -> Bool { !path.isEmpty && !path.utf8.contains(0) }
