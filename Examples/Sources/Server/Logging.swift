internal import ExampleSupport
internal import Logging
internal import PassBindAccounts

/// Writes log lines to standard error: for people, or in JSON.
struct LineLogHandler: LogHandler {
  let isJSON: Bool
  var logLevel = Logger.Level.info
  var metadata = Logger.Metadata()

  init(isJSON: Bool) { self.isJSON = isJSON }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    let (level, message, time) = (event.level, event.message, Timestamp.now())
    if isJSON {
      var fields: [(String, JSON)] = [
        ("time", .string(time.description)), ("level", .string(level.rawValue)),
        ("message", .string(message.description)),
      ]
      for (key, value) in all { fields.append((key, Self.json(value))) }
      printError(JSON.object(fields).description)
    } else {
      let values = all.map { " \($0)=\(Self.text($1.description))" }.joined()
      printError("\(time) \(level) \(message)\(values)")
    }
  }

  /// In quotes where it is not one plain word, so that nobody's name can pass for more fields or another line.
  private static func text(_ value: String) -> String {
    let isWord = !value.isEmpty && value.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x22 && $0 != 0x3d }
    return isWord ? value : JSON.string(value).description
  }

  private static func json(_ value: Logger.MetadataValue) -> JSON {
    switch value {
    case .string(let text): .string(text)
    case .stringConvertible(let value): value is JSON ? (value as? JSON ?? .null) : .string(value.description)
    case .array(let values): .array(values.map(json))
    case .dictionary(let values): .object(values.sorted { $0.key < $1.key }.map { ($0, json($1)) })
    }
  }
}

extension Logger {
  /// One line for a login, or for what a client asked for after it: what the authenticator says of it, and nothing
  /// more.
  func log(_ event: AuditEvent) {
    var metadata: Metadata = [:]
    for (name, value) in event.fields where name != "time" && name != "action" {
      switch value {
      case .text(let text): metadata[name] = text.map { .string($0) }
      case .number(let number): metadata[name] = .stringConvertible(JSON.number(Int(clamping: number)))
      case .flag(let flag): metadata[name] = .stringConvertible(JSON.bool(flag))
      }
    }
    log(
      level: event.isAccepted ? .info : .notice, "\(event.action) \(event.isAccepted ? "accepted" : "refused")",
      metadata: metadata)
  }
}
