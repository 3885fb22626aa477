internal import ArgumentParser
internal import ExampleSupport
internal import PassBindAccounts
internal import PassBindOPAQUE
internal import PassBindSQLite

struct Keys: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Administer the server's keys for OPAQUE, also while the server runs.",
    discussion: """
      The keys are in the accounts' database, sealed under a key file or a passphrase. Who has lost that, or the database, has \
      lost every account that logs in by OPAQUE: keep copies of both, in different places.
      """,
    subcommands: [Init.self, Status.self, Rotate.self, Retire.self, Replace.self])
}

extension Keys {
  struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "init", abstract: "Make the server's keys. A key file that is not there is made too.")

    @OptionGroup(title: "Accounts") var store: StoreOptions
    @OptionGroup(title: "Keys") var key: KeyOptions

    @Option(
      help: ArgumentHelp(
        "Take over an opaque-ke server's keys: its ServerSetup, 128 bytes. user import then takes its accounts.",
        valueName: "file"))
    var opaqueKeSetup: String?

    func run() async throws {
      let database = try store.open()
      try await explaining {
        // Before a key file is made.
        guard try await database.serverRecord(named: OPAQUEKeyring.recordName) == nil else {
          throw CommandError(
            "the database has server keys already", hint: "keys status shows them; keys rotate makes fresh ones",
            status: .refused)
        }
        let lost = try await OPAQUEKeyring.usage(in: database).values.reduce(0, +)
        guard lost == 0 else {
          throw CommandError(
            "\(accounts(lost)) registered under keys that the database does not have",
            hint: "bring back the database that has them, or delete those accounts", status: .refused)
        }
        let setup = try takenOver()
        let keyring = try await OPAQUEKeyring.create(
          in: database, under: key.sealingKey(makingFile: true), from: setup)
        printError("made the server key \(keyring.keys.current.keyID)")
      }
    }

    private func takenOver() throws -> OPAQUEServerSetup? {
      guard let opaqueKeSetup else { return nil }
      let bytes = try SecretFile(opaqueKeSetup, holding: "ServerSetup", mustBePrivate: true).bytes(count: 128)
      do throws(OPAQUEError) {
        return try OPAQUEServerSetup(opaqueKE: bytes)
      } catch {
        throw CommandError(
          error.reason, hint: "it takes the 128 bytes that opaque-ke 4 serializes its ServerSetup to", status: .refused)
      }
    }
  }

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the keys, and how many accounts are on which.")

    @OptionGroup(title: "Accounts") var store: StoreOptions
    @OptionGroup(title: "Keys") var key: KeyOptions
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
      let database = try store.openExisting()
      try await explaining {
        let keys = try await key.keyring(database).keys
        let count = try await AccountCount(in: database)
        let live = [(keys.current.keyID, "current")] + (keys.previous.map { [($0.keyID, "previous")] } ?? [])
        let lost = count.byKey.keys.filter { id in !live.contains { $0.0 == id } }
          .sorted { $0.description < $1.description }.map { ($0, "lost") }
        let rows = (live + lost).map { (id: $0.0, state: $0.1, accounts: count.byKey[$0.0] ?? 0) }
        if json {
          let objects = rows.map { row in
            JSON.object([
              ("id", .string("\(row.id)")), ("state", .string(row.state)), ("accounts", .number(row.accounts)),
            ])
          }
          printOut(JSON.object([("keys", .array(objects)), ("accountsWithout", .number(count.without))]).description)
          return
        }
        for row in rows {
          printOut("\(row.state.padded(to: 10))\(row.id)  \(accounts(row.accounts))")
        }
        if count.without > 0 { printOut("\("none".padded(to: 28))\(accounts(count.without))") }
      }
    }
  }

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make fresh keys the current ones; those of before stay live until keys retire.",
      discussion: """
        Nobody notices: accounts log in under the previous keys, and move to the current ones when their owners next \
        register or change the password. A running server takes the new keys by itself.

        The key that the server signs with by OPAQUE-EA stays as it is: clients see it, and another one would show them which \
        names have an account from before. So this takes it \
        from no thief: keys replace does.
        """)

    @OptionGroup(title: "Accounts") var store: StoreOptions
    @OptionGroup(title: "Keys") var key: KeyOptions

    func run() async throws {
      let database = try store.openExisting()
      try await explaining {
        let keyring = try await key.keyring(database)
        try await keyring.rotate()
        let keys = keyring.keys
        let left = try await AccountCount(in: database).byKey[keys.previous?.keyID ?? keys.current.keyID] ?? 0
        printError("made the server key \(keys.current.keyID); \(accounts(left)) on the previous one")
      }
    }
  }

  struct Retire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Forget the previous keys, if no account is on them any more.",
      discussion: """
        With --force also if there are some: these lose what they log in with by OPAQUE, and their names are printed, one a \
        line. user invite --replace lets their owners choose a password again.
        """)

    @OptionGroup(title: "Accounts") var store: StoreOptions
    @OptionGroup(title: "Keys") var key: KeyOptions
    @Flag(help: "Also if accounts are on them.") var force = false

    func run() async throws {
      let database = try store.openExisting()
      try await explaining {
        let keyring = try await key.keyring(database)
        guard let previous = keyring.keys.previous?.keyID else {
          throw CommandError(
            "there are no previous keys", hint: "there is nothing to retire before keys rotate", status: .refused)
        }
        let left = try await AccountCount(in: database, naming: { $0 == previous }).names
        guard left.isEmpty || force else {
          throw CommandError(
            "\(accounts(left.count)) still on the previous keys \(previous)",
            hint: "they move as their owners register or change the password; --force takes their logins away",
            status: .refused)
        }
        try await keyring.retire(isForced: force)
        for name in left { printOut(name.description) }
        printError(
          "retired the server key \(previous)"
            + (left.isEmpty ? "" : "; \(accounts(left.count)) to be invited anew: user invite --replace"))
      }
    }
  }

  struct Replace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make wholly new keys, because the old ones were stolen.",
      discussion: """
        Whoever has the keys can pass for this server to clients of OPAQUE, if he also ends their TLS connections, and can \
        guess at the passwords of a stolen database. keys rotate keeps a part of them. This keeps nothing: all accounts lose what \
        they log in with by OPAQUE, and their notes; their names are printed, one a line. user invite --replace lets their owners \
        choose a password again. The new keys are sealed as the old ones were. A running server takes them by itself.
        """)

    @OptionGroup(title: "Accounts") var store: StoreOptions
    @OptionGroup(title: "Keys") var key: KeyOptions
    @Flag(help: "Yes, all accounts lose their logins by OPAQUE.") var force = false

    func run() async throws {
      let database = try store.openExisting()
      try await explaining {
        let keyring = try await key.keyring(database)
        let lost = try await AccountCount(in: database, naming: { _ in true }).names
        guard lost.isEmpty || force else {
          throw CommandError(
            "\(accounts(lost.count)) would lose what they log in with by OPAQUE",
            hint: "keys rotate makes fresh keys without that; --force says that the old ones were stolen",
            status: .refused)
        }
        try await keyring.replace()
        for name in lost { printOut(name.description) }
        printError(
          "made the server key \(keyring.keys.current.keyID) in place of all others"
            + (lost.isEmpty ? "" : "; \(accounts(lost.count)) to be invited anew: user invite --replace"))
      }
    }
  }
}

/// How many accounts are on which keys, counted with progress. One with records for both of OPAQUE's mechanisms may be
/// on two.
private struct AccountCount {
  var byKey: [OPAQUEKeyID: Int] = [:]
  /// Those that do not log in by OPAQUE.
  var without = 0
  /// Who is on a key that is asked about.
  var names: [AccountName] = []

  init(in store: any CredentialStore, naming on: (OPAQUEKeyID) -> Bool = { _ in false }) async throws(AccountError) {
    let progress = Progress(of: try await store.accountCount(), "accounts")
    defer { progress.clear() }
    var (byKey, without, names, done) = ([OPAQUEKeyID: Int](), 0, [AccountName](), 0)
    try await AccountAdministration(store).forEach { account throws(AccountError) in
      let ids = try account.opaqueKeyIDs
      for id in ids { byKey[id, default: 0] += 1 }
      if ids.contains(where: on) { names.append(account.name) }
      if ids.isEmpty { without += 1 }
      done += 1
      progress.reach(done)
    }
    (self.byKey, self.without, self.names) = (byKey, without, names)
  }
}
