/// What went wrong with an account or with the store that keeps it: a code to switch on and a sentence for a log. Two
/// errors are equal if their codes are. No reason ever holds a password, a key or a credential.
public struct AccountError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    /// There is no account by that name.
    public static let notFound = Code(description: "notFound")
    /// There is an account by that name already.
    public static let alreadyExists = Code(description: "alreadyExists")
    /// The account, or the server's record that a change rests on, was changed since it was read: read it again.
    public static let conflict = Code(description: "conflict")
    /// The store can't be reached or is busy, a primitive is missing, or the task was cancelled.
    public static let unavailable = Code(description: "unavailable")
    /// What the store holds can't be right.
    public static let corrupt = Code(description: "corrupt")
    /// What the store holds was written by a newer version of this library, and is left alone.
    public static let tooNew = Code(description: "tooNew")
    /// A name that SASLprep (RFC 4013) refuses, or one that is too long.
    public static let invalidName = Code(description: "invalidName")
    /// A password that SASLprep (RFC 4013) refuses, or one that is too long.
    public static let invalidPassword = Code(description: "invalidPassword")
    /// A credential that is malformed, or one too many.
    public static let invalidCredential = Code(description: "invalidCredential")
    /// A note or a server's record of no bytes or too many, or a note too many.
    public static let invalidSize = Code(description: "invalidSize")
    /// Notes that were changed too often of late.
    public static let tooOften = Code(description: "tooOften")
    /// What this login is not allowed to do, or not any more.
    public static let notPermitted = Code(description: "notPermitted")
    /// What this login was allowed to do for some time, which is over.
    public static let expired = Code(description: "expired")
    /// A registration that its client did not finish.
    public static let abandoned = Code(description: "abandoned")
    /// A message of a registration that makes no sense.
    public static let malformedMessage = Code(description: "malformedMessage")
    /// There are no server keys, or not those that accounts were registered under.
    public static let keysMissing = Code(description: "keysMissing")
    /// The server's keys can't be unsealed: the key is another one, or what it sealed was changed.
    public static let keysSealed = Code(description: "keysSealed")
  }

  /// What kind of failure this is.
  public let code: Code
  /// The failure in words.
  public let reason: String

  /// The code and the reason.
  public var description: String { "\(code): \(reason)" }

  /// An error; public because stores outside this package throw it too.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Equal codes make equal errors.
  public static func == (a: AccountError, b: AccountError) -> Bool { a.code == b.code }
}

extension AccountError {
  package static func notFound(_ name: AccountName) -> AccountError {
    AccountError(.notFound, "there is no account \(name)")
  }

  package static func alreadyExists(_ name: AccountName) -> AccountError {
    AccountError(.alreadyExists, "there is an account \(name) already")
  }

  package static func conflict(_ name: AccountName, _ given: UInt64, _ stored: UInt64) -> AccountError {
    AccountError(.conflict, "the account \(name) is at version \(stored), not \(given)")
  }
}
