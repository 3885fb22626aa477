internal import PassBindCrypto

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Tells somebody who waits at a terminal why: a password is being stretched.
package enum StretchingNotice {
  /// Says so on standard error, if that is a terminal, where a server's message asks for stretching that is within the
  /// limits.
  package static func show(for message: [UInt8]) {
    if let cost = cost(message) { show(cost) }
  }

  /// Says so on standard error, if that is a terminal.
  package static func show(_ cost: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    printError(Colour.dim.onErrors("stretching the password: \(cost)"))
  }

  /// What a server's message makes the client do, in words; nil if it asks for nothing, or for what is refused.
  static func cost(_ message: [UInt8]) -> String? {
    let text = String(decoding: message, as: UTF8.self)
    if let text = OPAQUEEAText.stretching(in: message) ?? OPAQUEText.stretching(in: text) {
      guard let parameters = try? KeyStretchingParameters(parsing: text),
        (try? KeyStretchingLimits.default.permits(parameters)) != nil
      else { return nil }
      let numbers = text.split(separator: ",").dropFirst().compactMap { Int($0.dropFirst(2)) }
      guard numbers.count == 3 else { return nil }
      let isArgon2 = text.hasPrefix("argon2id")
      let memory = isArgon2 ? numbers[0] : numbers[0] * numbers[1] / 8
      let passes = isArgon2 ? numbers[1] : 2 * numbers[2]
      // A GiB that is gone through takes about a second.
      return "\(memory / 1024) MiB, \(time(Double(memory * passes) / 1_048_576))"
    }
    guard let field = text.split(separator: ",").last(where: { $0.hasPrefix("i=") }),
      let count = Int(field.dropFirst(2)), (4096...5_000_000).contains(count)
    else { return nil }
    return "\(count) iterations, \(time(Double(count) / 1_500_000))"
  }

  private static func time(_ seconds: Double) -> String {
    seconds < 0.7 ? "less than a second" : seconds < 1.5 ? "about a second" : "about \(Int(seconds.rounded())) seconds"
  }
}
