internal import CPassBindOpenSSL
internal import PassBindCrypto
internal import PassBindSASL

/// The data of a binding, or why there is none.
private enum Binding {
  case data([UInt8])
  case absent(String)
}

extension ChannelBindings {
  /// The bindings of a connection whose handshake is finished. Whoever calls this has made sure of that: OpenSSL hands
  /// out values before.
  init(finished tls: OpaquePointer, isServer: Bool, version: TLSVersion, isResumed: Bool) {
    let isSecretBound = unsafe passbind_tls_is_secret_bound(tls) == 1
    let bindings: [(ChannelBindingType, Binding)] = unsafe [
      (.tlsExporter, exporter(tls, isSecretBound: isSecretBound)),
      (
        .tlsUnique,
        unique(tls, isServer: isServer, version: version, isResumed: isResumed, isSecretBound: isSecretBound)
      ),
      (.tlsServerEndPoint, endPoint(tls)),
    ]
    var available: [ChannelBinding] = []
    var unavailable: [ChannelBindingType: String] = [:]
    for (type, binding) in bindings {
      switch binding {
      case .data(let data):
        if let binding = ChannelBinding(type, data: data) {
          available.append(binding)
        } else {
          unavailable[type] = "OpenSSL gave no data"
        }
      case .absent(let reason): unavailable[type] = reason
      }
    }
    self.init(tlsVersion: version, isResumed: isResumed, available: available, unavailable: unavailable)
  }

  /// A connection whose handshake is not finished, which nothing can be bound to yet.
  static let unfinished = ChannelBindings(
    tlsVersion: nil,
    unavailable: [
      .tlsExporter: "the handshake is not finished", .tlsUnique: "the handshake is not finished",
      .tlsServerEndPoint: "the handshake is not finished",
    ])
}

// Without the extended master secret, somebody in the middle can give two connections the same keys and Finished
// messages: the triple handshake attack (RFC 7627 section 1).
private let secretNotBound = """
  TLS 1.2 without the extended master secret does not tie keys to their handshake (RFC 7627 section 5.4); \
  use TLS 1.3, or a peer that supports RFC 7627
  """

/// RFC 9266 section 2: 32 bytes, and a context of zero length, which on TLS 1.2 is not the same as none.
private func exporter(_ tls: OpaquePointer, isSecretBound: Bool) -> Binding {
  guard isSecretBound else { return .absent(secretNotBound) }
  var data = [UInt8](repeating: 0, count: 32)
  var span = data.mutableSpan
  guard unsafe export(from: tls, label: "EXPORTER-Channel-Binding", context: [], into: &span) else {
    return .absent("OpenSSL cannot export: \(openSSLReason())")
  }
  return .data(data)
}

/// RFC 5929 section 3.1: the first Finished message of the latest handshake, which the client sends in a full one and
/// the server in an abbreviated one.
private func unique(
  _ tls: OpaquePointer, isServer: Bool, version: TLSVersion, isResumed: Bool, isSecretBound: Bool
) -> Binding {
  // By version, not by whether OpenSSL returns something: on TLS 1.3 it returns a Finished message too.
  guard version == .tls12 else { return .absent("TLS 1.3 has no tls-unique (RFC 8446 appendix C.5); use tls-exporter") }
  guard isSecretBound else { return .absent(secretNotBound) }
  let isOwn = isResumed ? isServer : !isServer
  var data = [UInt8](repeating: 0, count: 64)
  let count = unsafe data.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return 0 }
    return unsafe passbind_tls_finished(tls, isOwn ? 1 : 0, base)
  }
  // RFC 5246 section 7.4.9: verify_data has 12 bytes in every cipher suite that we offer.
  guard count == 12 else { return .absent("the Finished message has \(count) bytes, not 12") }
  return .data(Array(data.prefix(12)))
}

/// RFC 5929 section 4.1.
private func endPoint(_ tls: OpaquePointer) -> Binding {
  var data = [UInt8](repeating: 0, count: Int(PASSBIND_END_POINT_CAPACITY))
  var count = 0
  let result = unsafe data.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return PASSBIND_END_POINT_UNKNOWN.rawValue }
    return unsafe passbind_tls_end_point(tls, base, &count)
  }
  let content = data.prefix(count)
  switch result {
  case PASSBIND_END_POINT_DEFINED.rawValue: return .data(Array(content))
  case PASSBIND_END_POINT_UNDEFINED.rawValue:
    return .absent(
      """
      the certificate is signed with \(String(decoding: content, as: UTF8.self)), for which RFC 5929 section 4.1 defines no \
      hash; have it signed with RSA or ECDSA and SHA-256, SHA-384 or SHA-512
      """)
  default: return .absent("the resumed session does not say which certificate it began with")
  }
}

/// Exports keying material into `out`; false if OpenSSL cannot. No context and a context of no bytes differ on TLS 1.2.
func export(
  from tls: OpaquePointer, label: String, context: [UInt8]?, into out: inout MutableSpan<UInt8>
) -> Bool {
  let label = Array(label.utf8)
  return unsafe out.withUnsafeMutableBufferPointer { out in
    unsafe label.withUnsafeBufferPointer { label in
      unsafe (context ?? []).withUnsafeBufferPointer { bytes in
        unsafe passbind_tls_export(
          tls, label.baseAddress, label.count, context == nil ? 0 : 1, bytes.baseAddress, bytes.count, out.baseAddress,
          out.count) == 1
      }
    }
  }
}
