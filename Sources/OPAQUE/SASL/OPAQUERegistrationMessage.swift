package import PassBindCrypto

/// The messages of a registration (REGISTRATION.md, "OPAQUE-R255") as values. Both ends of it are made of these, the
/// server's in another module.
package enum OPAQUERegistrationMessage {
  /// `client-1`: RegistrationRequest, 32 bytes.
  package struct Request {
    package let bytes: [UInt8]
  }

  /// `server-1`.
  package struct Response {
    /// RegistrationResponse, 64 bytes.
    package let bytes: [UInt8]
    package let stretching: KeyStretchingParameters
    /// How many notes follow: 16 at most.
    package let notes: Int
  }

  /// `client-2`: RegistrationRecord, 192 bytes.
  package struct Record {
    package let bytes: [UInt8]
  }

  /// `server-note`.
  package struct Note {
    package let name: String
    /// 1 to 4,200 bytes.
    package let sealed: [UInt8]
  }

  /// `client-note`.
  package struct ResealedNote {
    /// 1 to 4,200 bytes; nil for a note that stays as it is.
    package let sealed: [UInt8]?
  }
}
