public import PassBindCrypto
internal import PassBindSASL

/// How other systems write verifiers. Each reader is strict, and says which field is wrong.
public enum SCRAMVerifierFormat: Hashable, Sendable {
  /// `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`: PostgreSQL's `pg_authid`. SHA-256 only: PostgreSQL takes any
  /// other for a password in the clear.
  case postgreSQL
  /// As PostgreSQL's, for every hash, and with spaces allowed around `$`: RFC 5803, Cyrus SASL's `authPassword`.
  case rfc5803
  /// `{SCRAM-SHA-256}iterations,salt,StoredKey,ServerKey`: Dovecot, and gsasl's `--mkpasswd`, whose fifth field (the
  /// salted password) is read and checked, but not kept.
  case dovecot
  /// `salt=...,stored_key=...,server_key=...,iterations=...`: Kafka, which keeps the hash elsewhere. SHA-256 and
  /// SHA-512.
  case kafka(HashFunction)
}

extension SCRAMVerifier {
  /// Reads a verifier.
  ///
  /// - Parameters:
  ///   - text: the text, of 4,096 bytes at most, without a line's end.
  ///   - format: how it is written.
  /// - Throws: ``SCRAMError`` `invalidVerifier`; the reason names the field.
  public init(parsing text: some StringProtocol, as format: SCRAMVerifierFormat) throws(SCRAMError) {
    let bytes = Array(text.utf8)[...]
    guard bytes.count <= 4096 else { throw SCRAMError(.invalidVerifier, "more than 4,096 bytes") }
    switch format {
    case .postgreSQL: try self.init(dollars: bytes, spaces: false)
    case .rfc5803: try self.init(dollars: bytes, spaces: true)
    case .dovecot: try self.init(braces: bytes)
    case .kafka(let hash): try self.init(named: bytes, hash)
    }
    if format == .postgreSQL, hash != .sha256 {
      throw SCRAMError(.invalidVerifier, "scheme: PostgreSQL has SCRAM-SHA-256 alone")
    }
  }

  /// Writes the verifier for another system.
  ///
  /// - Parameter format: how to write it.
  /// - Returns: one line, without its end.
  /// - Throws: ``SCRAMError`` `invalidVerifier` where that system would not read it, or would take it for something
  ///   else.
  public func text(as format: SCRAMVerifierFormat) throws(SCRAMError) -> String {
    let (salt, stored, server) = (Base64.string(salt), Base64.string(storedKey), Base64.string(serverKey))
    switch format {
    case .postgreSQL:
      guard hash == .sha256 else {
        throw SCRAMError(.invalidVerifier, "scheme: PostgreSQL would take a \(hash.scramName) verifier for a password")
      }
      fallthrough
    case .rfc5803: return "\(hash.scramName)$\(iterations):\(salt)$\(stored):\(server)"
    case .dovecot: return "{\(hash.scramName)}\(iterations),\(salt),\(stored),\(server)"
    case .kafka(let named):
      guard named == hash, hash == .sha256 || hash == .sha512 else {
        throw SCRAMError(
          .invalidVerifier, "hash: Kafka has SHA-256 and SHA-512, this verifier is for \(hash.scramName)")
      }
      guard (4096...16384).contains(iterations) else {
        throw SCRAMError(.invalidVerifier, "iterations: Kafka takes 4096 to 16384, not \(iterations)")
      }
      return "salt=\(salt),stored_key=\(stored),server_key=\(server),iterations=\(iterations)"
    }
  }

  private init(dollars text: ArraySlice<UInt8>, spaces: Bool) throws(SCRAMError) {
    var parts = text.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw SCRAMError(.invalidVerifier, "3 parts divided by $ wanted, not \(parts.count)")
    }
    if spaces { parts = parts.map(\.withoutSpaces) }
    let hash = try Self.scheme(parts[0])
    let costs = parts[1].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard costs.count == 2 else { throw SCRAMError(.invalidVerifier, "iterations:salt wanted behind the first $") }
    let keys = parts[2].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard keys.count == 2 else { throw SCRAMError(.invalidVerifier, "StoredKey:ServerKey wanted behind the second $") }
    try self.init(hash, iterations: costs[0], salt: costs[1], stored: keys[0], server: keys[1])
  }

  private init(braces text: ArraySlice<UInt8>) throws(SCRAMError) {
    guard text.first == UInt8(ascii: "{"), let end = text.firstIndex(of: UInt8(ascii: "}")) else {
      throw SCRAMError(.invalidVerifier, "scheme: a mechanism in braces wanted")
    }
    let hash = try Self.scheme(text[..<end].dropFirst())
    let fields = text[(end + 1)...].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard fields.count == 4 || fields.count == 5 else {
      throw SCRAMError(.invalidVerifier, "4 or 5 fields divided by commas wanted, not \(fields.count)")
    }
    try self.init(hash, iterations: fields[0], salt: fields[1], stored: fields[2], server: fields[3])
    guard fields.count == 5 else { return }
    var bytes = try Self.decode(fields[4], "salted password")
    let salted = try SCRAMSaltedPassword(SecretBytes(taking: &bytes), hash: hash, salt: salt, iterations: iterations)
    guard try Self.make(from: salted) == self else {
      throw SCRAMError(.invalidVerifier, "salted password: it does not belong to the keys")
    }
  }

  private init(named text: ArraySlice<UInt8>, _ hash: HashFunction) throws(SCRAMError) {
    guard hash == .sha256 || hash == .sha512 else {
      throw SCRAMError(.invalidVerifier, "hash: Kafka has SHA-256 and SHA-512")
    }
    var values: [String: ArraySlice<UInt8>] = [:]
    for field in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else {
        throw SCRAMError(.invalidVerifier, "name=value wanted between commas")
      }
      let name = String(decoding: field[..<equals], as: UTF8.self)
      guard ["salt", "stored_key", "server_key", "iterations"].contains(name) else {
        throw SCRAMError(.invalidVerifier, "an unknown field")
      }
      guard values.updateValue(field[(equals + 1)...], forKey: name) == nil else {
        throw SCRAMError(.invalidVerifier, "\(name): stands twice")
      }
    }
    func value(_ name: String) throws(SCRAMError) -> ArraySlice<UInt8> {
      guard let value = values[name] else { throw SCRAMError(.invalidVerifier, "\(name): missing") }
      return value
    }
    try self.init(
      hash, iterations: value("iterations"), salt: value("salt"), stored: value("stored_key"),
      server: value("server_key"))
  }

  private init(
    _ hash: HashFunction, iterations: ArraySlice<UInt8>, salt: ArraySlice<UInt8>, stored: ArraySlice<UInt8>,
    server: ArraySlice<UInt8>
  ) throws(SCRAMError) {
    guard let count = try? SCRAMMessage.ServerFirst.count(iterations), UInt32(exactly: count) ?? 0 > 0 else {
      throw SCRAMError(
        .invalidVerifier, "iterations: a number from 1 to 4294967295 wanted, without sign or leading zero")
    }
    let salt = try Self.decode(salt, "salt")
    guard (1...1024).contains(salt.count) else {
      throw SCRAMError(.invalidVerifier, "salt: 1 to 1,024 bytes wanted, not \(salt.count)")
    }
    let verifier = SCRAMVerifier(
      hash: hash, iterations: count, salt: salt, storedKey: try Self.key(stored, "StoredKey", hash),
      serverKey: try Self.key(server, "ServerKey", hash))
    guard let verifier else { throw SCRAMError(.invalidVerifier, "out of range") }
    self = verifier
  }

  private static func scheme(_ name: ArraySlice<UInt8>) throws(SCRAMError) -> HashFunction {
    guard let hash = HashFunction.allCases.first(where: { name.elementsEqual($0.scramName.utf8) }) else {
      throw SCRAMError(
        .invalidVerifier, "scheme: not one of \(HashFunction.allCases.map(\.scramName).joined(separator: ", "))")
    }
    return hash
  }

  private static func key(_ text: ArraySlice<UInt8>, _ name: String, _ hash: HashFunction) throws(SCRAMError) -> [UInt8]
  {
    let key = try decode(text, name)
    guard key.count == hash.digestCount else {
      throw SCRAMError(
        .invalidVerifier, "\(name): \(hash.digestCount) bytes wanted for \(hash.scramName), not \(key.count)")
    }
    return key
  }

  private static func decode(_ text: ArraySlice<UInt8>, _ name: String) throws(SCRAMError) -> [UInt8] {
    do { return try Base64.decode(text) } catch { throw SCRAMError(.invalidVerifier, "\(name): \(error.reason)") }
  }
}

extension ArraySlice<UInt8> {
  fileprivate var withoutSpaces: ArraySlice<UInt8> {
    let space = UInt8(ascii: " ")
    var rest = drop { $0 == space }
    while rest.last == space { rest.removeLast() }
    return rest
  }
}
