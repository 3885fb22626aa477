/// What SASLprep does with a scalar. The order is that of generate-tables.py.
enum SASLprepCategory: UInt8 {
  /// Table A.1: not assigned in Unicode 3.2.
  case unassigned
  /// Table C.1.2: a space other than U+0020, which it becomes.
  case space
  /// Table B.1: left out.
  case nothing
  // What RFC 4013 section 2.3 prohibits, by the table of RFC 3454.
  case c21, c22, c3, c4, c5, c6, c7, c8, c9
  /// Table D.1.
  case rightToLeft
  /// Table D.2.
  case leftToRight
  /// All others.
  case neutral

  init(of scalar: UInt32) {
    let table = SASLprepTables.categories
    let run = table[lastIndex(in: table, notAbove: scalar << 8 | 0xFF)]
    self = Self(rawValue: UInt8(truncatingIfNeeded: run)) ?? .unassigned
  }

  /// What prohibits the scalar, if anything does.
  var prohibition: String? {
    switch self {
    case .c21: "ASCII control character (RFC 3454 table C.2.1)"
    case .c22: "non-ASCII control character (RFC 3454 table C.2.2)"
    case .c3: "private use character (RFC 3454 table C.3)"
    case .c4: "non-character code point (RFC 3454 table C.4)"
    case .c5: "surrogate code point (RFC 3454 table C.5)"
    case .c6: "character inappropriate for plain text (RFC 3454 table C.6)"
    case .c7: "character inappropriate for canonical representation (RFC 3454 table C.7)"
    case .c8: "deprecated or display-changing character (RFC 3454 table C.8)"
    case .c9: "tagging character (RFC 3454 table C.9)"
    case .unassigned, .nothing, .space, .rightToLeft, .leftToRight, .neutral: nil
    }
  }
}

/// The index of the last entry that is not above `key`, in an ascending table; 0 if all are above.
func lastIndex(in table: [UInt32], notAbove key: UInt32) -> Int {
  var low = 0
  var high = table.count
  while high - low > 1 {
    let middle = (low + high) / 2
    if table[middle] <= key { low = middle } else { high = middle }
  }
  return low
}
