internal import PassBindCrypto
internal import PassBindSASL

/// What to do to user names and passwords before they are used.
public enum SCRAMPreparation: Sendable {
  /// SASLprep (RFC 4013), as RFC 5802 wants it: code points that Unicode 3.2 does not assign are allowed in names
  /// (section 5.1), and refused in passwords (section 2.2).
  case saslPrep
  /// SASLprep where it succeeds, else the bytes as they are: PostgreSQL's way with passwords.
  case saslPrepOrRaw
  /// Nothing, for peers that do nothing: MongoDB with user names, Kafka, TrueNAS with passwords.
  case none

  /// - Throws: `invalidPassword`.
  func password(_ password: borrowing SecretBytes) throws(SCRAMError) -> SecretBytes {
    if self == .none { return password.copy() }
    do {
      return try SASLprep.prepare(password, as: .stored)
    } catch {
      if self == .saslPrepOrRaw { return password.copy() }
      throw SCRAMError(.invalidPassword, error.description)
    }
  }

  /// - Throws: `invalidName`.
  func name(_ name: String) throws(SCRAMError) -> String {
    if self == .none { return name }
    do {
      return try SASLprep.prepare(name, as: .query)
    } catch {
      if self == .saslPrepOrRaw { return name }
      throw SCRAMError(.invalidName, error.description)
    }
  }
}
