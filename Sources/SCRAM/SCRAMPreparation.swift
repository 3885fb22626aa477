internal import PassBindCrypto
internal import PassBindSASL

/// What to do to user names and passwords before they are used.
public enum SCRAMPreparation: Sendable {
  /// SASLprep (RFC 4013), as RFC 5802 wants it: unassigned code points are allowed in the names of an exchange, and refused in
  /// passwords (RFC 5802 sections 2.2 and 5.1).
  case saslPrep
  /// SASLprep where it succeeds, else the bytes as they are: PostgreSQL's way with passwords.
  case saslPrepOrRaw
  /// Nothing, for peers that do nothing: MongoDB with user names, Kafka, TrueNAS with passwords.
  case none

  func password(_ password: borrowing SecretBytes) throws(SCRAMError) -> SecretBytes {
    if case .none = self { return password.copy() }
    for byte in 0..<password.count where password.span[byte] >= 0x80 {
      if case .saslPrepOrRaw = self { return password.copy() }
      throw SCRAMError(.invalidPassword, "only ASCII is prepared yet")
    }
    return password.copy()
  }

  func name(_ name: String) throws(SCRAMError) -> String {
    if case .none = self { return name }
    guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
      if case .saslPrepOrRaw = self { return name }
      throw SCRAMError(.invalidName, "only ASCII is prepared yet")
    }
    return name
  }
}
