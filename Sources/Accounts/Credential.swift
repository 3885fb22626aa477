/// What an account is checked against, for one mechanism: SCRAM's verifier with one hash, an OPAQUE record. A store
/// keeps its bytes and never looks into them, so a new kind of credential changes no store.
public struct Credential: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// Which kind of credential this is: the name of the mechanism that made it, without its -PLUS.
  public struct Suite: Hashable, Sendable, CustomStringConvertible {
    /// The name, such as `SCRAM-SHA-512`: 1 to 64 characters of printable ASCII.
    public let description: String

    /// A suite by its name; nil outside 1 to 64 characters of printable ASCII without space.
    public init?(_ name: some StringProtocol) {
      guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
      description = String(name)
    }

    private init(known name: String) { description = name }

    /// A suite whose name is known to be one.
    static func known(_ name: String) -> Suite { Suite(known: name) }
  }

  /// What tells an account's credentials apart: no two of them have the same.
  public struct Key: Hashable, Sendable {
    /// The kind of credential.
    public let suite: Suite
    /// For a TrueNAS API key, its number, 1 to 2,147,483,647: the client logs in as `user:ID`. Nil for the password.
    public let apiKeyID: Int32?

    /// The key of a password's credential.
    init(password suite: Suite) {
      self.suite = suite
      apiKeyID = nil
    }

    /// A key; nil for an API key number below 1.
    public init?(_ suite: Suite, apiKeyID: Int32? = nil) {
      guard apiKeyID ?? 1 >= 1 else { return nil }
      self.suite = suite
      self.apiKeyID = apiKeyID
    }
  }

  /// The most bytes a credential may have.
  public static let maximumCount = 16_384

  /// What tells this credential apart from the account's others.
  public let key: Key
  /// The credential as its suite encodes it, 1 to ``maximumCount`` bytes. It allows guessing: do not show it.
  public let bytes: [UInt8]

  /// A credential; nil where it has not 1 to ``maximumCount`` bytes.
  public init?(_ key: Key, bytes: [UInt8]) {
    guard (1...Self.maximumCount).contains(bytes.count) else { return nil }
    self.key = key
    self.bytes = bytes
  }

  /// The suite and the API key's number; never the bytes.
  public var description: String { "\(key.suite)" + (key.apiKeyID.map { " of API key \($0)" } ?? "") }

  /// As ``description``: a dump shows no bytes either.
  public var customMirror: Mirror { Mirror(self, children: ["key": key]) }
}
