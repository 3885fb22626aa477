internal import PassBindExportedAuthenticators
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindTLS

// What a refused login's user can do about it.

extension Report {
  /// Where the server refuses, which says nothing more.
  var hintForServersRefusal: String? {
    step == .login
      ? "a wrong name or password, too many tries, or somebody in between; the server's log says which" : nil
  }

  /// Where nothing could be agreed on.
  ///
  /// - Parameter wanted: the mechanisms that would have done.
  func hintForNoChoice(from wanted: [MechanismName]) -> String? {
    handshake.version != .tls13 && wanted.contains(where: \.bindsByItself)
      ? "OPAQUE-EA is for TLS 1.3 alone; --mechanism OPAQUE-R255 does without, if the account's password is for that"
      : nil
  }

  func hint(for error: OPAQUEError) -> String? {
    switch error.code {
    case .envelopeRecovery where step == .login:
      "a wrong name or password; an account whose password is for another mechanism looks the same: try "
        + "--mechanism \(mechanism == OPAQUEEAMechanism.name ? "OPAQUE-R255" : "OPAQUE-EA"), --mechanism SCRAM-SHA-512, "
        + "or login --migrate"
    case .notesWouldBeLost:
      "use --mechanism OPAQUE-R255 or OPAQUE-EA if the account has a password for it, or --lose-notes if they are not "
        + "wanted any more"
    case .notAuthentic: "somebody is in between: what came was made on another TLS connection, or changed on the way"
    case .serverAuthentication: "somebody may be in between, with a certificate that this side takes for the server's"
    default: nil
    }
  }
}
