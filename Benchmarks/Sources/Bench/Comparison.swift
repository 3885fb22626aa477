/// Times two ways of doing one thing in turn, ours, theirs, ours, theirs, so that a machine whose speed drifts slows
/// both.
struct Comparison {
  let name: String
  let unit: String
  /// Both return the time one operation took, in the unit.
  let ours: () async throws -> Double
  let theirs: () async throws -> Double

  /// One line, tab-separated: name, ratio, ours, theirs, unit. The times are the least seen, the ratio is the median
  /// over the rounds of theirs divided by ours.
  func run(rounds: Int) async throws -> String {
    _ = try await (ours(), theirs())  // warms caches and whatever is set up at first use
    var (a, b): ([Double], [Double]) = ([], [])
    for _ in 0..<rounds {
      a.append(try await ours())
      b.append(try await theirs())
    }
    let ratios = zip(a, b).map { $1 / $0 }.sorted()
    let figures = [ratios[ratios.count / 2], a.min() ?? 0, b.min() ?? 0].map { $0.rounded(toPlaces: 3) }
    return ([name] + figures.map(\.description) + [unit]).joined(separator: "\t")
  }
}

extension Double {
  fileprivate func rounded(toPlaces places: Int) -> Double {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    return (self * scale).rounded() / scale
  }
}

extension Duration {
  var microseconds: Double { Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12 }
}

/// How long the body took, in microseconds.
func microseconds(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  try body()
  return (clock.now - start).microseconds
}

/// Sums up the time between a `start` and the next `stop`, for work that is interrupted by somebody else's.
struct Stopwatch {
  private let clock = ContinuousClock()
  private var began: ContinuousClock.Instant
  private var elapsed = Duration.zero

  /// One that runs.
  init() { began = clock.now }

  mutating func start() { began = clock.now }
  mutating func stop() { elapsed += clock.now - began }

  var microseconds: Double { elapsed.microseconds }
}
