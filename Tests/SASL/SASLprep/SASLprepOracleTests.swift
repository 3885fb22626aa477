import Foundation
import PassBindCrypto
import PassBindSASL
import Testing

/// The code against Python's `stringprep`: against answers that are kept here, and, where there is a python3, live.
@Suite("SASLprep against an oracle (RFC 3454)")
struct SASLprepOracleTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let oracle = folder.appending(path: "oracle.py")
  private static let sources = folder.appending(path: "../../../Sources/SASL/SASLprep").standardized
  private static let python = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
    .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test("Every code point by itself")
  func everyScalar() throws {
    let digests = try Self.lines(of: "scalars.txt")
    #expect(digests.count == 0x110)
    for (block, expected) in digests.enumerated() {
      let codePoints = UInt32(block) << 12..<UInt32(block + 1) << 12
      var answers = ""
      for case let scalar? in codePoints.lazy.map(Unicode.Scalar.init) {
        answers += Self.answer(to: String(scalar)) + "\n"
      }
      let digest = try HashFunction.sha256.digest(of: answers.utf8.span)
      let prefix = digest.prefix(8).map { String(format: "%02x", $0) }.joined()
      #expect("\(String(block << 12, radix: 16, uppercase: true)) \(prefix)" == expected)
    }
  }

  @Test("Random strings whose answers are kept")
  func keptStrings() throws {
    let lines = try Self.lines(of: "strings.txt")
    #expect(lines.count == 600)
    for line in lines {
      let parts = line.split(separator: "=")
      let text = Self.text(parts[0])
      #expect(Self.answer(to: text) == parts[1], "\(parts[0])")
    }
  }

  @Test("Preparing twice is preparing once")
  func idempotence() throws {
    var prepared = 0
    for line in try Self.lines(of: "strings.txt") {
      for usage in [SASLprep.Usage.query, .stored] {
        guard let once = try? SASLprep.prepare(Self.text(line.split(separator: "=")[0]), as: usage) else { continue }
        #expect(scalars(try SASLprep.prepare(once, as: usage)) == scalars(once))
        prepared += 1
      }
    }
    #expect(prepared > 800)
  }

  @Test("The tables are what their script makes", .enabled(if: python != nil, "needs python3"))
  func tables() throws {
    let generated = try Self.run(Self.sources.appending(path: "generate-tables.py"))
    let kept = try String(contentsOf: Self.sources.appending(path: "SASLprepTables.swift"), encoding: .utf8)
    #expect(generated.utf8.elementsEqual(kept.utf8))
  }

  @Test(
    "The kept answers are what the oracle says", .enabled(if: python != nil, "needs python3"),
    arguments: ["scalars", "strings"])
  func keptAnswers(mode: String) throws {
    let kept = try String(contentsOf: Self.folder.appending(path: "\(mode).txt"), encoding: .utf8)
    #expect(try Self.run(Self.oracle, mode).utf8.elementsEqual(kept.utf8))
  }

  @Test("Fresh random strings", .enabled(if: python != nil, "needs python3"))
  func freshStrings() throws {
    // Most scalars of interest: those of the kept strings, in new company.
    let pool = try Self.lines(of: "strings.txt").flatMap { $0.split(separator: "=")[0].split(separator: " ") }
    let strings = (0..<20_000).map { _ in
      (0..<Int.random(in: 1...12)).compactMap { _ in pool.randomElement() }.joined(separator: " ")
    }
    let answers = try Self.run(Self.oracle, "answer", input: strings.joined(separator: "\n") + "\n")
      .split(separator: "\n")
    #expect(answers.count == strings.count)
    for (string, answer) in zip(strings, answers) {
      #expect(Self.answer(to: Self.text(string)) == answer, "\(string)")
    }
  }

  /// What becomes of a text in both usages, in the oracle's notation.
  private static func answer(to text: String) -> String {
    let query = answer(to: text, as: .query)
    let stored = answer(to: text, as: .stored)
    return query == stored ? query : "\(query);\(stored)"
  }

  private static func answer(to text: String, as usage: SASLprep.Usage) -> String {
    do throws(SASLprepError) {
      return scalars(try SASLprep.prepare(text, as: usage))
    } catch {
      guard error.code == .prohibited, let table = error.reason.split(separator: " ").last else {
        return error.code.description
      }
      return "prohibited \(table.dropLast())"
    }
  }

  private static func text(_ hexadecimal: some StringProtocol) -> String {
    let scalars = hexadecimal.split(separator: " ").compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }
    return String(String.UnicodeScalarView(scalars))
  }

  private static func lines(of file: String) throws -> [String] {
    try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private static func run(_ script: URL, _ arguments: String..., input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: try #require(python))
    process.arguments = [script.path] + arguments
    let file = FileManager.default.temporaryDirectory.appending(path: "saslprep-\(UUID().uuidString)")
    try Data(input.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let output = Pipe()
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }
}
