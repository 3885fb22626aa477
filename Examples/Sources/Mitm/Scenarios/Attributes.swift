// Both SCRAM and OPAQUE-R255 write their messages as attributes: a letter, =, and a value up to the next comma.

/// The value of a message's first attribute of that name; nil if it has none.
func attribute(_ name: Character, of message: [UInt8]) -> [UInt8]? {
  fields(message).first { $0.starts(with: "\(name)=".utf8) }.map { Array($0.dropFirst(2)) }
}

/// The message with another value in that attribute, the first of its name.
func replacing(_ name: Character, in message: [UInt8], by change: ([UInt8]) -> [UInt8]) -> [UInt8] {
  var fields = fields(message)
  if let index = fields.firstIndex(where: { $0.starts(with: "\(name)=".utf8) }) {
    fields[index] = Array(fields[index].prefix(2)) + change(Array(fields[index].dropFirst(2)))
  }
  return joined(fields)
}

/// The message without its attributes of that name.
func removing(_ name: Character, from message: [UInt8]) -> [UInt8] {
  joined(fields(message).filter { !$0.starts(with: "\(name)=".utf8) })
}

/// The message with something else in front of its first comma.
func replacingFirstField(of message: [UInt8], by field: String) -> [UInt8] {
  joined([Array(field.utf8)] + fields(message).dropFirst())
}

private func fields(_ message: [UInt8]) -> [[UInt8]] {
  message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Array.init)
}

private func joined(_ fields: [[UInt8]]) -> [UInt8] { Array(fields.joined(separator: [UInt8(ascii: ",")])) }
