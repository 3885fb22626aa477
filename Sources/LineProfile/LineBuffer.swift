/// Turns a stream of bytes into lines that end in CRLF. A bare CR, a bare LF and NUL are errors: what one end takes for
/// the end of a line and the other does not is how commands are smuggled in.
public struct LineBuffer: Sendable {
  /// The most bytes of a line, with its CRLF.
  public static let maximumCount = 8192

  private var bytes: [UInt8] = []
  private var lineStart = 0
  private var scanned = 0

  /// An empty buffer.
  public init() {}

  /// How many bytes wait to be taken.
  public var count: Int { bytes.count - lineStart }

  /// Whether nothing waits to be taken, not even a part of a line.
  public var isEmpty: Bool { count == 0 }

  /// Adds received bytes.
  public mutating func append(_ more: some Collection<UInt8>) {
    if lineStart > 0 {
      bytes.removeFirst(lineStart)
      scanned -= lineStart
      lineStart = 0
    }
    bytes += more
  }

  /// Takes the next whole line, without its CRLF; nil until there is one.
  ///
  /// - Throws: ``ProfileError`` `tooLong` past ``maximumCount`` bytes, `malformed` for a bare CR or LF or a NUL.
  public mutating func next() throws(ProfileError) -> [UInt8]? {
    while scanned < bytes.count {
      let byte = bytes[scanned]
      let followsCR = scanned > lineStart && bytes[scanned - 1] == UInt8(ascii: "\r")
      guard followsCR == (byte == UInt8(ascii: "\n")), byte != 0 else {
        throw ProfileError(.malformed, byte == 0 ? "NUL in a line" : "CR and LF must come together")
      }
      scanned += 1
      guard scanned - lineStart <= Self.maximumCount else {
        throw ProfileError(.tooLong, "a line may have \(Self.maximumCount) bytes")
      }
      if followsCR {
        defer { lineStart = scanned }
        return Array(bytes[lineStart..<scanned - 2])
      }
    }
    return nil
  }
}
