internal import PassBindSASL

extension OPAQUEError.Code {
  // What a message of the SASL mechanisms can get wrong.

  /// A message outside the grammar of OPAQUE-R255.md or REGISTRATION.md.
  public static let malformedMessage = Self(description: "malformedMessage")
  /// A message longer than ``OPAQUESASLMessage/maximumCount``.
  public static let messageTooLong = Self(description: "messageTooLong")
  /// A user name or authorization identity that is malformed, or that SASLprep refuses; or a malformed name of a note.
  public static let invalidName = Self(description: "invalidName")
  /// A step out of order: an exchange used twice, or a success claimed before the server proved itself.
  public static let outOfOrder = Self(description: "outOfOrder")

  /// A registration after which nothing would open the account's notes any more, since the client was given nothing
  /// that opens them.
  public static let notesWouldBeLost = Self(description: "notesWouldBeLost")

  // Channel binding and negotiation.

  /// The client says that no -PLUS mechanism was offered, while one was: somebody took it off the list.
  public static let channelBindingDowngrade = Self(description: "channelBindingDowngrade")
  /// The mechanism's name and the GS2 flag do not fit each other, or the mechanism is none of OPAQUE's.
  public static let mechanismMismatch = Self(description: "mechanismMismatch")
  /// A mechanism that this server did not offer on this connection.
  public static let mechanismNotOffered = Self(description: "mechanismNotOffered")
  /// A channel binding type that this server did not offer or this connection does not have.
  public static let unsupportedBindingType = Self(description: "unsupportedBindingType")
  /// Channel binding asked for on a connection that has none.
  public static let channelBindingNotSupported = Self(description: "channelBindingNotSupported")
  /// The server's policy wants channel binding, and the client does not bind.
  public static let channelBindingRequired = Self(description: "channelBindingRequired")
  /// The client's policy wants channel binding, and it cannot be had.
  public static let channelBindingUnavailable = Self(description: "channelBindingUnavailable")
  /// The server offers no mechanism that the client's policy accepts.
  public static let noAcceptableMechanism = Self(description: "noAcceptableMechanism")

  // What a server finds.

  /// No account of that name has a credential for OPAQUE.
  public static let unknownUser = Self(description: "unknownUser")
  /// The caller refused the login for a reason of its own.
  public static let refused = Self(description: "refused")
}

extension OPAQUEError {
  init(_ error: SASLError) {
    let code: Code =
      switch error.code {
      case .invalidBase64, .invalidHeader: .malformedMessage
      case .tooLong: .invalidName
      default: Code(description: error.code.description)  // the others go by the same name here
      }
    self.init(code, error.reason)
  }
}

/// Runs `work`, and says what it throws in this module's words.
func sasl<R>(_ work: () throws(SASLError) -> R) throws(OPAQUEError) -> R {
  do { return try work() } catch { throw OPAQUEError(error) }
}
