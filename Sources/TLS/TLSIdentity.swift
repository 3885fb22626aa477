internal import CPassBindOpenSSL
public import PassBindCrypto

/// A certificate chain, leaf first, and the private key of the leaf, both PEM. The key is not encrypted: nobody is
/// asked for a passphrase. Read when the context is made.
public struct TLSIdentity: Sendable {
  private enum Source: Sendable {
    case files(chain: String, key: String)
    case pem(chain: [UInt8], key: SharedSecret)
  }

  private let source: Source

  /// An identity in two files, which may be the same file.
  public static func files(chain: String, key: String) -> TLSIdentity {
    TLSIdentity(source: .files(chain: chain, key: key))
  }

  /// An identity in memory.
  public static func pem(chain: [UInt8], key: consuming SecretBytes) -> TLSIdentity {
    TLSIdentity(source: .pem(chain: chain, key: SharedSecret(key)))
  }

  func add(to context: OpaquePointer) throws(TLSError) {
    switch source {
    case .files(let chain, let key):
      guard isPath(chain), isPath(key), unsafe passbind_tls_context_add_identity_files(context, chain, key) == 1 else {
        throw TLSError(.invalidConfiguration, "cannot use certificate \(chain) with key \(key): \(openSSLReason())")
      }
    case .pem(let chain, let key):
      let added = unsafe key.withBytes { key in
        unsafe chain.withUnsafeBufferPointer { chain in
          unsafe passbind_tls_context_add_identity(context, chain.baseAddress, chain.count, key.baseAddress, key.count)
        }
      }
      guard added == 1 else {
        throw TLSError(.invalidConfiguration, "cannot use the certificate with its key: \(openSSLReason())")
      }
    }
  }
}

extension SharedSecret {
  func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    // A span of a class's property would outlive the access to it; one of a borrowed parameter does not.
    func borrow(_ secret: borrowing SecretBytes) -> R {
      unsafe secret.span.withUnsafeBufferPointer { unsafe body($0) }
    }
    return borrow(bytes)
  }
}
