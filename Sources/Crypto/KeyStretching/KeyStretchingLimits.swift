/// What key stretching somebody accepts that another chose: a floor, below which a password would be too cheap to
/// guess, and a cap, above which a stranger could take this machine's memory and time. A client has need of both: the
/// parameters reach it before the server has proved anything.
///
/// Two figures make the rule for both functions:
///
/// - memory, in KiB: m for Argon2id, n * r / 8 for scrypt;
/// - work, in KiB: the memory times how often it is gone through. That is m * t for Argon2id; scrypt fills its memory
///   once and goes through it once more, p times over, which makes n * r / 4 * p.
///
/// The floor is on these two alone. Fewer passes over more memory are not weaker (2 GiB in one pass costs a guesser
/// more than 19 MiB in two), but no number of passes makes up for too little memory, which is what keeps guessing off
/// special hardware. Lanes make nothing stronger: they only let it run in parallel. The cap is on memory and work too,
/// and on passes and lanes.
public struct KeyStretchingLimits: Hashable, Sendable {
  /// The least memory, in KiB.
  public var minimumMemory: Int
  /// The most memory, in KiB.
  public var maximumMemory: Int
  /// The least work, in KiB gone through.
  public var minimumWork: Int
  /// The most work, in KiB gone through.
  public var maximumWork: Int
  /// The most passes (t) of Argon2id.
  public var maximumPasses: Int
  /// The most lanes of Argon2id, and the most of scrypt's p.
  public var maximumLanes: Int

  /// The floor is OWASP's minimum for Argon2id, m=19456 and t=2, and lets RFC 9807's scrypt through (n=32768, r=8). The
  /// cap is 256 MiB and 1 GiB of work, about a second; 10 passes; 16 lanes. RFC 9807's Argon2id (2 GiB) is above that:
  /// whoever wants it sets `maximumMemory` and `maximumWork` to 2,097,152.
  public init(
    minimumMemory: Int = 19_456, maximumMemory: Int = 262_144, minimumWork: Int = 38_912,
    maximumWork: Int = 1_048_576, maximumPasses: Int = 10, maximumLanes: Int = 16
  ) {
    self.minimumMemory = minimumMemory
    self.maximumMemory = maximumMemory
    self.minimumWork = minimumWork
    self.maximumWork = maximumWork
    self.maximumPasses = maximumPasses
    self.maximumLanes = maximumLanes
  }

  /// The limits of ``init(minimumMemory:maximumMemory:minimumWork:maximumWork:maximumPasses:maximumLanes:)`` without
  /// arguments.
  public static let `default` = KeyStretchingLimits()

  /// Returns if the parameters lie within the limits. It computes nothing and takes no memory.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter`, whose reason names the figure and the limit that it is beyond.
  public func permits(_ parameters: KeyStretchingParameters) throws(CryptoError) {
    if parameters.memory < minimumMemory {
      throw beyond(parameters, "memory in KiB", parameters.memory, "floor", minimumMemory)
    }
    if parameters.work < minimumWork {
      throw beyond(parameters, "work in KiB", parameters.work, "floor", minimumWork)
    }
    try permitsCap(parameters)
  }

  /// The cap alone, to open what a passphrase sealed: weak parameters written into it by a stranger gain that stranger
  /// nothing, since opening it leaves no trace of the passphrase. Heavy ones would still take memory and time.
  package func permitsCap(_ parameters: KeyStretchingParameters) throws(CryptoError) {
    if parameters.memory > maximumMemory {
      throw beyond(parameters, "memory in KiB", parameters.memory, "cap", maximumMemory)
    }
    if parameters.work > maximumWork {
      throw beyond(parameters, "work in KiB", parameters.work, "cap", maximumWork)
    }
    switch parameters.function {
    case .argon2id(_, let passes, let lanes):
      if passes > maximumPasses { throw beyond(parameters, "t", UInt64(passes), "cap", maximumPasses) }
      if lanes > maximumLanes { throw beyond(parameters, "p", UInt64(lanes), "cap", maximumLanes) }
    case .scrypt(_, _, let p):
      if p > maximumLanes { throw beyond(parameters, "p", UInt64(p), "cap", maximumLanes) }
    }
  }

  private func beyond(
    _ parameters: KeyStretchingParameters, _ name: String, _ figure: UInt64, _ limit: String, _ value: Int
  ) -> CryptoError {
    CryptoError(
      .invalidParameter, "key stretching by \(parameters) is refused: \(name) is \(figure), the \(limit) \(value)")
  }
}

extension KeyStretchingParameters {
  /// The memory it takes, in KiB, rounded up.
  var memory: UInt64 {
    switch function {
    case .argon2id(let memory, _, _): UInt64(memory)
    case .scrypt(let n, let r, _): (UInt64(n) * UInt64(r) + 7) / 8
    }
  }

  /// The memory it goes through in all, in KiB, rounded up. The largest values there are do not overflow: (2^32 - 1)^2
  /// for Argon2id, 2^50 for scrypt.
  var work: UInt64 {
    switch function {
    case .argon2id(let memory, let passes, _): UInt64(memory) * UInt64(passes)
    case .scrypt(let n, let r, let p): (UInt64(n) * UInt64(r) * UInt64(p) + 3) / 4
    }
  }
}
