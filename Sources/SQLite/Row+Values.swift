#if SQLite
  internal import GRDB
  internal import PassBindAccounts

  // GRDB's own conversions trap on a value of another type.
  extension Row {
    func integer(_ column: String) -> Int64? {
      guard case .int64(let value) = (self[column] as DatabaseValue).storage else { return nil }
      return value
    }

    func text(_ column: String) -> String? {
      guard case .string(let value) = (self[column] as DatabaseValue).storage else { return nil }
      return value
    }

    func blob(_ column: String) -> [UInt8]? {
      guard case .blob(let value) = (self[column] as DatabaseValue).storage else { return nil }
      return [UInt8](value)
    }

    func moment(_ column: String) -> Timestamp? {
      guard let microseconds = integer(column) else { return nil }
      let moment = Timestamp(microseconds: microseconds)
      return moment.microseconds == microseconds ? moment : nil
    }
  }
#endif
