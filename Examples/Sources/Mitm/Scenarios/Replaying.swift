/// Passes everything on as it is, and keeps what the client says for its login, to say it once more later.
struct Replaying: Scenario {
  private(set) var replay: [[UInt8]] = []

  mutating func pass(_ line: Line) -> Passed {
    if case .message(let message, _, _) = line.meaning, message == .clientFirst || message == .clientFinal {
      replay.append(line.bytes)
    }
    return .onward(line.bytes)
  }
}
