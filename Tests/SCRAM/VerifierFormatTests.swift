import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Verifier formats")
struct VerifierFormatTests {
  static let salt = "W22ZaJ0SNY7soEsUEjb6gQ=="
  static let stored = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
  static let server = "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
  static let stored512 = "6AAub3065EYRmyFpM2RNwqK+eGnrkYuEWbXn19LsEmBqzu8QaCXNc1FwpnX9NhH2hK/60dzj9DoO5DvVkOHbvg=="
  static let server512 = "jZHbYjC1aHh0/hKbxyBuGFjDrgjgKTT1esA7awWiKcRZ0o/0b1yWEebBeSVkkCFewf91nLDfKF24mvD5nmE6rA=="

  static let lines: [(String, SCRAMVerifierFormat, HashFunction)] = [
    ("SCRAM-SHA-256$4096:\(salt)$\(stored):\(server)", .postgreSQL, .sha256),
    ("SCRAM-SHA-256$4096:\(salt)$\(stored):\(server)", .rfc5803, .sha256),
    ("SCRAM-SHA-512$4096:\(salt)$\(stored512):\(server512)", .rfc5803, .sha512),
    ("{SCRAM-SHA-256}4096,\(salt),\(stored),\(server)", .dovecot, .sha256),
    ("{SCRAM-SHA-512}4096,\(salt),\(stored512),\(server512)", .dovecot, .sha512),
    ("salt=\(salt),stored_key=\(stored),server_key=\(server),iterations=4096", .kafka(.sha256), .sha256),
    ("salt=\(salt),stored_key=\(stored512),server_key=\(server512),iterations=4096", .kafka(.sha512), .sha512),
  ]

  @Test("What others write is read, is the verifier of `pencil`, and is written alike", arguments: lines)
  func roundTrip(line: String, format: SCRAMVerifierFormat, hash: HashFunction) async throws {
    let verifier = try SCRAMVerifier(parsing: line, as: format)
    #expect(try verifier == Account(hash).verifier)
    #expect(try verifier.text(as: format) == line)
    let made = try await SCRAMVerifier.make(
      password: secret("pencil"), hash: hash, iterations: 4096, salt: Base64.decode(Self.salt.utf8))
    #expect(made == verifier)
  }

  @Test("RFC 5803 allows spaces around $, PostgreSQL does not")
  func spaces() throws {
    let line = " SCRAM-SHA-256 $ 4096:\(Self.salt)  $ \(Self.stored):\(Self.server) "
    #expect(try SCRAMVerifier(parsing: line, as: .rfc5803) == Account().verifier)
    #expect(throws: error(.invalidVerifier)) { try SCRAMVerifier(parsing: line, as: .postgreSQL) }
  }

  @Test("Kafka's fields may stand in any order")
  func kafkaOrder() throws {
    let line = "iterations=4096,server_key=\(Self.server),salt=\(Self.salt),stored_key=\(Self.stored)"
    #expect(try SCRAMVerifier(parsing: line, as: .kafka(.sha256)) == Account().verifier)
  }

  @Test("gsasl's salted password is checked, and not kept")
  func salted() throws {
    let salt = try Base64.decode(Self.salt.utf8)
    let salted = array(
      try pbkdf2(password: utf8("pencil").span, salt: salt.span, iterations: 4096, hash: .sha256))
    let line = "{SCRAM-SHA-256}4096,\(Self.salt),\(Self.stored),\(Self.server)"
    let verifier = try SCRAMVerifier(parsing: "\(line),\(Base64.string(salted))", as: .dovecot)
    #expect(try verifier.text(as: .dovecot) == line)
    for other in [Self.server, "", "AAAA", Self.server512] {
      let text = "\(line),\(other)"
      #expect(throws: error(.invalidVerifier)) { try SCRAMVerifier(parsing: text, as: .dovecot) }
    }
  }

  static let bad: [(String, SCRAMVerifierFormat, String)] = [
    // PostgreSQL and RFC 5803
    ("", .postgreSQL, "3 parts"),
    ("pencil", .postgreSQL, "3 parts"),
    ("SCRAM-SHA-256$4096:\(salt)", .postgreSQL, "3 parts"),
    ("SCRAM-SHA-256$4096:\(salt)$\(stored):\(server)$", .postgreSQL, "3 parts"),
    ("SCRAM-SHA-512$4096:\(salt)$\(stored512):\(server512)", .postgreSQL, "scheme"),
    ("scram-sha-256$4096:\(salt)$\(stored):\(server)", .postgreSQL, "scheme"),
    ("SCRAM-SHA-256-PLUS$4096:\(salt)$\(stored):\(server)", .rfc5803, "scheme"),
    ("MD5$4096:\(salt)$\(stored):\(server)", .rfc5803, "scheme"),
    ("SCRAM-SHA-256$4096$\(stored):\(server)", .rfc5803, "iterations:salt"),
    ("SCRAM-SHA-256$4096:\(salt)$\(stored)", .rfc5803, "StoredKey:ServerKey"),
    ("SCRAM-SHA-256$4096:\(salt)$\(stored):\(server):x", .rfc5803, "StoredKey:ServerKey"),
    ("SCRAM-SHA-256$0:\(salt)$\(stored):\(server)", .postgreSQL, "iterations"),
    ("SCRAM-SHA-256$-1:\(salt)$\(stored):\(server)", .postgreSQL, "iterations"),
    ("SCRAM-SHA-256$04096:\(salt)$\(stored):\(server)", .postgreSQL, "iterations"),
    ("SCRAM-SHA-256$4294967296:\(salt)$\(stored):\(server)", .postgreSQL, "iterations"),
    ("SCRAM-SHA-256$99999999999999999999:\(salt)$\(stored):\(server)", .postgreSQL, "iterations"),
    ("SCRAM-SHA-256$:\(salt)$\(stored):\(server)", .postgreSQL, "iterations"),
    ("SCRAM-SHA-256$4096:$\(stored):\(server)", .postgreSQL, "salt"),
    ("SCRAM-SHA-256$4096:W22Z*$\(stored):\(server)", .postgreSQL, "salt"),
    ("SCRAM-SHA-256$4096:\(salt)$\(stored512):\(server)", .postgreSQL, "StoredKey"),
    ("SCRAM-SHA-256$4096:\(salt)$AAAA:\(server)", .postgreSQL, "StoredKey"),
    ("SCRAM-SHA-256$4096:\(salt)$:\(server)", .postgreSQL, "StoredKey"),
    ("SCRAM-SHA-256$4096:\(salt)$\(stored):\(server512)", .postgreSQL, "ServerKey"),
    ("SCRAM-SHA-256$4096:\(salt)$\(stored):\(server)\n", .postgreSQL, "ServerKey"),
    ("SCRAM-SHA-512$4096:\(salt)$\(stored):\(server)", .rfc5803, "StoredKey"),
    // Dovecot and gsasl
    ("4096,\(salt),\(stored),\(server)", .dovecot, "scheme"),
    ("{SCRAM-SHA-256", .dovecot, "scheme"),
    ("{PLAIN}pencil", .dovecot, "scheme"),
    ("{}4096,\(salt),\(stored),\(server)", .dovecot, "scheme"),
    ("{SCRAM-SHA-256}4096,\(salt),\(stored)", .dovecot, "4 or 5 fields"),
    ("{SCRAM-SHA-256}4096,\(salt),\(stored),\(server),,", .dovecot, "4 or 5 fields"),
    ("{SCRAM-SHA-256}0,\(salt),\(stored),\(server)", .dovecot, "iterations"),
    ("{SCRAM-SHA-256}4096,,\(stored),\(server)", .dovecot, "salt"),
    ("{SCRAM-SHA-256}4096,\(salt),\(server512),\(server)", .dovecot, "StoredKey"),
    ("{SCRAM-SHA-256}4096,\(salt),\(stored),\(server) ", .dovecot, "ServerKey"),
    // Kafka
    ("", .kafka(.sha256), "name=value"),
    ("salt=\(salt),stored_key=\(stored),server_key=\(server)", .kafka(.sha256), "iterations: missing"),
    ("stored_key=\(stored),server_key=\(server),iterations=4096", .kafka(.sha256), "salt: missing"),
    ("salt=\(salt),salt=\(salt),stored_key=\(stored),iterations=4096", .kafka(.sha256), "salt: stands twice"),
    ("salt=\(salt),password=pencil", .kafka(.sha256), "unknown field"),
    ("salt=\(salt),stored_key=\(stored),server_key=\(server),iterations=0", .kafka(.sha256), "iterations"),
    ("salt=\(salt),stored_key=\(stored),server_key=\(server),iterations=4096", .kafka(.sha512), "StoredKey"),
    ("salt=\(salt),stored_key=\(stored),server_key=\(server),iterations=4096", .kafka(.sha3_512), "hash"),
  ]

  @Test("Attack 27: a malformed line is an error that names the field, and never a password", arguments: bad)
  func malformed(line: String, format: SCRAMVerifierFormat, field: String) {
    #expect {
      try SCRAMVerifier(parsing: line, as: format)
    } throws: {
      ($0 as? SCRAMError)?.code == .invalidVerifier && "\($0)".contains(field) && !"\($0)".contains("pencil")
    }
  }

  @Test(
    "Attack 27: a line of any length is an error",
    arguments: [SCRAMVerifierFormat.postgreSQL, .rfc5803, .dovecot, .kafka(.sha512)])
  func long(format: SCRAMVerifierFormat) {
    for text in [String(repeating: "$", count: 1 << 20), String(repeating: ",", count: 4000)] {
      #expect(throws: error(.invalidVerifier)) { try SCRAMVerifier(parsing: text, as: format) }
    }
  }

  @Test("What the other system would misread is not written")
  func unwritable() throws {
    let sha512 = try Account(.sha512).verifier
    // PostgreSQL would hash the text as a new password.
    #expect(throws: error(.invalidVerifier)) { try sha512.text(as: .postgreSQL) }
    #expect(throws: error(.invalidVerifier)) { try sha512.text(as: .kafka(.sha256)) }
    #expect(throws: error(.invalidVerifier)) { try Account(.sha1).verifier.text(as: .kafka(.sha1)) }
    #expect(throws: error(.invalidVerifier)) {
      try Account(.sha256, iterations: 16385).verifier.text(as: .kafka(.sha256))
    }
  }

  @Test("New verifiers have a salt of their own and the default count")
  func fresh() async throws {
    let a = try await SCRAMVerifier.make(password: secret("pencil"), hash: .sha256, iterations: 4096)
    let b = try await SCRAMVerifier.make(password: secret("pencil"), hash: .sha256, iterations: 4096)
    #expect(a.salt != b.salt)
    #expect(a.salt.count == 16)
    let c = try await SCRAMVerifier.make(password: secret("pencil"))
    #expect(c.hash == .sha512)
    #expect(c.iterations == 500_000)
  }

  @Test("A count or salt out of range makes no verifier")
  func range() async {
    for count in [0, -1, .min, .max, 1 << 32] {
      await #expect(throws: error(.invalidVerifier)) {
        _ = try await SCRAMVerifier.make(password: secret("pencil"), hash: .sha256, iterations: count)
      }
    }
    for salt in [[], [UInt8](repeating: 0, count: 1025)] {
      await #expect(throws: error(.invalidVerifier)) {
        _ = try await SCRAMVerifier.make(password: secret("pencil"), hash: .sha256, iterations: 1, salt: salt)
      }
    }
  }
}
