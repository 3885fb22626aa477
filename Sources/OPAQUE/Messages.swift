package import PassBindRistretto

/// One field of a message: its name in RFC 9807, for errors, and the bytes it takes.
package struct Field: Sendable {
  package let name: String
  package let range: Range<Int>

  package init(_ name: String, _ range: Range<Int>) {
    self.name = name
    self.range = range
  }
}

/// The bytes of one of the RFC's messages, of which none has a length that varies: 32 bytes for an element, a scalar or
/// a nonce, 64 for a hash or a MAC. Whatever is longer or shorter is refused (RFC 9807 section 9.3).
package protocol FixedLayout {
  static var name: String { get }
  static var count: Int { get }
}

/// A message of the right length; what its fields hold is checked where they are used.
package struct Message<Layout: FixedLayout>: Sendable {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) throws(OPAQUEError) {
    guard bytes.count == Layout.count else {
      throw OPAQUEError(.wrongLength, "\(Layout.name) has \(bytes.count) bytes where \(Layout.count) are wanted")
    }
    self.bytes = bytes
  }

  package subscript(field: Field) -> ArraySlice<UInt8> { bytes[field.range] }

  /// The element in a field, which is not the identity (RFC 9807 section 10.7).
  package func element(
    _ field: Field, elseThrow code: OPAQUEError.Code = .invalidElement
  ) throws(OPAQUEError) -> RistrettoPoint {
    do throws(RistrettoError) {
      return try RistrettoPoint(decoding: bytes.span.extracting(field.range))
    } catch {
      throw OPAQUEError(code, "\(field.name) of \(Layout.name): \(error.reason)")
    }
  }

  /// The elements in two fields, decoded faster than one by one.
  func elements(_ a: Field, _ b: Field) throws(OPAQUEError) -> (RistrettoPoint, RistrettoPoint) {
    do throws(RistrettoError) {
      return try RistrettoPoint.decode(bytes.span.extracting(a.range), and: bytes.span.extracting(b.range))
    } catch {
      _ = try element(a)  // says which of the two it was
      _ = try element(b)
      throw OPAQUEError(.invalidElement, "\(Layout.name): \(error.reason)")
    }
  }
}

/// RegistrationRequest (section 5.1).
package enum RegistrationRequest: FixedLayout {
  package static let name = "RegistrationRequest"
  package static let count = 32
  package static let blindedMessage = Field("blinded_message", 0..<32)
}

/// RegistrationResponse (section 5.1).
package enum RegistrationResponse: FixedLayout {
  package static let name = "RegistrationResponse"
  package static let count = 64
  package static let evaluatedMessage = Field("evaluated_message", 0..<32)
  package static let serverPublicKey = Field("server_public_key", 32..<64)
}

/// RegistrationRecord (section 5.1).
package enum RegistrationRecord: FixedLayout {
  package static let name = "RegistrationRecord"
  package static let count = 192
  package static let clientPublicKey = Field("client_public_key", 0..<32)
  package static let maskingKey = Field("masking_key", 32..<96)
  package static let envelope = Field("envelope", 96..<192)
}

/// Envelope (section 4.1.1), which is never sent by itself.
enum EnvelopeLayout {
  static let nonce = Field("envelope_nonce", 0..<32)
  static let authTag = Field("auth_tag", 32..<96)
}

/// CredentialResponse (section 6.3.2.2): what KE2 begins with, and what any other key exchange sends too.
package enum CredentialResponse: FixedLayout {
  package static let name = "CredentialResponse"
  package static let count = 192
  package static let evaluatedMessage = Field("evaluated_message", 0..<32)
  package static let maskingNonce = Field("masking_nonce", 32..<64)
  package static let maskedResponse = Field("masked_response", 64..<192)
}

/// KE1: CredentialRequest and AuthRequest (sections 6.1 and 6.3.1).
enum KE1: FixedLayout {
  static let name = "KE1"
  static let count = 96
  static let blindedMessage = Field("blinded_message", 0..<32)
  static let clientNonce = Field("client_nonce", 32..<64)
  static let clientPublicKeyshare = Field("client_public_keyshare", 64..<96)
}

/// KE2: CredentialResponse and AuthResponse (sections 6.1 and 6.3.1).
enum KE2: FixedLayout {
  static let name = "KE2"
  static let count = 320
  static let evaluatedMessage = Field("evaluated_message", 0..<32)
  static let maskingNonce = Field("masking_nonce", 32..<64)
  static let maskedResponse = Field("masked_response", 64..<192)
  static let serverNonce = Field("server_nonce", 192..<224)
  static let serverPublicKeyshare = Field("server_public_keyshare", 224..<256)
  static let serverMAC = Field("server_mac", 256..<320)
  /// All but the MAC: what the preamble takes from it.
  static let inPreamble = Field("KE2 without server_mac", 0..<256)
}

/// KE3: client_mac alone (section 6.1).
enum KE3: FixedLayout {
  static let name = "KE3"
  static let count = 64
}
