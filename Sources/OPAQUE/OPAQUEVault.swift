public import PassBindCrypto
internal import PassBindSASL

// A sealed note, version 1 (REGISTRATION.md, "The vault"):
//
//   version   1   1
//   nonce    12   random
//   sealed        AES-256-GCM: as many as the note has, and a tag of 16
//
// The key is Expand(export_key, "PassBind-Vault-v1", 32). GCM's associated data is that label, the account's name and
// the note's name, each behind its length in two bytes.

/// Seals notes under what only their owner's password gives: OPAQUE's export key (RFC 9807 section 10.4). A server that
/// keeps them can't read them, nor pass one off as another's or under another name; but it can lose one, or bring back
/// an older one.
///
/// ```swift
/// let vault = try OPAQUEVault(exportKey: outcome.exportKey, account: "alice")
/// let sealed = try vault.seal(note.span, name: "recovery-codes")
/// let opened = try vault.open(sealed.span, name: "recovery-codes")
/// ```
///
/// Each registration makes another export key, also one with the same password: ``OPAQUERegistrationExchange`` re-seals
/// the notes.
public struct OPAQUEVault: ~Copyable, Sendable {
  /// The longest note, in bytes: 4,096.
  public static let maximumNoteCount = 4096
  /// How many bytes a sealed note has more than the note: 29.
  public static let overhead = 1 + AES256GCM.nonceCount + AES256GCM.tagCount

  private static let label = Array("PassBind-Vault-v1".utf8)
  private static let version: UInt8 = 1

  private let key: SecretBytes
  private let account: [UInt8]

  /// The vault of an account.
  ///
  /// - Parameters:
  ///   - exportKey: 64 bytes, from a login or a registration.
  ///   - account: the user name; brought to SASLprep's form, as at the login.
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidName`, `unavailable`.
  public init(exportKey: borrowing SecretBytes, account: String) throws(OPAQUEError) {
    guard exportKey.count == 64 else {
      throw OPAQUEError(.wrongLength, "an export key has 64 bytes, not \(exportKey.count)")
    }
    let name = try OPAQUESASLMessage.prepare(user: account)
    key = try expand(exportKey, Self.label, count: AES256GCM.keyCount)
    self.account = Array(name.utf8)
  }

  /// A note, sealed: bytes for the server to keep. Another result each time.
  ///
  /// - Parameters:
  ///   - note: ``maximumNoteCount`` bytes at most.
  ///   - name: what the note is called: 1 to 64 of the letters A to Z and a to z, the digits, `.`, `_` and `-`.
  /// - Returns: ``overhead`` bytes more than the note.
  /// - Throws: ``OPAQUEError`` `invalidParameter` for a longer note, `invalidName`, `unavailable`.
  public borrowing func seal(_ note: Span<UInt8>, name: String) throws(OPAQUEError) -> [UInt8] {
    try seal(note, name: name, nonce: randomBytes(count: AES256GCM.nonceCount))
  }

  /// The same with a given nonce, so that an example can be reproduced.
  borrowing func seal(_ note: Span<UInt8>, name: String, nonce: [UInt8]) throws(OPAQUEError) -> [UInt8] {
    guard note.count <= Self.maximumNoteCount else {
      throw OPAQUEError(.invalidParameter, "a note has \(Self.maximumNoteCount) bytes at most, not \(note.count)")
    }
    let associatedData = try associatedData(name)
    do throws(CryptoError) {
      return try [Self.version] + nonce
        + AES256GCM.seal(note, key: key.span, nonce: nonce.span, associatedData: associatedData.span)
    } catch {
      throw OPAQUEError(.unavailable, error.reason)
    }
  }

  /// The note in `sealed`.
  ///
  /// - Parameters:
  ///   - sealed: what ``seal(_:name:)`` gave, from the server.
  ///   - name: what the note was called when it was sealed.
  /// - Throws: ``OPAQUEError`` `sealBroken` if the export key, the account or the name is another one, or any byte was
  ///   changed, added or left out; `invalidName`.
  public borrowing func open(_ sealed: Span<UInt8>, name: String) throws(OPAQUEError) -> SecretBytes {
    let associatedData = try associatedData(name)
    guard (Self.overhead...Self.maximumNoteCount + Self.overhead).contains(sealed.count), sealed[0] == Self.version
    else { throw Self.sealBroken }
    do throws(CryptoError) {
      let end = 1 + AES256GCM.nonceCount
      return try AES256GCM.open(
        sealed.extracting(end...), key: key.span, nonce: sealed.extracting(1..<end),
        associatedData: associatedData.span)
    } catch {
      throw Self.sealBroken
    }
  }

  private borrowing func associatedData(_ name: String) throws(OPAQUEError) -> [UInt8] {
    guard SealedNotes.isName(name.utf8) else { throw Self.invalidNoteName }
    return Self.label.lengthPrefixed + account.lengthPrefixed + Array(name.utf8).lengthPrefixed
  }

  static var invalidNoteName: OPAQUEError {
    OPAQUEError(.invalidName, "a note's name is made of 1 to 64 letters, digits, dots, underscores and hyphens")
  }

  private static var sealBroken: OPAQUEError {
    OPAQUEError(.sealBroken, "the note does not open: it was sealed under another key, account or name, or changed")
  }
}
