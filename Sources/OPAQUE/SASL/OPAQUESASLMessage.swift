internal import PassBindCrypto
internal import PassBindSASL

/// The messages of OPAQUE-R255 (OPAQUE-R255.md, "Messages") as values.
public enum OPAQUESASLMessage {
  /// The longest message that is read, in bytes: 8 KiB.
  public static let maximumCount = 8192

  /// `client-first`.
  struct ClientFirst {
    let header: GS2Header
    /// The user's name, unescaped.
    let user: String
    /// KE1, 96 bytes.
    let ke1: [UInt8]
  }

  /// `server-first`.
  struct ServerFirst {
    /// KE2, 320 bytes.
    let ke2: [UInt8]
    let stretching: KeyStretchingParameters
  }

  /// `client-final`.
  struct ClientFinal {
    /// KE3, 64 bytes.
    let ke3: [UInt8]
  }
}
