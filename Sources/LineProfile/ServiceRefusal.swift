/// Why a client that is logged in does not get what it asked for: `NO [CODE] text`. The connection goes on.
public struct ServiceRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// A response code (RFC 5530 section 3, RFC 9208 section 4.3.1); there may be others.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code as it stands in the line.
    public let description: String

    /// This session, or this account, may not do that.
    public static let notPermitted = Code(description: "NOPERM")
    /// What allowed it has run out: log in again.
    public static let expired = Code(description: "EXPIRED")
    /// Somebody else changed the account meanwhile: try again.
    public static let inUse = Code(description: "INUSE")
    /// It can never be done, here or at all.
    public static let cannot = Code(description: "CANNOT")
    /// It can't be done now.
    public static let unavailable = Code(description: "UNAVAILABLE")
    /// There is nothing by that name.
    public static let nonexistent = Code(description: "NONEXISTENT")
    /// Not so often: try again later.
    public static let limit = Code(description: "LIMIT")
    /// There is no room for more.
    public static let overQuota = Code(description: "OVERQUOTA")
  }

  /// What kind of refusal this is; nil where the server does not say.
  public let code: Code?
  /// The refusal in words. From a server, it may hold whatever a line can.
  public let text: String

  /// The code and the text, as they stand in the line.
  public var description: String { code.map { "[\($0)] \(text)" } ?? text }

  /// A refusal. Its text is for the client's user; in the line, characters outside of printable ASCII are replaced.
  public init(_ code: Code, _ text: String) {
    self.code = code
    self.text = text
  }

  /// Reads what stands behind `NO` or `BAD`.
  init(parsing text: String) {
    let response = ResponseCode(in: text)
    code = response.map { Code(description: $0.name) }
    self.text = response?.text ?? text
  }

  /// The refusal as the rest of a line, never longer than one can be.
  var line: String {
    let printable = text.unicodeScalars.prefix(400).map { (0x20...0x7e).contains($0.value) ? Character($0) : "?" }
    return ServiceRefusal(code, String(printable)).description
  }

  private init(_ code: Code?, _ text: String) {
    self.code = code
    self.text = text
  }
}
