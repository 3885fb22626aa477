internal import ArgumentParser
internal import ExampleSupport
internal import Foundation
internal import PassBindAccounts
internal import PassBindCrypto
internal import PassBindSASL
internal import PassBindSCRAM

/// What user import reads.
enum ImportFormat: ExpressibleByArgument {
  case verifiers(VerifierFileFormat)
  case opaqueKE

  init?(argument: String) {
    if argument == "opaque-ke" {
      self = .opaqueKE
    } else if let format = VerifierFileFormat(rawValue: argument) {
      self = .verifiers(format)
    } else {
      return nil
    }
  }
}

extension User {
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take verifiers from a file of PostgreSQL, Dovecot, Kafka or RFC 5803, or opaque-ke's password files.",
      discussion: """
        One account's verifier a line, as name:verifier. Each line is taken or refused on its own; what is refused is reported \
        with its line and the field that is wrong. Exits with 1 if any was.

        An opaque-ke password file is a line as name:base64 of its 192 bytes. It is of use only under the keys of its server, \
        which keys init --opaque-ke-setup takes over. Clients whose passwords SASLprep would change can't log in.
        """)

    @Argument(help: "The file; - means standard input.") var file: String
    @OptionGroup(title: "Accounts") var store: StoreOptions
    @OptionGroup(title: "Keys") var key: KeyOptions
    @Option(help: "How it is written: postgresql, dovecot, kafka, rfc5803 or opaque-ke.") var format: ImportFormat

    @Option(
      help: ArgumentHelp(
        "The key stretching that opaque-ke's clients used, which its files do not say.", valueName: "parameters"),
      transform: stretchingParameters)
    var stretching = KeyStretchingParameters.opaqueKE

    @Flag(help: "Put what the file has in place of the passwords that accounts have, by whatever mechanism.")
    var replace = false
    @Flag(help: "Print one JSON object a line.") var json = false

    func run() async throws {
      let lines = try lines()
      var administration = AccountAdministration(try store.open())
      if case .opaqueKE = format { administration.keyring = try await key.keyring(administration.store) }
      let progress = Progress(of: lines.count, "lines")
      var (taken, refused) = (0, 0)
      func report(_ result: VerifierFileResult) {
        if result.refusal == nil { taken += 1 } else { refused += 1 }
        if json {
          progress.clear()
          printOut(result.json)
        } else if let refusal = result.refusal {
          progress.clear()
          complain("line \(result.line)\(result.name.map { " (\($0))" } ?? ""): \(refusal)", hint: nil)
        }
        progress.reach(result.line)
      }
      defer { progress.clear() }
      try await explaining {
        switch format {
        case .verifiers(let format):
          try await administration.importVerifiers(lines, as: format, replacing: replace, report)
        case .opaqueKE:
          try await administration.importOPAQUERecords(
            lines, stretching: stretching, replacing: replace, report)
        }
      }
      progress.clear()
      printError("took \(taken), refused \(refused)")
      if refused > 0 { leave(status: CommandError.Status.refused.rawValue) }
    }

    private func lines() throws -> [Substring] {
      let limit = 256 * 1024 * 1024
      let data: Data
      do {
        let handle = file == "-" ? .standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        data = try handle.read(upToCount: limit + 1) ?? Data()
      } catch {
        throw CommandError(
          "cannot read \(file): \(reason(of: error))", hint: "name a file that this user may read; - is standard input")
      }
      guard data.count <= limit else {
        throw CommandError("\(file) has more than \(limit) bytes", hint: "split it, between lines")
      }
      // Bytes that are not UTF-8 become U+FFFD, which no name and no verifier may hold: they cost their own line alone.
      return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.hasSuffix("\r") ? $0.dropLast() : $0
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the accounts' verifiers for PostgreSQL, Dovecot, Kafka or RFC 5803.",
      discussion: """
        One verifier a line on standard output, as name:verifier. What the format has no words for is reported. Verifiers allow \
        guessing: keep the output as safe as the accounts themselves.
        """)

    @OptionGroup(title: "Accounts") var store: StoreOptions
    @Option(help: "How to write it: postgresql, dovecot, kafka or rfc5803.") var format: VerifierFileFormat

    func run() async throws {
      let administration = AccountAdministration(try store.openExisting())
      try await explaining {
        let left = try await administration.exportVerifiers(as: format) { printOut($0) }
        for result in left {
          printError(
            "left out: \(printable(result.name ?? ""))\(result.mechanism.map { ", \($0)" } ?? ""): \(result.refusal ?? "")"
          )
        }
      }
    }
  }
}

extension VerifierFileResult {
  fileprivate var json: String {
    JSON.object([
      ("line", .number(line)), ("name", JSON(name)), ("mechanism", JSON(mechanism?.description)),
      ("taken", .bool(refusal == nil)), ("reason", JSON(refusal)),
    ]).description
  }
}
