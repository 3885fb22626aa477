/// One line from a server (RFC 3501 section 7), taken apart.
public enum ServerLine: Hashable, Sendable {
  /// `OK`, `NO`, `BAD`: how a command, or the greeting, turned out.
  public enum Status: String, Sendable {
    /// Done.
    case ok = "OK"
    /// Refused.
    case no = "NO"
    /// Not understood.
    case bad = "BAD"
  }

  /// `+ text`: the server waits for a line.
  case continuation([UInt8])
  /// `tag OK text`: the answer to the command with this tag.
  case answer(tag: String, Status, text: String)
  /// `* KEYWORD rest`: anything else. The keyword is in upper case.
  case untagged(String, [UInt8])

  /// Takes a line apart, without its CRLF.
  ///
  /// - Throws: ``ProfileError`` `malformed` for a line that is none of a server's.
  public init(parsing line: [UInt8]) throws(ProfileError) {
    let (first, rest) = splitWord(line)
    if first == [UInt8(ascii: "+")] {
      self = .continuation(rest ?? [])
      return
    }
    let (second, text) = splitWord(rest ?? [])
    guard let word = keyword(second), !word.isEmpty else {
      throw ProfileError(.malformed, "a line without a keyword")
    }
    if first == [UInt8(ascii: "*")] {
      self = .untagged(word, text ?? [])
    } else if isTag(first), let status = Status(rawValue: word) {
      self = .answer(
        tag: String(decoding: first, as: UTF8.self), status, text: String(decoding: text ?? [], as: UTF8.self))
    } else {
      throw ProfileError(.malformed, "neither +, nor *, nor the answer to a command")
    }
  }
}
