// The characters that grammars are made of (RFC 5234 appendix B.1), as bytes.
extension UInt8 {
  /// `DIGIT`.
  package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// `ALPHA`, in upper case.
  package var isUpperCase: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }

  /// `ALPHA`.
  package var isLetter: Bool { isUpperCase || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

  /// Whether this is a letter, a digit or one of the others.
  package func isLetterOrDigit(or others: String) -> Bool { isLetter || isDigit || others.utf8.contains(self) }
}
