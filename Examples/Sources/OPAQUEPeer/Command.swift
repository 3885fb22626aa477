internal import ExampleSupport
internal import PassBindCrypto

/// One line of input: a name, and values by key, each of which is asked for once.
struct Command {
  /// A line holds a password of 65,535 bytes in hexadecimal digits, or a message and a context, and not much more.
  static let longestLine = 400_000

  let name: Substring
  private var values: [Substring: Substring] = [:]

  init(_ line: String) throws(Refusal) {
    guard line.utf8.count <= Self.longestLine else { throw Refusal("badCommand", "the line is too long") }
    let words = line.split(separator: " ")
    name = words.first ?? ""
    for word in words.dropFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw Refusal("badCommand", "not key=value: a word of \(word.utf8.count) bytes") }
      guard values.updateValue(parts[1], forKey: parts[0]) == nil else {
        throw Refusal("badCommand", "a key comes twice")
      }
    }
  }

  mutating func text(_ key: Substring) throws(Refusal) -> Substring {
    guard let value = values.removeValue(forKey: key) else { throw Refusal("badCommand", "\(key) is missing") }
    return value
  }

  mutating func number(_ key: Substring) throws(Refusal) -> Int {
    guard let number = Int(try text(key)), number > 0 else { throw Refusal("badCommand", "\(key) is not a number") }
    return number
  }

  mutating func bytes(_ key: Substring) throws(Refusal) -> [UInt8] {
    guard let bytes = [UInt8](hexadecimal: try text(key)) else {
      throw Refusal("badCommand", "\(key) is not pairs of hexadecimal digits")
    }
    return bytes
  }

  mutating func bytesIfThere(_ key: Substring) throws(Refusal) -> [UInt8]? { has(key) ? try bytes(key) : nil }

  func has(_ key: Substring) -> Bool { values[key] != nil }

  mutating func secret(_ key: Substring) throws(Refusal) -> SecretBytes {
    var bytes = try bytes(key)
    return SecretBytes(taking: &bytes)
  }

  /// To be called before anything is done: a key that nobody asked for is a mistake.
  func end() throws(Refusal) {
    guard values.isEmpty else { throw Refusal("badCommand", "\(name) has no \(values.keys.sorted()[0])") }
  }
}

/// Why a line is answered by `error`.
struct Refusal: Error {
  let code: String
  let reason: String

  init(_ code: String, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}

/// A line of output: `ok`, and values by key.
struct Answer {
  private(set) var line = "ok"

  func with(_ key: String, _ number: Int) -> Answer { adding("\(key)=\(number)") }

  func with(_ key: String, _ bytes: [UInt8]) -> Answer { adding("\(key)=\(bytes.hexadecimal)") }

  func with(_ key: String, _ secret: borrowing SecretBytes) -> Answer {
    let span = secret.span
    return with(key, span.indices.map { span[$0] })
  }

  private func adding(_ word: String) -> Answer {
    var longer = self
    longer.line += " " + word
    return longer
  }
}
