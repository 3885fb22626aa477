internal import ExampleSupport
internal import PassBindCrypto

/// A line of output: `ok`, and values by key.
struct Answer {
  private(set) var line = "ok"

  func with(_ key: String, _ number: Int) -> Answer { adding("\(key)=\(number)") }

  func with(_ key: String, _ bytes: [UInt8]) -> Answer { adding("\(key)=\(bytes.hexadecimal)") }

  func with(_ key: String, _ secret: borrowing SecretBytes) -> Answer {
    let span = secret.span
    return with(key, span.indices.map { span[$0] })
  }

  private func adding(_ word: String) -> Answer {
    var longer = self
    longer.line += " " + word
    return longer
  }
}
