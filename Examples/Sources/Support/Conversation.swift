internal import PassBindExportedAuthenticators
internal import PassBindLineProfile
internal import PassBindSASL

/// A conversation in the line profile, made readable: each line, and under a line of a login what it says. No password
/// ever travels in it, and no key.
package struct Conversation: Sendable {
  /// Who says a line.
  package enum Side: String, Sendable {
    case client = "C:"
    case server = "S:"
  }

  private var buffers: [Side: LineBuffer] = [.client: LineBuffer(), .server: LineBuffer()]
  private var exchange: (tag: String, explain: @Sendable ([UInt8]) -> [MessagePiece])?
  private var isRegistration = false

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
    var shown = shortened(printable(text))
    switch side {
    case .client:
      let words = text.split(separator: " ", omittingEmptySubsequences: false)
      if words.count >= 3, let begun = Exchange(rawValue: words[1].uppercased()) {
        isRegistration = begun == .registration
        exchange = (String(words[0]), begun.explanation(mechanism: words[2].uppercased()))
        message = words.count > 3 ? try? Base64.decode(Array(words[3].utf8)) : nil
      } else if exchange != nil {
        message = try? Base64.decode(line)
        // It holds what the account will be checked by.
        if isRegistration, message?.isEmpty == false { shown = "..." }
      }
    case .server:
      switch try? ServerLine(parsing: line) {
      case .continuation(let challenge)?: message = exchange == nil ? nil : try? Base64.decode(challenge)
      case .answer(let tag, _, _)? where tag == exchange?.tag: exchange = nil
      default: break
      }
    }
    let explained = message.flatMap { exchange?.explain($0) } ?? []
    return [Colour.bold.on(side.rawValue) + " " + shown]
      + explained.map { "     \($0.text.padded(to: 26)) " + Colour.dim.on($0.meaning) }
  }
}

/// The commands that begin an exchange of messages.
private enum Exchange: String {
  case login = "AUTHENTICATE"
  case registration = "REGISTER"

  /// What explains the messages of a mechanism; nothing does where it is neither of SCRAM's nor of OPAQUE's.
  func explanation(mechanism: String) -> @Sendable ([UInt8]) -> [MessagePiece] {
    switch (self, mechanism.hasPrefix("SCRAM-"), mechanism.hasPrefix("OPAQUE-")) {
    case (.login, true, _): { SCRAMText.explain($0) }
    case (.login, _, true) where mechanism == OPAQUEEAMechanism.name.description: { OPAQUEEAText.explain($0) }
    case (.login, _, true): { OPAQUEText.explain($0) }
    case (.registration, true, _): { SCRAMText.explain(registration: $0) }
    case (.registration, _, true): { OPAQUEText.explain(registration: $0) }
    default: { _ in [] }
    }
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
