internal import ArgumentParser
internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindNIO
internal import PassBindOPAQUE
internal import PassBindSASL

struct Vault: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keep notes on the server that it can't read.",
    discussion: """
      A note is sealed here, under a key that only the password gives. The server keeps up to 16 notes of an account, and sees \
      their names and lengths. Forget the password, and they are lost; passwd seals them anew.
      """,
    subcommands: [Put.self, Get.self, List.self, Delete.self])
}

/// What all commands of the vault have in common: a login by OPAQUE, which alone gives the key.
struct VaultOptions: ParsableArguments {
  @Argument(help: "The server, HOST:PORT. Its certificate must be for HOST.")
  var server: HostPort

  @OptionGroup(title: "Who") var who: WhoOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "Login") var opaque: OPAQUEOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  /// Logs in and does something with the vault.
  func perform(
    _ action: (LoggedIn, borrowing OPAQUEVault) async throws -> Void
  ) async throws -> Report {
    let password = try who.readPassword()
    let visit = Visit(server: server, tls: tls, user: who.user, terms: opaque.terms, output: output)
    let (report, _) = try await visit.perform(tls.context(), password: password) { loggedIn, report in
      report.step = .request
      guard let vault = try loggedIn.vault(of: who.user) else { return }
      try await action(loggedIn, vault)
    }
    return report
  }
}

extension ArgumentHelp {
  fileprivate static var noteName: ArgumentHelp {
    "The note's name: 1 to 64 letters, digits, dots, underscores and hyphens."
  }
}

extension Vault {
  struct Put: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep a note, in place of any of that name.",
      discussion: "The note is read from standard input, or with --file: 4,096 bytes at most.\n\n\(exitCodes)")

    @OptionGroup var options: VaultOptions
    @Argument(help: .noteName) var name: String
    @Option(help: ArgumentHelp("Read the note from this file.", valueName: "file")) var file: String?

    func run() async throws {
      let note = try readNote(file)
      let report = try await options.perform { loggedIn, vault in
        try await loggedIn.client.setNote(name, to: vault.seal(note.span, name: name))
      }
      options.output.show(report, "kept \(printable(name))")
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a note to standard output.",
      discussion: "It is written as it was read, and nothing else; with --json, in base64.\n\n\(exitCodes)")

    @OptionGroup var options: VaultOptions
    @Argument(help: .noteName) var name: String

    func run() async throws {
      let report = try await options.perform { loggedIn, vault in
        guard let sealed = try await loggedIn.client.note(name) else {
          throw CommandError("there is no note \(printable(name))", hint: "vault list lists them", status: .refused)
        }
        let note = try vault.open(sealed.span, name: name)
        if options.output.json {
          let text = Base64.encode(note.span)
          printOut(
            JSON.object([("name", .string(name)), ("note", .string(String(decoding: text, as: UTF8.self)))]).description
          )
        } else {
          try writeNote(note)
        }
      }
      if !report.isAccepted { options.output.show(report, "") }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the notes' names, one a line.", discussion: exitCodes)

    @OptionGroup var options: VaultOptions

    func run() async throws {
      let report = try await options.perform { loggedIn, _ in
        let names = try await loggedIn.client.noteNames()
        if options.output.json {
          printOut(JSON.object([("notes", .array(names.map { .string($0) }))]).description)
        } else {
          for name in names { printOut(printable(name)) }
        }
      }
      if !report.isAccepted { options.output.show(report, "") }
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have the server forget a note.", discussion: exitCodes)

    @OptionGroup var options: VaultOptions
    @Argument(help: .noteName) var name: String

    func run() async throws {
      let report = try await options.perform { loggedIn, _ in
        guard try await loggedIn.client.note(name) != nil else {
          throw CommandError("there is no note \(printable(name))", hint: "vault list lists them", status: .refused)
        }
        try await loggedIn.client.setNote(name, to: nil)
      }
      options.output.show(report, "deleted \(printable(name))")
    }
  }
}
