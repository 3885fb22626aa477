public import PassBindCrypto

/// What a client logs in with.
public enum SCRAMCredential: ~Copyable, Sendable {
  /// The password, in UTF-8. Each login stretches it, which takes as long as the server's count says.
  case password(SecretBytes)
  /// What stretching made of the password; good while the server keeps its salt and count.
  case saltedPassword(SCRAMSaltedPassword)
  /// Keys of an earlier login, from ``SCRAMClientOutcome/keys``; good while the server keeps its salt and count.
  case keys(SCRAMKeys)
  /// Keys from a cache where it has them, else the password, whose keys go into the cache once the server has proved
  /// itself.
  ///
  /// - Parameters:
  ///   - cache: the cache.
  ///   - server: a label for the server, such as its host name and port. Keys are never used under another label.
  ///   - password: the password. Keys that were made from another one are not used. Without one, any keys kept for the
  ///     user and server are, and the login fails where there are none.
  case cache(SCRAMKeyCache, server: String, password: SecretBytes?)
}
