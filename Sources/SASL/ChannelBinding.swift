/// The name of a kind of channel binding, as in the IANA registry of RFC 5056: letters, digits, `.` and `-`.
public struct ChannelBindingType: Hashable, Sendable, CustomStringConvertible {
  /// The registered name.
  public let name: String

  /// A type by its registered name; nil where the name is not `1*(ALPHA / DIGIT / "." / "-")` (RFC 5801 section 4) or
  /// longer than 64 bytes.
  public init?(_ name: some StringProtocol) {
    guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy({ $0.isLetterOrDigit(or: ".-") }) else { return nil }
    self.name = String(name)
  }

  private init(registered name: String) { self.name = name }

  /// 32 bytes exported from the TLS connection (RFC 9266): the strongest, and the only one that is defined for TLS 1.3
  /// (RFC 8446 appendix C.5).
  public static let tlsExporter = ChannelBindingType(registered: "tls-exporter")
  /// The first Finished message of a TLS 1.2 handshake (RFC 5929 section 3).
  public static let tlsUnique = ChannelBindingType(registered: "tls-unique")
  /// The hash of the server's certificate (RFC 5929 section 4): survives a TLS terminator that holds the same
  /// certificate, and therefore also a thief who holds its key.
  public static let tlsServerEndPoint = ChannelBindingType(registered: "tls-server-end-point")

  /// Strongest first: what a client or server prefers unless it is told otherwise.
  public static let preferred: [ChannelBindingType] = [.tlsExporter, .tlsUnique, .tlsServerEndPoint]

  /// The registered name.
  public var description: String { name }
}

/// One channel binding of one connection: a type and its data, which is never empty.
///
/// The data is not secret towards the peer, but whoever sees it learns what only the two ends of the connection know:
/// do not log it. It prints as its type alone.
public struct ChannelBinding: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// What kind of binding this is.
  public let type: ChannelBindingType
  /// The binding's bytes: 32 for tls-exporter, 12 for tls-unique, a digest for tls-server-end-point.
  public let data: [UInt8]

  /// A binding; nil if there is no data, since empty data would match any other peer that failed to get its own.
  public init?(_ type: ChannelBindingType, data: [UInt8]) {
    guard !data.isEmpty else { return nil }
    self.type = type
    self.data = data
  }

  /// The type and how many bytes there are; never the data.
  public var description: String { "\(type), \(data.count) bytes" }

  /// As ``description``: a dump shows no data either.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// All that one finished handshake says about binding: each type's data, or why there is none. Immutable: it is made
/// once, when the handshake is finished, and holds for the life of the connection.
public struct ChannelBindings: Sendable, Equatable {
  /// The version of TLS that was negotiated.
  public enum TLSVersion: UInt16, Sendable, Comparable, CustomStringConvertible {
    /// TLS 1.2 (RFC 5246).
    case tls12 = 0x0303
    /// TLS 1.3 (RFC 8446).
    case tls13 = 0x0304

    /// `1.2` or `1.3`.
    public var description: String { self == .tls12 ? "1.2" : "1.3" }

    /// Older is less.
    public static func < (a: TLSVersion, b: TLSVersion) -> Bool { a.rawValue < b.rawValue }
  }

  /// The TLS version; nil where the connection has no TLS.
  public let tlsVersion: TLSVersion?
  /// Whether the handshake resumed an earlier session.
  public let isResumed: Bool
  /// What this connection can be bound by, strongest first.
  public let available: [ChannelBinding]
  /// Why a type is absent, in a sentence for a log.
  public let unavailable: [ChannelBindingType: String]

  /// The bindings of a connection.
  ///
  /// - Parameters:
  ///   - tlsVersion: nil where there is no TLS.
  ///   - isResumed: whether the handshake resumed an earlier session.
  ///   - available: at most one binding of each type; put in order of preference here.
  ///   - unavailable: for each type that is absent, why.
  public init(
    tlsVersion: TLSVersion?, isResumed: Bool = false, available: [ChannelBinding] = [],
    unavailable: [ChannelBindingType: String] = [:]
  ) {
    self.tlsVersion = tlsVersion
    self.isResumed = isResumed
    let rank = { (type: ChannelBindingType) in ChannelBindingType.preferred.firstIndex(of: type) ?? .max }
    self.available = available.sorted { rank($0.type) < rank($1.type) }
    self.unavailable = unavailable
  }

  /// A connection without TLS, which nothing can be bound to.
  public static let none = ChannelBindings(tlsVersion: nil)

  /// The binding of a type, if this connection has it.
  public subscript(type: ChannelBindingType) -> ChannelBinding? { available.first { $0.type == type } }
}
