internal import PassBindCrypto
internal import PassBindSASL

/// What a request asks for, as far as it is understood here.
struct RequestTerms: Sendable {
  /// In the order of the requester's preference; of a peer's request possibly none.
  let signatureSchemes: [SignatureScheme]
  let serverName: String?
  /// Names in DER; none where the request does not say.
  let certificateAuthorities: [[UInt8]]
  /// What a Certificate may hold.
  let kinds: Set<AuthenticatorExtension.Kind>

  /// The terms of a spontaneous authenticator: signature schemes of the ClientHello, and of its extensions none.
  init(spontaneous signatureSchemes: [SignatureScheme]) {
    self.signatureSchemes = signatureSchemes
    serverName = nil
    certificateAuthorities = []
    kinds = []
  }
}

extension RequestTerms {
  /// Of a request that obeys RFC 9261 section 4 and RFC 8446 section 4.3.2; what is not known here is ignored.
  init(_ message: RequestMessage) throws(ExportedAuthenticatorError) {
    let isServers = message.type == .certificateRequest
    kinds = try message.extensions.kinds { !$0.isOutOfPlace(inRequestByServer: isServers) }
    let extensions = message.extensions
    guard let schemes = extensions[.signatureAlgorithms] else {
      throw ExportedAuthenticatorError(.illegalParameter, "the request names no signature schemes")
    }
    signatureSchemes = try schemes.signatureSchemes()
    // Optional.map would not carry the error's type.
    if let item = extensions[.serverName] { serverName = try item.hostName() } else { serverName = nil }
    if let item = extensions[.certificateAuthorities] {
      certificateAuthorities = try item.distinguishedNames()
    } else {
      certificateAuthorities = []
    }
  }

  /// A Certificate that answers such a request, with at least one entry (RFC 8446 section 4.4.2, RFC 9261 section
  /// 5.2.1).
  func check(_ certificate: CertificateMessage) throws(ExportedAuthenticatorError) {
    // Who has no certificate sends Finished alone (RFC 9261 section 6).
    guard !certificate.entries.isEmpty else {
      throw ExportedAuthenticatorError(.illegalParameter, "the list of certificates is empty")
    }
    for entry in certificate.entries {
      _ = try entry.extensions.kinds { !$0.isOutOfPlaceInCertificate && kinds.contains($0) }
    }
  }

  /// The scheme of a CertificateVerify, which the request has to name (RFC 9261 section 5.2.2).
  func scheme(of verify: CertificateVerifyMessage) throws(ExportedAuthenticatorError) -> SignatureScheme {
    guard let scheme = SignatureScheme(rawValue: verify.algorithm), signatureSchemes.contains(scheme) else {
      throw ExportedAuthenticatorError(
        .illegalParameter, "signature scheme \(verify.algorithm) was not asked for")
    }
    return scheme
  }
}

extension [AuthenticatorExtension] {
  subscript(kind: AuthenticatorExtension.Kind) -> AuthenticatorExtension? { first { $0.kind == kind } }

  /// The kinds, none of them twice (RFC 8446 section 4.2), and all of them permitted.
  func kinds(
    permitted: (AuthenticatorExtension.Kind) -> Bool
  ) throws(ExportedAuthenticatorError) -> Set<AuthenticatorExtension.Kind> {
    var kinds: Set<AuthenticatorExtension.Kind> = []
    for item in self {
      guard kinds.insert(item.kind).inserted else {
        throw ExportedAuthenticatorError(.illegalParameter, "extension \(item.kind.rawValue) is there twice")
      }
      guard permitted(item.kind) else {
        throw ExportedAuthenticatorError(.illegalParameter, "extension \(item.kind.rawValue) may not stand here")
      }
    }
    return kinds
  }
}

extension AuthenticatorExtension.Kind {
  /// RFC 8446 section 4.2: an extension that is known, and not for this message, is an error. RFC 9261 section 4 lets
  /// server_name into a client's request.
  func isOutOfPlace(inRequestByServer isServers: Bool) -> Bool {
    self == .serverName ? isServers : Self.neverInRequests.contains(rawValue)
  }

  /// The same for Certificate, which of these may hold status_request and signed_certificate_timestamp.
  var isOutOfPlaceInCertificate: Bool {
    switch self {
    case .serverName, .signatureAlgorithms, .certificateAuthorities, .oidFilters, .signatureAlgorithmsCert: true
    default: Self.neverInRequests.contains(rawValue)
    }
  }

  /// The extensions of RFC 8446 section 4.2 that go into neither message: max_fragment_length, supported_groups,
  /// use_srtp, heartbeat, ALPN, the two certificate types, padding, pre_shared_key, early_data, supported_versions,
  /// cookie, psk_key_exchange_modes, post_handshake_auth, key_share.
  private static let neverInRequests: Set<UInt16> = [1, 10, 14, 15, 16, 19, 20, 21, 41, 42, 43, 44, 45, 49, 51]
}

/// A host name as server_name has it: labels of ASCII letters, digits, `-` and `_`, and no IP address (RFC 6066 section
/// 3).
func isHostName(_ name: String) -> Bool {
  let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  let isLegal = labels.allSatisfy { label in
    (1...63).contains(label.count) && label.allSatisfy { $0.isLetterOrDigit(or: "-_") }
  }
  // RFC 1123 section 2.1: no top-level label is all digits, so that no name looks like an address.
  let isAddress = labels.last?.allSatisfy(\.isDigit) ?? true
  return isLegal && !isAddress && (1...253).contains(name.utf8.count)
}
