internal import PassBindLineProfile
internal import PassBindSASL

/// What an interceptor does to the lines that pass through it. One value a connection; lines come without their CRLF, and what
/// is returned is passed on in their place.
protocol Scenario {
  mutating func fromClient(_ line: [UInt8]) -> [[UInt8]]
  mutating func fromServer(_ line: [UInt8]) -> [[UInt8]]
}

/// Passes everything on as it is.
struct Passing: Scenario {
  func fromClient(_ line: [UInt8]) -> [[UInt8]] { [line] }
  func fromServer(_ line: [UInt8]) -> [[UInt8]] { [line] }
}

/// Takes the -PLUS mechanisms off the list of capabilities.
struct PlusStripping: Scenario {
  func fromClient(_ line: [UInt8]) -> [[UInt8]] { [line] }

  func fromServer(_ line: [UInt8]) -> [[UInt8]] {
    guard case .untagged("CAPABILITY", let words)? = try? ServerLine(parsing: line) else { return [line] }
    let whole = Capabilities(parsing: words)
    let stripped = Capabilities(
      startTLS: whole.startTLS, initialResponse: whole.initialResponse,
      offer: SASLOffer(mechanisms: whole.offer.mechanisms.filter { !$0.isPlus }, bindingTypes: nil))
    return [Array("* CAPABILITY \(stripped.words)".utf8)]
  }
}
