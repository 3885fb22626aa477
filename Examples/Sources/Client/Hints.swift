internal import PassBindExportedAuthenticators
internal import PassBindLineProfile
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM
internal import PassBindTLS

// What a refused login's user can do about it.

extension Report {
  /// Where the server refuses, which says nothing more.
  var hintForServersRefusal: String {
    if isEnrolment { return Self.hintForToken }
    return step == .login
      ? "a wrong name or password, too many tries, or somebody in between; the server's log says which"
      : "log in again and retry; the server's log says more"
  }

  private static let hintForToken =
    "a wrong name, or a token that is wrong, used or expired: its administrator can make another, by user invite --replace"

  /// Where nothing could be agreed on.
  ///
  /// - Parameter wanted: the mechanisms that would have done.
  func hintForNoChoice(from wanted: [MechanismName]) -> String {
    handshake.version != .tls13 && wanted.contains(where: \.bindsByItself)
      ? "OPAQUE-EA is for TLS 1.3 alone; --mechanism OPAQUE-R255 does without, if the account's password is for that"
      : "--mechanism, --binding-type and --channel-binding say what to accept; if the server should offer it, somebody may be in "
        + "between"
  }

  /// What became of a login by SCRAM.
  func hint(for error: SCRAMError) -> String {
    switch error.code {
    case .iterationCountRefused:
      "--min-iterations and --max-iterations say what to accept; a server that is yours asks for no other"
    case .invalidName, .invalidPassword: Self.hintForText
    case .serverRefused: hintForServersRefusal
    default: "somebody may be in between, or the server is at fault"
    }
  }

  private static let hintForText =
    "names and passwords are of 1 byte or more, and have no control characters (RFC 4013)"

  func hint(for error: ServiceRefusal) -> String {
    switch error.code {
    case .expired?: "log in again: what a login allows ends some minutes after it"
    case .inUse?: "somebody else changed the account meanwhile: try again"
    case .notPermitted?: "the server allows it after a bound login by the account's own password, if at all"
    case .overQuota?: "delete a note first"
    case .nonexistent?: "vault list lists the notes"
    default: "the server's log says more"
    }
  }

  func hint(for error: OPAQUEError) -> String {
    switch error.code {
    case .envelopeRecovery where isEnrolment: Self.hintForToken
    case .envelopeRecovery where step == .login:
      "a wrong name or password; an account whose password is for another mechanism looks the same: try "
        + "--mechanism \(mechanism == OPAQUEEAMechanism.name ? "OPAQUE-R255" : "OPAQUE-EA"), --mechanism SCRAM-SHA-512, "
        + "or login --migrate"
    case .notesWouldBeLost:
      "use --mechanism OPAQUE-R255 or OPAQUE-EA if the account has a password for it, or --lose-notes if they are not "
        + "wanted any more"
    case .notAuthentic: "somebody is in between: what came was made on another TLS connection, or changed on the way"
    case .serverAuthentication: "somebody may be in between, with a certificate that this side takes for the server's"
    case .stretchingRefused: "the server asks for more or less work than this client takes; is it the right one?"
    case .stretchingFailed: "this machine lacks the memory, or the function: see Argon2 in README.md"
    case .invalidName where step == .request: "give the note another name"
    case .invalidName, .invalidPassword: Self.hintForText
    case .sealBroken: "the note was sealed under another password or name, or was changed"
    default: "somebody may be in between, or the server is at fault"
    }
  }
}
