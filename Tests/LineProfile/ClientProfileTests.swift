import PassBindLineProfile
import PassBindSASL
import Testing

@Suite("The client's side")
struct ClientProfileTests {
  @Test("STARTTLS, then a login, then the name")
  func wholeLogin() throws {
    var profile = ClientProfile(startTLS: true)
    #expect(try drain(&profile).isEmpty)
    #expect(try say("* OK hello\r\n", to: &profile) == ["a1 CAPABILITY"])
    #expect(try say("* CAPABILITY STARTTLS AUTH=PLAIN\r\na1 OK\r\n", to: &profile) == ["a2 STARTTLS"])
    #expect(try say("a2 OK go\r\n", to: &profile) == ["[startTLS]"])
    profile.startedTLS()
    #expect(try drain(&profile) == ["a3 CAPABILITY"])
    #expect(
      try say("* CAPABILITY SASL-IR AUTH=SCRAM-SHA-512-PLUS SASL-CB=tls-exporter\r\na3 OK\r\n", to: &profile) == [
        "[offered [SCRAM-SHA-512-PLUS] [tls-exporter]]"
      ])
    profile.authenticate(try #require(scram), initialResponse: Array("first".utf8))
    #expect(try drain(&profile) == ["a4 AUTHENTICATE SCRAM-SHA-512-PLUS Zmlyc3Q="])
    #expect(try say("+ Y2hhbGxlbmdl\r\n", to: &profile) == ["[challenge challenge]"])
    profile.respond([])
    #expect(try profile.next() == .send([13, 10]))
    #expect(try say("a4 OK\r\n", to: &profile) == ["[accepted]"])
    profile.whoAmI()
    #expect(try drain(&profile) == ["a5 WHOAMI"])
    #expect(try say("* WHOAMI \"al\\\"ice\"\r\na5 OK\r\n", to: &profile) == ["[identity al\"ice]"])
    profile.logOut()
    #expect(try drain(&profile) == ["a6 LOGOUT"])
    #expect(try say("* BYE\r\na6 OK\r\n", to: &profile) == ["[loggedOut]"])
  }

  @Test("A refused login may be tried again, also without SASL-IR")
  func again() throws {
    var profile = try ready("AUTH=SCRAM-SHA-512")
    for tag in ["a2", "a3"] {
      profile.authenticate(try #require(scram), initialResponse: [1])
      #expect(try drain(&profile) == ["\(tag) AUTHENTICATE SCRAM-SHA-512-PLUS"])
      #expect(try say("+ \r\n", to: &profile) == ["AQ=="])
      #expect(try say("\(tag) NO no\r\n", to: &profile) == ["[refused no]"])
    }
  }

  @Test("An empty first message travels as =")
  func emptyInitialResponse() throws {
    var profile = try ready("SASL-IR")
    profile.authenticate(try #require(scram), initialResponse: [])
    #expect(try drain(&profile) == ["a2 AUTHENTICATE SCRAM-SHA-512-PLUS ="])
  }

  @Test("A challenge can be answered by giving up")
  func abort() throws {
    var profile = try ready("SASL-IR")
    profile.authenticate(try #require(scram), initialResponse: [1])
    _ = try drain(&profile)
    _ = try say("+ AQ==\r\n", to: &profile)
    profile.abort()
    #expect(try drain(&profile) == ["*"])
    #expect(try say("a2 BAD aborted\r\n", to: &profile) == ["[refused aborted]"])
  }

  private func ready(_ words: String) throws -> ClientProfile {
    var profile = ClientProfile(startTLS: false)
    _ = try say("* OK\r\n* CAPABILITY \(words)\r\na1 OK\r\n", to: &profile)
    return profile
  }
}

@Suite("What a hostile server sends")
struct HostileServerTests {
  @Test("Plaintext behind the answer to STARTTLS is refused", arguments: ["* CAPABILITY AUTH=PLAIN\r\n", "x", "\r\n"])
  func injection(rest: String) throws {
    var profile = try asked()
    #expect(throws: ProfileError(.plaintextBehindStartTLS, "")) { try say("a2 OK\r\n" + rest, to: &profile) }
    profile = try asked()
    _ = try say("a2 OK\r\n", to: &profile)
    #expect(throws: ProfileError(.plaintextBehindStartTLS, "")) { try say(rest, to: &profile) }
  }

  @Test(
    "Without STARTTLS there is no login",
    arguments: ["* CAPABILITY AUTH=SCRAM-SHA-512\r\na1 OK\r\n", "a1 OK\r\n", "* CAPABILITY STARTTLS\r\na1 NO\r\n"])
  func stripped(answer: String) throws {
    var profile = ClientProfile(startTLS: true)
    _ = try say("* OK\r\n", to: &profile)
    #expect(throws: ProfileError(.startTLSUnavailable, "")) { try say(answer, to: &profile) }
  }

  @Test("Being logged in from the start is refused")
  func preauth() {
    var profile = ClientProfile(startTLS: true)
    #expect(throws: ProfileError(.unexpected, "")) { try say("* PREAUTH welcome\r\n", to: &profile) }
  }

  @Test("BYE says why")
  func bye() {
    var profile = ClientProfile(startTLS: true)
    #expect(throws: ProfileError(.closed, "")) { try say("* BYE busy\r\n", to: &profile) }
  }

  @Test(
    "An answer to nothing is refused",
    arguments: ["a1 OK\r\n", "+ YQ==\r\n", "a9 NO\r\n", "\r\n", "* \r\n", "a2 X\r\n"])
  func unasked(line: String) {
    var profile = ClientProfile(startTLS: true)
    #expect(throws: ProfileError.self) { try say(line, to: &profile) }
  }

  @Test("A challenge must be base64", arguments: ["+ Y\r\n", "+ YQ\r\n", "+ YR==\r\n", "+  YQ==\r\n", "+ ÄÖ==\r\n"])
  func badChallenge(line: String) throws {
    var profile = ClientProfile(startTLS: false)
    _ = try say("* OK\r\n* CAPABILITY SASL-IR\r\na1 OK\r\n", to: &profile)
    profile.authenticate(try #require(scram), initialResponse: [1])
    #expect(throws: ProfileError(.malformed, "")) { try say(line, to: &profile) }
  }

  @Test("Sending on while this side thinks is bounded")
  func flood() throws {
    var profile = ClientProfile(startTLS: false)
    _ = try say("* OK\r\n* CAPABILITY SASL-IR\r\na1 OK\r\n", to: &profile)
    profile.authenticate(try #require(scram), initialResponse: [1])
    _ = try say("+ AQ==\r\n", to: &profile)
    #expect(throws: ProfileError(.tooLong, "")) { try say(String(repeating: "* X\r\n", count: 2000), to: &profile) }
  }

  private func asked() throws -> ClientProfile {
    var profile = ClientProfile(startTLS: true)
    _ = try say("* OK\r\n* CAPABILITY STARTTLS\r\na1 OK\r\n", to: &profile)
    return profile
  }
}
