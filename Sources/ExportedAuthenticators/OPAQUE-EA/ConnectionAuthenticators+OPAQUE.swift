internal import PassBindCrypto
internal import PassBindOPAQUE

// The steps of RFC 9261 that OPAQUE-EA takes, with OPAQUE's errors.

extension ConnectionAuthenticators {
  func receiveRequest(_ bytes: [UInt8]) throws(OPAQUEError) -> ReceivedAuthenticatorRequest {
    try authenticating { () throws(ExportedAuthenticatorError) in
      try use { value throws(ExportedAuthenticatorError) in try value.receiveRequest(bytes) }
    }
  }

  func open(
    _ bytes: [UInt8], for request: consuming AuthenticatorRequest
  ) throws(OPAQUEError) -> FinishedAuthenticator {
    var request: AuthenticatorRequest? = request
    do throws(ExportedAuthenticatorError) {
      return try use { value throws(ExportedAuthenticatorError) in
        guard let request = request.take() else { throw usedUp }
        return try value.open(bytes, for: request)
      }
    } catch {
      throw OPAQUEError(error)
    }
  }

  func authenticate(
    _ request: consuming ReceivedAuthenticatorRequest, _ entry: CertificateEntry, signing key: SigningKey
  ) throws(OPAQUEError) -> [UInt8] {
    var request: ReceivedAuthenticatorRequest? = request
    do throws(ExportedAuthenticatorError) {
      return try use { value throws(ExportedAuthenticatorError) in
        guard let request = request.take() else { throw usedUp }
        return try value.authenticate(request, [entry], signing: key)
      }
    } catch {
      throw OPAQUEError(error)
    }
  }
}

/// A closure can't consume what it captures, so that what it takes has to be optional.
private let usedUp = ExportedAuthenticatorError(.invalidConfiguration, "the request is used up")

extension AuthenticatorRequest.Parameters {
  /// A request of OPAQUE-EA: Ed25519 alone, and these extensions.
  init(opaque extensions: [AuthenticatorExtension], context: [UInt8]) {
    self.context = context
    signatureSchemes = [.ed25519]
    self.extensions = extensions
  }
}

extension AuthenticatorExtension {
  /// Whom the client wants to act as.
  static func authorizationIdentity(_ name: String) throws(OPAQUEError) -> AuthenticatorExtension {
    let bytes = Array(name.utf8)
    _ = try eaName(bytes)
    return try authenticating { () throws(ExportedAuthenticatorError) in
      try AuthenticatorExtension(.opaqueAuthorizationIdentity, name: bytes)
    }
  }
}
