package import PassBindCrypto

/// One line of input: a name, and values by key, each of which is asked for once.
package struct Command {
  /// A line holds a password of 65,535 bytes in hexadecimal digits, or a message and a context, and not much more.
  private static let longestLine = 400_000

  package let name: Substring
  private var values: [Substring: Substring] = [:]

  package init(_ line: String) throws(Refusal) {
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

  package mutating func text(_ key: Substring) throws(Refusal) -> Substring {
    guard let value = values.removeValue(forKey: key) else { throw Refusal("badCommand", "\(key) is missing") }
    return value
  }

  package mutating func number(_ key: Substring) throws(Refusal) -> Int {
    guard let number = Int(try text(key)), number > 0 else { throw Refusal("badCommand", "\(key) is not a number") }
    return number
  }

  package mutating func bytes(_ key: Substring) throws(Refusal) -> [UInt8] {
    guard let bytes = [UInt8](hexadecimal: try text(key)) else {
      throw Refusal("badCommand", "\(key) is not pairs of hexadecimal digits")
    }
    return bytes
  }

  package mutating func bytesIfThere(_ key: Substring) throws(Refusal) -> [UInt8]? { has(key) ? try bytes(key) : nil }

  package func has(_ key: Substring) -> Bool { values[key] != nil }

  package mutating func secret(_ key: Substring) throws(Refusal) -> SecretBytes {
    var bytes = try bytes(key)
    return SecretBytes(taking: &bytes)
  }

  /// To be called before anything is done: a key that nobody asked for is a mistake.
  package func end() throws(Refusal) {
    guard values.isEmpty else { throw Refusal("badCommand", "\(name) has no \(values.keys.sorted()[0])") }
  }
}

/// Why a line is answered by `error`.
package struct Refusal: Error {
  package let code: String
  package let reason: String

  package init(_ code: String, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
