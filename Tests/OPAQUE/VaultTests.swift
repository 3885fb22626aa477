import PassBindCrypto
import Testing

@testable import PassBindOPAQUE

/// Notes sealed under the export key (REGISTRATION.md, "The vault").
@Suite struct VaultTests {
  private static let note = Array("7391-0462 2208-5513".utf8)

  private static func vault(_ byte: UInt8 = 1, account: String = "alice") throws -> OPAQUEVault {
    try OPAQUEVault(exportKey: SecretBytes(copying: [UInt8](repeating: byte, count: 64)), account: account)
  }

  private func opens(_ sealed: [UInt8], _ vault: borrowing OPAQUEVault, name: String = "codes") -> Bool {
    let opened = try? vault.open(sealed.span, name: name)
    switch consume opened {
    case .some: return true
    case .none: return false
    }
  }

  @Test(arguments: [0, 1, 16, 4095, 4096])
  func aNoteComesBack(count: Int) throws {
    let note = randomBytes(count: count)
    let vault = try Self.vault()
    let sealed = try vault.seal(note.span, name: "codes")
    #expect(sealed.count == count + OPAQUEVault.overhead && OPAQUEVault.overhead == 29)
    let opened = try Self.vault().open(sealed.span, name: "codes")
    let found = opened.exposed
    #expect(found == note)
  }

  @Test func aLongerNoteIsRefused() throws {
    let note = [UInt8](repeating: 0, count: 4097)
    #expect(throws: OPAQUEError(.invalidParameter, "")) { _ = try Self.vault().seal(note.span, name: "codes") }
  }

  @Test func nothingOfANoteShowsAndNoTwoSealingsAreAlike() throws {
    let vault = try Self.vault()
    let note = [UInt8](repeating: 0x41, count: 4096)
    let (first, second) = (try vault.seal(note.span, name: "codes"), try vault.seal(note.span, name: "codes"))
    #expect(first != second && first.dropFirst(13) != second.dropFirst(13))
    #expect(Set(zip(first, first.dropFirst()).map { [$0, $1] }).count > 1000)
  }

  @Test func anotherKeyAccountOrNameDoesNotOpenIt() throws {
    let sealed = try Self.vault().seal(Self.note.span, name: "codes")
    let (right, otherKey, otherAccount) = (
      opens(sealed, try Self.vault()), opens(sealed, try Self.vault(2)), opens(sealed, try Self.vault(account: "bob"))
    )
    #expect(right && !otherKey && !otherAccount)
    for name in ["code", "codes2", "Codes"] {
      let isOpen = opens(sealed, try Self.vault(), name: name)
      #expect(!isOpen)
    }
  }

  /// Nobody can shift bytes from the account's name into the note's.
  @Test func theAccountsNameDoesNotRunIntoTheNotes() throws {
    let sealed = try Self.vault(account: "ab").seal(Self.note.span, name: "c")
    let isOpen = opens(sealed, try Self.vault(account: "a"), name: "bc")
    #expect(!isOpen)
  }

  @Test func everyBitCounts() throws {
    let vault = try Self.vault()
    let sealed = try vault.seal(Self.note.span, name: "codes")
    for i in sealed.indices {
      for bit in 0..<8 {
        var changed = sealed
        changed[i] ^= 1 << bit
        let isOpen = opens(changed, vault)
        #expect(!isOpen)
      }
    }
  }

  @Test func everyByteCounts() throws {
    let vault = try Self.vault()
    let sealed = try vault.seal(Self.note.span, name: "codes")
    for count in 0..<sealed.count {
      let isOpen = opens(Array(sealed.prefix(count)), vault)
      #expect(!isOpen)
    }
    let longer = opens(sealed + [0], vault)
    let tooLong = opens([1] + [UInt8](repeating: 0, count: 4125), vault)
    #expect(!longer && !tooLong)
  }

  /// One account, however its name is typed.
  @Test func theAccountsNameIsPrepared() throws {
    let sealed = try Self.vault(account: "ⅸ").seal(Self.note.span, name: "codes")
    let isOpen = opens(sealed, try Self.vault(account: "ix"))
    #expect(isOpen)
  }

  @Test(arguments: ["", "a b", "a/b", "ä", "a\n", String(repeating: "a", count: 65)])
  func aNameThatIsNoneIsRefused(name: String) throws {
    #expect(throws: OPAQUEError(.invalidName, "")) { _ = try Self.vault().seal(Self.note.span, name: name) }
    let sealed = [UInt8](repeating: 1, count: 40)
    #expect(throws: OPAQUEError(.invalidName, "")) { _ = try Self.vault().open(sealed.span, name: name) }
  }

  @Test(arguments: ["", "\u{7}"])
  func anAccountThatIsNoneIsRefused(account: String) {
    #expect(throws: OPAQUEError(.invalidName, "")) { _ = try Self.vault(account: account) }
  }

  @Test(arguments: [0, 63, 65])
  func anExportKeyHas64Bytes(count: Int) {
    #expect(throws: OPAQUEError(.wrongLength, "")) {
      _ = try OPAQUEVault(exportKey: SecretBytes(count: count), account: "alice")
    }
  }
}
