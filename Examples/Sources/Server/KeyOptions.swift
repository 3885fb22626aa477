internal import ArgumentParser
internal import ExampleSupport
internal import PassBindAccounts
internal import PassBindCrypto
internal import PassBindOPAQUE

/// What the server's keys are sealed under.
struct KeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What the server's keys for OPAQUE are sealed under: a file of 32 bytes that nobody else can read.",
      valueName: "file"))
  var keyFile: String?

  @Option(
    help: ArgumentHelp(
      "In its place, a passphrase: the first line of a file that nobody else can read; - means standard input.",
      valueName: "file"))
  var passphraseFile: String?

  func validate() throws {
    if keyFile != nil, passphraseFile != nil {
      throw ValidationError("give --key-file or --passphrase-file, not both")
    }
  }

  var isGiven: Bool { keyFile != nil || passphraseFile != nil }

  /// - Parameter makingFile: whether a key file that is not there is to be made.
  func sealingKey(makingFile: Bool = false) throws -> SealingKey {
    if let passphraseFile {
      return try .passphrase(SecretFile(passphraseFile, holding: "passphrase", mustBePrivate: true).line())
    }
    guard let keyFile else {
      throw CommandError("nothing was given that the server's keys are sealed under", hint: Self.keyHint)
    }
    let file = SecretFile(keyFile, holding: "key", mustBePrivate: true)
    if makingFile, !file.exists {
      let key = try SealingKey.key(file.make(count: SealingKey.keyCount))
      printError("made the key file \(printable(keyFile)): keep a copy of it in another place than the database")
      return key
    }
    return try .key(file.bytes(count: SealingKey.keyCount))
  }

  /// Opens the keys, and says what would break where they can't be opened.
  func keyring(_ store: any CredentialStore) async throws -> OPAQUEKeyring {
    let key = try sealingKey()
    do throws(AccountError) {
      return try await OPAQUEKeyring.open(store, with: key)
    } catch {
      switch error.code {
      case .keysMissing:
        let count = try await Self.accountsByOPAQUE(in: store)
        throw CommandError(
          error.reason + Self.consequence(count),
          hint: count == 0 ? "passbind-server keys init makes them" : "bring back the database that has them")
      case .keysSealed:
        throw CommandError(
          error.reason + Self.consequence(try await Self.accountsByOPAQUE(in: store)),
          hint: "give the \(passphraseFile == nil ? "key file" : "passphrase") that keys init was given")
      default:
        throw CommandError("the server's keys cannot be used: \(error.reason)", hint: hint(for: error))
      }
    }
  }

  /// Opens the keys for a server, which may have none; nil then. It does not start where some accounts could not log
  /// in.
  func serverKeyring(_ store: any CredentialStore) async throws -> OPAQUEKeyring? {
    let keyring = isGiven ? try await keyring(store) : nil
    let usage = try await OPAQUEKeyring.usage(in: store)
    if let keyring {
      let live = [keyring.keys.current.keyID, keyring.keys.previous?.keyID]
      let lost = usage.filter { !live.contains($0.key) }
      guard lost.isEmpty else {
        let names = lost.keys.map(\.description).sorted().joined(separator: ", ")
        throw CommandError(
          "\(accounts(lost.values.reduce(0, +))) could not log in: registered under keys that are no more (\(names))",
          hint: "bring back the database that has them, or give those accounts tokens: user invite --replace")
      }
      return keyring
    }
    let count = usage.values.reduce(0, +)
    if try await store.serverRecord(named: OPAQUEKeyring.recordName) != nil {
      throw CommandError(
        "the server has keys for OPAQUE, and nothing was given that they are sealed under" + Self.consequence(count),
        hint: Self.keyHint)
    }
    guard count == 0 else {
      throw CommandError(
        "the database has no server keys for OPAQUE" + Self.consequence(count),
        hint: "bring back the database that has them")
    }
    return nil
  }

  private static let keyHint = "give --key-file or --passphrase-file"

  private static func accountsByOPAQUE(in store: any CredentialStore) async throws -> Int {
    try await OPAQUEKeyring.usage(in: store).values.reduce(0, +)
  }

  private static func consequence(_ count: Int) -> String {
    count == 0 ? "" : "; \(accounts(count)) could not log in"
  }
}

/// So many accounts, in words.
func accounts(_ count: Int) -> String { count == 1 ? "1 account" : "\(count) accounts" }
