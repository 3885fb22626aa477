internal import ArgumentParser
internal import ExampleSupport
internal import Foundation
internal import PassBindSASL

struct Lab: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Enact every attack, on a server and a client of its own, and show what becomes of the logins.",
    discussion: """
      It takes some seconds, stays on this machine, runs openssl, and writes nothing but temporary files. Each outcome is what the server's audit and the \
      client's error say. The exit status is 0 if all are as they must be, else 1.
      """)

  @Option(
    help: ArgumentHelp("The folder with the certificates that certs/make --all has made.", valueName: "folder"))
  var certificates: String?

  @Option(help: ArgumentHelp("Enact nothing but this attack.", valueName: "attack"))
  var only: String?

  @Flag(help: "Print one JSON object a row.")
  var json = false

  func run() async throws {
    let rows = Trial.all.filter { only == nil || $0.attack == only }
    guard !rows.isEmpty else { throw ValidationError("there is no attack \(only ?? "")") }
    let laboratory = try await Laboratory(certificates: try folder())
    let progress = Progress(of: rows.count, "logins")
    var wrong = 0
    if !json { printOut(Trialled.heading) }
    for (index, trial) in rows.enumerated() {
      let row = try await watched(trial) { try await laboratory.enact(trial) }
      progress.clear()
      printOut(json ? row.json : row.line)
      if !row.isRight { wrong += 1 }
      progress.reach(index + 1)
    }
    progress.clear()
    if wrong > 0 {
      throw CommandError(
        "\(wrong) of \(rows.count) did not end as they must",
        hint: "those rows say what happened instead; --only enacts one attack alone", status: .refused)
    }
    if !json { printOut("\(rows.count) logins, all of them as they must end") }
  }

  /// A login that does not come to an end is not as it must be either.
  private func watched<R>(_ trial: Trial, _ enact: () async throws -> R) async throws -> R {
    let watchdog = Task {
      try await Task.sleep(for: .seconds(60))
      complain(
        "\(trial.attack ?? "a login that nobody attacks") does not come to an end",
        hint: "--only enacts one attack alone")
      leave(status: CommandError.Status.failed.rawValue)
    }
    defer { watchdog.cancel() }
    return try await enact()
  }

  private func folder() throws(CommandError) -> String {
    let needed = ["server", "rogue", "ed25519", "rsa-sha256", "p384-sha384"].flatMap { ["\($0).pem", "\($0).key"] }
    let hint = "make them: certs/make --all FOLDER, then passbind-mitm lab --certificates FOLDER"
    guard let certificates else { throw CommandError("the laboratory needs certificates", hint: hint, status: .usage) }
    for file in needed + ["authorities.pem"]
    where !FileManager.default.isReadableFile(atPath: "\(certificates)/\(file)") {
      throw CommandError("there is no \(file) in \(certificates)", hint: hint)
    }
    return certificates
  }
}

extension Trialled {
  private static let widths = [39, 18, 26, 70]

  fileprivate static var heading: String {
    Colour.bold.on(columns(["scenario", "mechanism", "binding", "what the attacker saw"]) + "outcome")
  }

  /// The row, for people.
  fileprivate var line: String {
    let name = (trial.attack ?? "no attack") + (trial.what.isEmpty ? "" : ", \(trial.what)")
    let start = Self.columns([name, mechanism.description, "\(binding?.description ?? "nothing") \(trial.tls)", seen])
    if isRight {
      return start
        + ([.takenOver, .deceived].contains(outcome.result) ? Colour.yellow : .green).on(outcome.description)
    }
    let found = "\(outcome.description) (audit: \(outcome.audit.joined(separator: ", ")))"
    let wanted = "\(trial.right.description) (audit: \(trial.right.audit.joined(separator: ", ")))"
    return start
      + Colour.red.on("WRONG: \(found); must be: \(wanted), bound by \(trial.binding?.description ?? "nothing")")
  }

  private static func columns(_ texts: [String]) -> String {
    zip(texts, widths).map { $0.padded(to: $1) + "  " }.joined()
  }

  /// The row, for machines.
  fileprivate var json: String {
    JSON.object([
      ("mechanism", .string(mechanism.description)), ("binding", JSON(binding?.description)),
      ("tls", .string(trial.tls.description)), ("attack", JSON(trial.attack)),
      ("outcome", .string(outcome.result.rawValue)), ("case", .string(trial.what)), ("seen", .string(seen)),
      ("right", .bool(isRight)), ("by", JSON(outcome.by?.rawValue)), ("reason", JSON(outcome.reason)),
      ("audit", .array(outcome.audit.map { .string($0) })),
    ]).description
  }
}
