internal import ArgumentParser
internal import ExampleSupport
internal import PassBindAccounts
internal import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM

struct User: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Administer accounts, also while the server runs.",
    subcommands: [
      Add.self, Invite.self, Passwd.self, Disable.self, Enable.self, Delete.self, List.self, Import.self, Export.self,
    ])
}

/// What an administrator makes of a password.
enum NewCredential: String, CaseIterable, ExpressibleByArgument {
  case scram
  case opaque
  case opaqueEA = "opaque-ea"
}

extension NewCredential {
  fileprivate var opaque: MechanismName? {
    switch self {
    case .scram: nil
    case .opaque: OPAQUEMechanism().name
    case .opaqueEA: OPAQUEEAMechanism.name
    }
  }
}

struct NewPasswordOptions: ParsableArguments {
  @OptionGroup var password: PasswordOptions

  @Option(
    help: ArgumentHelp(
      "What the account logs in by: scram, opaque or opaque-ea. Repeat it for several.",
      discussion: """
        opaque is OPAQUE-R255, opaque-ea OPAQUE-EA; both want --key-file or --passphrase-file. An account that has both keeps \
        no notes, since each would open notes of its own. Without it, scram.
        """, valueName: "kind"))
  var mechanism: [NewCredential] = []

  @Option(
    help: ArgumentHelp(
      "A hash to make a verifier with: sha512, sha256, sha384, sha3-512 or sha1. Repeat it for several.",
      discussion: "Without it, sha512 and sha256.", valueName: "hash"))
  var hash: [HashFunction] = []

  @Option(
    help: ArgumentHelp(
      "Iterations of PBKDF2: more make guessing dearer, and logging in slower.",
      discussion: "Without it, 500000 for sha512 and 600000 for sha256.", valueName: "count"))
  var iterations: Int?

  @Option(
    help: ArgumentHelp("The key stretching of OPAQUE's records; give it what serve has.", valueName: "parameters"),
    transform: stretchingParameters)
  var stretching = KeyStretchingParameters.default

  func validate() throws {
    if !mechanism.isEmpty, !mechanism.contains(.scram), !hash.isEmpty || iterations != nil {
      throw ValidationError("--hash and --iterations are SCRAM's")
    }
    if let iterations, !(4096...5_000_000).contains(iterations) {
      throw ValidationError("--iterations takes 4096 to 5000000")
    }
  }

  func administration(
    _ store: StoreOptions, _ key: KeyOptions, isForNewAccount: Bool
  ) async throws -> AccountAdministration {
    var administration = AccountAdministration(try isForNewAccount ? store.open() : store.openExisting())
    let opaque = mechanism.compactMap(\.opaque)
    if !opaque.isEmpty {
      administration.opaqueMechanisms = opaque
      administration.keyring = try await key.keyring(administration.store)
      administration.stretching = stretching
    }
    if !hash.isEmpty { administration.hashes = hash }
    if !mechanism.isEmpty, !mechanism.contains(.scram) { administration.hashes = [] }
    if let iterations { for hash in HashFunction.allCases { administration.iterations[hash] = iterations } }
    return administration
  }
}

extension NewPasswordOptions {
  /// Tells somebody who waits at a terminal why, where it takes long.
  fileprivate func announce() {
    guard let iterations, iterations >= 1_000_000, mechanism.isEmpty || mechanism.contains(.scram) else { return }
    StretchingNotice.show("\(iterations) iterations for each hash")
  }
}

extension User {
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add an account.", discussion: "The password is asked for twice, or read with --password-file.")

    @Argument(help: "The account's name.") var name: String
    @OptionGroup(title: "Accounts") var store: StoreOptions
    @OptionGroup(title: "Keys") var key: KeyOptions
    @OptionGroup(title: "Password") var password: NewPasswordOptions

    @Option(help: ArgumentHelp("Whom this account may act as. Repeat it for several.", valueName: "name"))
    var mayActAs: [String] = []

    func run() async throws {
      let administration = try await password.administration(store, key, isForNewAccount: true)
      try await explaining {
        let (name, identities) = (try AccountName(name), try mayActAs.map { try AccountName($0) })
        let secret = try password.password.read(prompt: "Password of \(printable(name.description))", isNew: true)
        password.announce()
        try await administration.create(name.description, password: secret)
        guard !identities.isEmpty else { return }
        try await administration.change(name.description) { account throws(AccountError) in
          for identity in identities { try account.allow(identity) }
        }
      }
      printError("added \(printable(name))")
    }
  }

  struct Passwd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give an account another password.",
      discussion: """
        Nothing of the old one is left: not its mechanism, unless --mechanism says it, and not the key to the account's notes. \
        The password is asked for twice, or read with --password-file.
        """)

    @Argument(help: "The account's name.") var name: String
    @OptionGroup(title: "Accounts") var store: StoreOptions
    @OptionGroup(title: "Keys") var key: KeyOptions
    @OptionGroup(title: "Password") var password: NewPasswordOptions

    func run() async throws {
      let administration = try await password.administration(store, key, isForNewAccount: false)
      let secret = try password.password.read(prompt: "New password of \(printable(name))", isNew: true)
      password.announce()
      try await explaining { try await administration.changePassword(of: name, to: secret) }
      printError("changed the password of \(printable(name))")
    }
  }

  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Refuse an account's logins, as if there were no such account, until it is enabled.",
      discussion: "It keeps its passwords and its notes. Connections that are logged in stay so.")

    @Argument(help: "The account's name.") var name: String
    @OptionGroup(title: "Accounts") var store: StoreOptions

    func run() async throws { try await setDisabled(true, name, store) }
  }

  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let a disabled account log in again.")

    @Argument(help: "The account's name.") var name: String
    @OptionGroup(title: "Accounts") var store: StoreOptions

    func run() async throws { try await setDisabled(false, name, store) }
  }

  private static func setDisabled(_ isDisabled: Bool, _ name: String, _ store: StoreOptions) async throws {
    let administration = AccountAdministration(try store.openExisting())
    try await explaining {
      try await administration.change(name) { account throws(AccountError) in account.isDisabled = isDisabled }
    }
    printError("\(isDisabled ? "disabled" : "enabled") \(printable(name))")
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete an account. It is not asked again whether.")

    @Argument(help: "The account's name.") var name: String
    @OptionGroup(title: "Accounts") var store: StoreOptions

    func run() async throws {
      let administration = AccountAdministration(try store.openExisting())
      try await explaining { try await administration.delete(name) }
      printError("deleted \(printable(name))")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the accounts, ordered by name.")

    @OptionGroup(title: "Accounts") var store: StoreOptions
    @Flag(help: "Print one JSON object an account.") var json = false

    func run() async throws {
      let administration = AccountAdministration(try store.openExisting())
      try await explaining {
        try await administration.forEach { account in printOut(json ? account.json : account.line) }
      }
    }
  }
}

extension Account {
  private var credentialNames: [String] { credentials.values.map(\.description).sorted() }

  fileprivate var line: String {
    ([printable(name.description).padded(to: 24), "changed \(changed)"] + credentialNames).joined(separator: "  ")
      + (isDisabled ? "  disabled" : "")
  }

  fileprivate var json: String {
    JSON.object([
      ("name", .string(name.description)), ("credentials", .array(credentialNames.map { .string($0) })),
      ("mayActAs", .array(authorizationIdentities.sorted().map { .string($0.description) })),
      ("disabled", .bool(isDisabled)), ("created", .string(created.description)),
      ("changed", .string(changed.description)),
    ]).description
  }
}
