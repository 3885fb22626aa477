internal import PassBindSASL

// The pieces of RFC 3501's grammar (section 9) that the profile uses.

/// The first word of a line, and what follows the one space behind it; nil where there is no space.
func splitWord(_ line: some Collection<UInt8>) -> (word: [UInt8], rest: [UInt8]?) {
  guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return (Array(line), nil) }
  return (Array(line[..<space]), Array(line[line.index(after: space)...]))
}

/// `tag`: 1 to 64 printable characters without those that mean something elsewhere.
func isTag(_ word: [UInt8]) -> Bool {
  (1...64).contains(word.count)
    && word.allSatisfy { (0x21...0x7e).contains($0) && !#"(){%*"\+"#.utf8.contains($0) }
}

/// Upper case, since commands, codes and capabilities are not case sensitive; nil for what is not ASCII.
func keyword(_ word: [UInt8]) -> String? {
  guard word.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
  return String(decoding: word, as: UTF8.self).uppercased()
}

/// `quoted`, in UTF-8 (RFC 6855); nil for text with control characters, which no quoted string can hold.
func quoted(_ text: String) -> String? {
  guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else { return nil }
  var out = "\""
  for character in text.unicodeScalars {
    if character == "\"" || character == "\\" { out.unicodeScalars.append("\\") }
    out.unicodeScalars.append(character)
  }
  return out + "\""
}

/// The text of a `quoted`; nil for anything else.
func unquoted(_ bytes: [UInt8]) -> String? {
  guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return nil }
  var out: [UInt8] = []
  var rest = bytes.dropFirst().dropLast()
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "\\") {
      guard let escaped = rest.popFirst(), escaped == UInt8(ascii: "\\") || escaped == UInt8(ascii: "\"") else {
        return nil
      }
      out.append(escaped)
    } else {
      guard byte != UInt8(ascii: "\""), byte >= 0x20, byte != 0x7f else { return nil }
      out.append(byte)
    }
  }
  return String(validating: out, as: UTF8.self)
}

/// `[NAME argument] text`: the response code that a status line may begin with (RFC 3501 section 7.1).
struct ResponseCode {
  /// In upper case: 1 to 32 letters, digits and hyphens.
  let name: String
  let argument: String?
  let text: String

  /// Nil where the line begins with no such code.
  init?(in line: String) {
    guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return nil }
    let (word, rest) = splitWord(line[..<end].dropFirst().utf8)
    guard let name = keyword(word), (1...32).contains(word.count),
      name.utf8.allSatisfy({ $0.isUpperCase || $0.isDigit || $0 == UInt8(ascii: "-") })
    else { return nil }
    self.name = name
    argument = rest.map { String(decoding: $0, as: UTF8.self) }
    let text = line[end...].dropFirst()
    self.text = String(text.hasPrefix(" ") ? text.dropFirst() : text)
  }
}
