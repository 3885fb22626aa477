package import LoginSupport

/// What an ErrorResponse says.
package struct ErrorFields: Sendable {
  /// How bad it is: FATAL ends the connection.
  package let severity: String
  /// The SQLSTATE.
  package let code: String
  /// The error in words.
  package let message: String

  /// An error to send.
  package init(severity: String, code: String, message: String) {
    self.severity = severity
    self.code = code
    self.message = message
  }

  /// Reads an ErrorResponse's body: fields of a letter and a string, and a NUL at the end.
  package init(parsing body: [UInt8]) throws(ProtocolError) {
    var reader = FrameReader(body)
    var fields: [UInt8: String] = [:]
    while case let letter = try reader.byte(), letter != 0 { fields[letter] = try reader.string() }
    try reader.end()
    severity = fields[UInt8(ascii: "S")] ?? "ERROR"
    code = fields[UInt8(ascii: "C")] ?? "XX000"
    message = fields[UInt8(ascii: "M")] ?? "no message"
  }

  /// The ErrorResponse.
  package var frame: Frame {
    let fields = [("S", severity), ("V", severity), ("C", code), ("M", message)]
    return Frame("E", fields.flatMap { Array($0.utf8) + terminated($1) } + [0])
  }
}
