import Foundation
import PassBindCrypto
import PassBindRistretto
import Testing

/// A worked example as a specification has it: paragraphs of a name and its value, whose line ends count for nothing.
struct SpecifiedExample {
  private let values: [String: String]

  /// The first block under a heading.
  ///
  /// - Parameter path: the specification's, in this package.
  init(in path: String, under heading: String) throws {
    let document = URL(filePath: #filePath).appending(path: "../../../../\(path)").standardizedFileURL
    let specification = try String(contentsOf: document, encoding: .utf8)
    let behind = try #require(specification.components(separatedBy: "\n\(heading)\n").last)
    let block = behind.components(separatedBy: "```")[1]
    var values: [String: String] = [:]
    for paragraph in block.split(separator: "\n\n") {
      let lines = paragraph.split(separator: "\n")
      values[String(lines[0])] = lines.dropFirst().joined()
    }
    self.values = values
  }

  func text(_ name: String) throws -> String { try #require(values[name], "the example has no \(name)") }
  func hex(_ name: String) throws -> [UInt8] { bytes(try text(name)) }
  func secretHex(_ name: String) throws -> SecretBytes { SecretBytes(copying: try hex(name)) }

  func scalar(_ name: String) throws -> RistrettoScalar {
    let value = try hex(name)
    return try RistrettoScalar(decoding: value.span)
  }

  func expect(_ name: String, _ found: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    let found = found.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    #expect(values[name] == found, "\(name)", sourceLocation: sourceLocation)
  }
}
