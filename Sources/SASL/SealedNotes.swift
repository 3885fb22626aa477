/// What an account's sealed notes may be, for all who pass them on: the vault that seals them, the profile they travel
/// in, and the store that keeps them.
package enum SealedNotes {
  /// The most that an account may have.
  package static let maximumCount = 16
  /// The most bytes that one may have, so that its base64 fits a line of 8 KiB; the fewest are 1.
  package static let maximumSize = 4_200

  /// How many bytes one may have.
  package static let sizes = 1...maximumSize

  /// Whether a note may be called that: 1 to 64 letters A to Z and a to z, digits, full stops, underscores and hyphens.
  package static func isName(_ name: some Collection<UInt8>) -> Bool {
    (1...64).contains(name.count) && name.allSatisfy { $0.isLetterOrDigit(or: "._-") }
  }
}
