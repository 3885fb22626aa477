/// The GS2 header (RFC 5801 section 4) that opens the first message of SCRAM and OPAQUE: what the client says about
/// channel binding, and whom it wants to act as.
public struct GS2Header: Hashable, Sendable {
  /// `gs2-cb-flag`: what the client says about channel binding.
  public enum BindingFlag: Hashable, Sendable {
    /// `n`: the client does not bind.
    case unsupported
    /// `y`: the client could bind, but the server offered no mechanism that does. A server that did offer one knows
    /// from this that somebody took it off the list.
    case notOffered
    /// `p=`: the client binds, by this type.
    case required(ChannelBindingType)
  }

  /// What the client says about channel binding.
  public let flag: BindingFlag
  /// Whom the client wants to act as; nil means itself.
  public let authorizationIdentity: String?
  /// The header as it travels, up to and with its second comma.
  public let bytes: [UInt8]

  /// A header to send.
  ///
  /// - Throws: ``SASLError`` `invalidName` or `tooLong` for the authorization identity.
  public init(_ flag: BindingFlag, authorizationIdentity: String? = nil) throws(SASLError) {
    self.flag = flag
    self.authorizationIdentity = authorizationIdentity
    var bytes: [UInt8]
    switch flag {
    case .unsupported: bytes = [UInt8(ascii: "n")]
    case .notOffered: bytes = [UInt8(ascii: "y")]
    case .required(let type): bytes = Array("p=".utf8) + Array(type.name.utf8)
    }
    bytes.append(UInt8(ascii: ","))
    if let authorizationIdentity { bytes += Array("a=".utf8) + (try SASLName.escape(authorizationIdentity)) }
    self.bytes = bytes + [UInt8(ascii: ",")]
  }

  /// Reads the header at the start of a received message.
  ///
  /// - Parameter message: the whole message; on return, what follows the header.
  /// - Throws: ``SASLError`` `invalidHeader` outside the grammar, also for the `F` flag of GSS-API mechanisms that are
  ///   not framed, which none here is; `invalidName` or `tooLong` for the authorization identity.
  public init(parsing message: inout ArraySlice<UInt8>) throws(SASLError) {
    let flagField = try Self.field(&message)
    switch flagField {
    case [UInt8(ascii: "n")]: flag = .unsupported
    case [UInt8(ascii: "y")]: flag = .notOffered
    case _ where flagField.starts(with: Array("p=".utf8)):
      guard let type = ChannelBindingType(String(decoding: flagField.dropFirst(2), as: UTF8.self)) else {
        throw SASLError(.invalidHeader, "the channel binding's name is malformed")
      }
      flag = .required(type)
    default: throw SASLError(.invalidHeader, "the header must open with n, y or p=")
    }
    let identityField = try Self.field(&message)
    if identityField.isEmpty {
      authorizationIdentity = nil
    } else {
      guard identityField.starts(with: Array("a=".utf8)) else {
        throw SASLError(.invalidHeader, "only an authorization identity may stand between the header's commas")
      }
      authorizationIdentity = try SASLName.unescape(identityField.dropFirst(2))
    }
    bytes = flagField + [UInt8(ascii: ",")] + identityField + [UInt8(ascii: ",")]
  }

  private static func field(_ message: inout ArraySlice<UInt8>) throws(SASLError) -> ArraySlice<UInt8> {
    guard let comma = message.firstIndex(of: UInt8(ascii: ",")) else {
      throw SASLError(.invalidHeader, "the header must have two commas")
    }
    defer { message = message[(comma + 1)...] }
    return message[..<comma]
  }
}
