/// An extension of a request or of a certificate (RFC 8446 section 4.2).
public struct AuthenticatorExtension: Hashable, Sendable {
  /// The number of a kind of extension, as registered with IANA.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: UInt16

    /// A kind by its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Which of the server's names is asked for (RFC 6066 section 3); in a client's request alone.
    public static let serverName = Kind(rawValue: 0)
    /// An OCSP response (RFC 8446 section 4.4.2.1).
    public static let statusRequest = Kind(rawValue: 5)
    /// The signature schemes that are understood (RFC 8446 section 4.2.3).
    public static let signatureAlgorithms = Kind(rawValue: 13)
    /// Signed certificate timestamps (RFC 6962 section 3.3).
    public static let signedCertificateTimestamp = Kind(rawValue: 18)
    /// Authorities that are known (RFC 8446 section 4.2.4).
    public static let certificateAuthorities = Kind(rawValue: 47)
    /// What a client's certificate has to say (RFC 8446 section 4.2.5).
    public static let oidFilters = Kind(rawValue: 48)
    /// The signature schemes that are understood in certificates (RFC 8446 section 4.2.3).
    public static let signatureAlgorithmsCert = Kind(rawValue: 50)
  }

  /// What kind of extension this is.
  public let kind: Kind
  /// Its content, at most 65,535 bytes.
  public let data: [UInt8]

  /// An extension.
  public init(_ kind: Kind, data: [UInt8]) {
    self.kind = kind
    self.data = data
  }
}
