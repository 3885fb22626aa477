import PassBindAccounts
import PassBindSASL
import Testing

@Suite("Times, names, credentials and events")
struct ValueTests {
  @Test(
    "A time is written as RFC 3339 has it",
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (951_782_399_999_999, "2000-02-28T23:59:59.999999Z"),
      (951_868_800_000_000, "2000-03-01T00:00:00.000000Z"), (1_709_164_800_000_001, "2024-02-29T00:00:00.000001Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
      (Int64.max, "9999-12-31T23:59:59.999999Z"), (Int64.min, "1970-01-01T00:00:00.000000Z"),
    ] as [(Int64, String)])
  func times(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).description == text)
  }

  @Test("Times and durations add up, and stay in range")
  func arithmetic() {
    let time = Timestamp(microseconds: 5_000_000)
    #expect(time + .seconds(2) - time == .seconds(2))
    #expect((time + .seconds(-9)).microseconds == 0)
    #expect(time + .seconds(Int64.max) == Timestamp(microseconds: .max))
    #expect(time + .seconds(Int64.min) == Timestamp(microseconds: 0))
    #expect(Timestamp.now() > Timestamp(microseconds: 1_760_000_000_000_000))
  }

  @Test("Names are prepared, compared and ordered by their bytes")
  func names() throws {
    #expect(try AccountName("\u{2168}") == AccountName("IX"))
    #expect(try AccountName("e\u{301}").description.utf8.elementsEqual("\u{e9}".utf8))
    #expect(try AccountName("\u{10400}") > AccountName("\u{ffe6}"))
    #expect(throws: AccountError(.invalidName, "")) { try AccountName("\u{221}") }
    #expect(try AccountName("\u{221}", for: .query).description == "\u{221}")
    #expect(throws: AccountError(.invalidName, "")) { try AccountName(String(repeating: "a", count: 1025)) }
  }

  @Test("Credentials are bounded, and print without their bytes")
  func credentials() throws {
    let suite = try #require(Credential.Suite("SCRAM-SHA-512"))
    let key = try #require(Credential.Key(suite, apiKeyID: 3))
    let credential = try #require(Credential(key, bytes: Array("SECRET".utf8)))
    #expect("\(credential)" == "SCRAM-SHA-512 of API key 3")
    #expect(Credential.Key(suite, apiKeyID: 0) == nil)
    #expect(Credential(key, bytes: []) == nil)
    #expect(Credential(key, bytes: [UInt8](repeating: 0, count: Credential.maximumCount + 1)) == nil)
    for name in ["", "a b", "\u{e9}", String(repeating: "a", count: 65)] { #expect(Credential.Suite(name) == nil) }

    let account = try Account(AccountName("alice"), credentials: [credential], created: Timestamp(microseconds: 1))
    #expect(!"\(account)".contains("83"))  // S
    var dumped = ""
    dump(account, to: &dumped)
    #expect(!dumped.contains("- 83"))
    #expect(throws: AccountError(.invalidCredential, "")) {
      try Account(account.name, credentials: [credential, credential], created: account.created)
    }
    let many = try (1...257).map { id in
      let key = try #require(Credential.Key(suite, apiKeyID: Int32(id)))
      return try #require(Credential(key, bytes: [1]))
    }
    #expect(throws: AccountError(.invalidCredential, "")) {
      try Account(account.name, credentials: many, created: account.created)
    }
  }

  @Test("An account acts as itself, and as others as long as it is allowed to")
  func authorizationIdentities() throws {
    var account = try Account(AccountName("alice"), credentials: [], created: Timestamp(microseconds: 1))
    let staff = try AccountName("staff")
    #expect(account.mayAct(as: account.name) && !account.mayAct(as: staff))
    try account.allow(staff)
    #expect(account.mayAct(as: staff))
    account.disallow(staff)
    #expect(account.mayAct(as: account.name) && !account.mayAct(as: staff))
  }

  @Test("An event is one line of JSON, whatever a client calls itself")
  func json() throws {
    let event = AuditEvent(
      action: .login, time: Timestamp(microseconds: 0), duration: .milliseconds(3), user: "a\"\\\n\u{0}\u{2028}\u{e9}",
      authorizationIdentity: nil, apiKeyID: 7, mechanism: MechanismName(known: "SCRAM-SHA-512-PLUS"),
      binding: .channel(.tlsExporter), tlsVersion: .tls13, isResumed: true, address: "::1", reason: .accountDisabled,
      detail: "the account is disabled")
    #expect(
      event.json
        == #"{"time":"1970-01-01T00:00:00.000000Z","action":"login","outcome":"refused","#
        + #""user":"a\"\\\u000a\u0000\u2028é","authorization":null,"apiKey":7,"mechanism":"SCRAM-SHA-512-PLUS","binding":"tls-exporter","tls":"1.3","#
        + #""resumed":true,"address":"::1","reason":"accountDisabled","detail":"the account is disabled","#
        + #""microseconds":3000}"#)
  }
}
