internal import ExampleSupport
internal import Foundation
internal import PassBindExportedAuthenticators
internal import PassBindSASL

extension Intrusion {
  /// Resumes a session of TLS 1.3, and sends the beginning of a login as early data, which anybody could send once
  /// more. Our server says in its tickets that it takes none; the attacker's ticket is made to say otherwise.
  func sendEarlyData() async throws -> Finding {
    let scratch = try Scratch()
    let connect = ["s_client", "-connect", place.description, "-tls1_3"]
    var first = OpenSSLConversation(
      try OpenSSLProgram(connect + ["-sess_out", scratch.path("session.pem")], in: scratch), as: .client)
    defer { first.program.stop() }
    _ = await first.hear("* OK")
    first.say("a NOOP")
    guard await first.hear("a OK") != nil, let pem = scratch.read("session.pem") else {
      throw CommandError(cannotEnact: "the server gave no session to resume")
    }
    first.program.stop()
    let session = try scratch.write(OpenSSLSession.promisingEarlyData(pem), to: "early.pem")
    let message =
      login.mechanism == OPAQUEEAMechanism.name
      ? Base64.string(try await firstMessage()) : try login.unboundFirstMessage()
    let early = try scratch.write(
      "\(EarlyData.command) \(login.mechanism) \(message)\r\n", to: "early.txt")
    var second = OpenSSLConversation(
      try OpenSSLProgram(connect + ["-sess_in", session, "-early_data", early], in: scratch), as: .client)
    defer { second.program.stop() }
    guard let verdict = await second.program.line("Early data was "), verdict != "Early data was not sent" else {
      throw CommandError(cannotEnact: "openssl could send no early data")
    }
    second.say("late NOOP")
    let answer = await second.hear("+ ", "early ", "late ")
    let isAnswered = answer.map { !$0.bytes.starts(with: "late".utf8) } ?? false
    let end = answer == nil ? "the server broke the connection off" : "the connection went on"
    return Finding(
      loot: second.loot, outcome: isAnswered || verdict == "Early data was accepted" ? .accepted : .refused,
      text: "\(verdict), \(isAnswered ? "and the login in it ANSWERED" : end)")
  }
}

enum EarlyData {
  /// What is sent as early data.
  static let command = "early AUTHENTICATE"
}

/// OpenSSL's form of a session (`SSL_SESSION` in ASN.1, in PEM), of which one field is changed.
enum OpenSSLSession {
  /// The same session, with a server's word that it takes 16 KiB of early data: field 15, an explicitly tagged INTEGER.
  static func promisingEarlyData(_ pem: String) throws(CommandError) -> String {
    let base64 = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    guard let der = Data(base64Encoded: base64), let fields = elements(Array(der)) else {
      throw CommandError(cannotEnact: "openssl's session cannot be read")
    }
    let field: [UInt8] = [0xaf, 4, 2, 2, 0x40, 0]
    let others = fields.filter { $0.first != field[0] }
    let before = others.prefix { $0.first.map { $0 < 0xa0 || $0 < field[0] } ?? false }
    let content = Array((before + [field] + others.dropFirst(before.count)).joined())
    let length = [0x82, UInt8(truncatingIfNeeded: content.count >> 8), UInt8(truncatingIfNeeded: content.count)]
    let text = Data([0x30] + length + content).base64EncodedString(options: [
      .lineLength64Characters, .endLineWithLineFeed,
    ])
    return "-----BEGIN SSL SESSION PARAMETERS-----\n\(text)\n-----END SSL SESSION PARAMETERS-----\n"
  }

  /// The elements in a DER sequence, each with its tag and length; nil for anything else.
  private static func elements(_ der: [UInt8]) -> [[UInt8]]? {
    guard der.first == 0x30, let content = length(der[...]), content.end == der.count else { return nil }
    var rest = der[content.start...]
    var found: [[UInt8]] = []
    while !rest.isEmpty {
      guard let element = length(rest), element.end <= rest.endIndex else { return nil }
      found.append(Array(rest[..<element.end]))
      rest = rest[element.end...]
    }
    return found
  }

  /// Where the content of the element at the front begins and ends; nil if its length has more than two bytes.
  private static func length(_ der: ArraySlice<UInt8>) -> (start: Int, end: Int)? {
    let header = Array(der.prefix(4))
    switch header.dropFirst().first {
    case let count? where count < 0x80: return (der.startIndex + 2, der.startIndex + 2 + Int(count))
    case 0x81? where header.count > 2: return (der.startIndex + 3, der.startIndex + 3 + Int(header[2]))
    case 0x82? where header.count > 3:
      return (der.startIndex + 4, der.startIndex + 4 + Int(header[2]) << 8 + Int(header[3]))
    default: return nil
    }
  }
}
