internal import PassBindLineProfile
internal import PassBindSASL

/// A conversation in the line profile, made readable: each line, and under a line of a login what it says. No password ever
/// travels in it, and no key.
package struct Conversation: Sendable {
  /// Who says a line.
  package enum Side: String, Sendable {
    case client = "C:"
    case server = "S:"
  }

  private var buffers: [Side: LineBuffer] = [.client: LineBuffer(), .server: LineBuffer()]
  private var login: (tag: String, isSCRAM: Bool)?

  package init() {}

  /// Takes bytes as they passed, and returns what can be shown of them now.
  package mutating func take(_ bytes: [UInt8], from side: Side) -> [String] {
    buffers[side]?.append(bytes)
    var out: [String] = []
    while let line = try? buffers[side]?.next() { out += show(line, from: side) }
    return out
  }

  /// One whole line, without its CRLF, and what it says.
  package mutating func show(_ line: [UInt8], from side: Side) -> [String] {
    let text = String(decoding: line, as: UTF8.self)
    var message: [UInt8]?
    switch side {
    case .client:
      let words = text.split(separator: " ", omittingEmptySubsequences: false)
      if words.count >= 3, words[1].uppercased() == "AUTHENTICATE" {
        login = (String(words[0]), words[2].hasPrefix("SCRAM-"))
        message = words.count > 3 ? try? Base64.decode(Array(words[3].utf8)) : nil
      } else if login != nil {
        message = try? Base64.decode(line)
      }
    case .server:
      switch try? ServerLine(parsing: line) {
      case .continuation(let challenge)?: message = login == nil ? nil : try? Base64.decode(challenge)
      case .answer(let tag, _, _)? where tag == login?.tag: login = nil
      default: break
      }
    }
    let explained = message.map { login?.isSCRAM == true ? SCRAMText.explain($0) : [] } ?? []
    return [Colour.bold.on(side.rawValue) + " " + shortened(printable(text))]
      + explained.map { "     \($0.text.padded(to: 26)) " + Colour.dim.on($0.meaning) }
  }
}

extension String {
  /// The text with spaces behind it, if it is shorter than that.
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

/// A line whose long words, which are base64, are cut.
private func shortened(_ text: String) -> String {
  text.split(separator: " ", omittingEmptySubsequences: false)
    .map { $0.count > 64 ? $0.prefix(61) + "..." : $0 }
    .joined(separator: " ")
}
