import PassBindLineProfile
import PassBindSASL
import Testing

@Suite("A client that is logged in, and its account")
struct ClientAccountTests {
  @Test("A registration, with and without SASL-IR", arguments: [true, false])
  func registration(initialResponse: Bool) throws {
    var profile = try loggedIn(initialResponse: initialResponse)
    try profile.request(.register(try #require(opaque), Array("first".utf8)))
    if initialResponse {
      #expect(try drain(&profile) == ["a3 REGISTER OPAQUE-R255 Zmlyc3Q="])
    } else {
      #expect(try drain(&profile) == ["a3 REGISTER OPAQUE-R255"])
      #expect(try say("+ \r\n", to: &profile) == ["Zmlyc3Q="])
    }
    #expect(try say("+ Y2hhbGxlbmdl\r\n", to: &profile) == ["[challenge challenge]"])
    profile.respond(Array("second".utf8))
    #expect(try drain(&profile) == ["c2Vjb25k"])
    #expect(try say("a3 OK\r\n", to: &profile) == ["[done]"])
  }

  @Test(
    "A registration that is declined, or given up, leaves the connection as it was",
    arguments: [
      ("a3 NO [EXPIRED] Log in again.", "[declined EXPIRED Log in again.]"), ("a3 NO no", "[declined - no]"),
      ("a3 BAD What?", "[declined - What?]"), ("a3 NO [x-y z] text", "[declined X-Y text]"),
      ("a3 NO [] text", "[declined - [] text]"), ("a3 NO [EXPIRED", "[declined - [EXPIRED]"),
    ])
  func declined(line: String, action: String) throws {
    var profile = try loggedIn()
    try profile.request(.register(try #require(opaque), []))
    #expect(try drain(&profile) == ["a3 REGISTER OPAQUE-R255 ="])
    _ = try say("+ \r\n", to: &profile)
    profile.abort()
    #expect(try drain(&profile) == ["*"])
    #expect(try say(line + "\r\n", to: &profile) == [action])
    try profile.request(.noteNames)
    #expect(try drain(&profile) == ["a4 VAULT LIST"])
  }

  @Test("What can be registered is asked for after the login")
  func registrations() throws {
    var profile = try loggedIn()
    try profile.askRegistrations()
    #expect(try drain(&profile) == ["a3 CAPABILITY"])
    #expect(
      try say("* CAPABILITY REGISTER=OPAQUE-R255 AUTH=PLAIN\r\na3 OK\r\n", to: &profile) == [
        "[registrations [OPAQUE-R255]]"
      ])
    try profile.askRegistrations()
    _ = try drain(&profile)
    #expect(try say("a4 OK\r\n", to: &profile) == ["[registrations []]"])
  }

  @Test(
    "What the server wants is in front of its OK, and nowhere else",
    arguments: [
      ("[REGISTER OPAQUE-R255] Logged in.", " OPAQUE-R255"), ("[register OPAQUE-R255]", " OPAQUE-R255"), ("", ""),
      ("Logged in. [REGISTER OPAQUE-R255]", ""), ("[REGISTER]", ""), ("[REGISTER opaque]", ""),
      ("[REGISTER A B] x", ""),
      ("[REGISTER OPAQUE-R255-PLUS] x", ""), ("[REGISTER OPAQUE-R255", ""), ("[CAPABILITY X] [REGISTER Y]", ""),
    ])
  func wanted(text: String, wanted: String) throws {
    var profile = try ready()
    profile.authenticate(try #require(scram), initialResponse: [1])
    _ = try drain(&profile)
    #expect(try say("a2 OK \(text)\r\n", to: &profile) == ["[accepted\(wanted)]"])
  }

  @Test("Nothing is asked for, or believed, before the login")
  func tooEarly() throws {
    var profile = try ready("SASL-IR REGISTER=OPAQUE-R255")
    let register = AccountRequest.register(try #require(opaque), [])
    for request in [register, .unregister, .noteNames, .note("a")] {
      #expect(throws: ProfileError(.unexpected, "")) { try profile.request(request) }
    }
    #expect(throws: ProfileError(.unexpected, "")) { try profile.askRegistrations() }
    #expect(try drain(&profile).isEmpty)
    profile.authenticate(try #require(scram), initialResponse: [1])
    _ = try drain(&profile)
    #expect(try say("a2 NO [REGISTER OPAQUE-R255] no\r\n", to: &profile) == ["[refused [REGISTER OPAQUE-R255] no]"])
    #expect(throws: ProfileError(.unexpected, "")) { try profile.request(register) }
  }

  @Test("Whoever is logged in stays so when a second login is refused")
  func once() throws {
    var profile = try loggedIn()
    profile.authenticate(try #require(scram), initialResponse: [1])
    #expect(try drain(&profile) == ["a3 AUTHENTICATE SCRAM-SHA-512-PLUS AQ=="])
    #expect(try say("a3 BAD Logged in already.\r\n", to: &profile) == ["[refused Logged in already.]"])
    try profile.request(.noteNames)
  }

  @Test("The vault, and the end of an account")
  func vault() throws {
    var profile = try loggedIn()
    try profile.request(.setNote("a", Array("sealed".utf8)))
    #expect(try drain(&profile) == ["a3 VAULT PUT a c2VhbGVk"])
    #expect(try say("a3 OK\r\n", to: &profile) == ["[done]"])
    try profile.request(.noteNames)
    #expect(try drain(&profile) == ["a4 VAULT LIST"])
    #expect(
      try say("* VAULT a\r\n* OTHER x\r\n* VAULT B.c\r\na4 OK\r\n", to: &profile) == ["[noteNames [\"a\", \"B.c\"]]"])
    try profile.request(.noteNames)
    #expect(try drain(&profile) == ["a5 VAULT LIST"])
    #expect(try say("a5 OK\r\n", to: &profile) == ["[noteNames []]"])
    try profile.request(.note("a"))
    #expect(try drain(&profile) == ["a6 VAULT GET a"])
    #expect(try say("* VAULT a c2VhbGVk\r\na6 OK\r\n", to: &profile) == ["[note sealed]"])
    try profile.request(.deleteNote("a"))
    #expect(try drain(&profile) == ["a7 VAULT DELETE a"])
    #expect(try say("a7 NO [NONEXISTENT] none\r\n", to: &profile) == ["[declined NONEXISTENT none]"])
    try profile.request(.unregister)
    #expect(try drain(&profile) == ["a8 UNREGISTER"])
    #expect(try say("a8 NO [NOPERM] no\r\n", to: &profile) == ["[declined NOPERM no]"])
    try profile.request(.unregister)
    #expect(try drain(&profile) == ["a9 UNREGISTER"])
    #expect(try say("* BYE\r\na9 OK\r\n* VAULT a\r\n", to: &profile) == ["[done]"])
    #expect(throws: ProfileError(.unexpected, "")) { try profile.request(.noteNames) }
  }

  @Test(
    "What cannot be sent is not",
    arguments: [
      AccountRequest.note(""), .note("a b"), .note("a\r\nb LOGOUT"), .deleteNote("ä"),
      .note(String(repeating: "n", count: 65)), .setNote("a", []), .setNote("a", Array(repeating: 1, count: 4201)),
    ])
  func unsendable(request: AccountRequest) throws {
    var profile = try loggedIn()
    #expect(throws: ProfileError(.malformed, "")) { try profile.request(request) }
    #expect(try drain(&profile).isEmpty)
    try profile.request(.noteNames)
    #expect(try drain(&profile) == ["a3 VAULT LIST"])
  }

  @Test(
    "A server that shows what was not asked for is left",
    arguments: [
      (AccountRequest.note("a"), "* VAULT b YQ==\r\n"), (.note("a"), "* VAULT A YQ==\r\n"),
      (.note("a"), "* VAULT a\r\n"),
      (.note("a"), "* VAULT a YQ\r\n"), (.note("a"), "* VAULT a \r\n"), (.note("a"), "* VAULT a YQ== \r\n"),
      (.note("a"), "* VAULT a YQ==\r\n* VAULT a YQ==\r\n"), (.note("a"), "a3 OK\r\n"),
      (.note("a"), "* VAULT a \(Base64.string([UInt8](repeating: 1, count: 4201)))\r\n"),
      (.noteNames, "* VAULT a YQ==\r\n"), (.noteNames, "* VAULT\r\n"), (.noteNames, "* VAULT \r\n"),
      (.noteNames, "* VAULT a/b\r\n"), (.noteNames, "* VAULT a\r\n* VAULT a\r\n"),
      (.noteNames, (1...17).map { "* VAULT n\($0)\r\n" }.joined()), (.setNote("a", [1]), "* VAULT a YQ==\r\n"),
      (.deleteNote("a"), "* VAULT a\r\n"), (.unregister, "* VAULT a\r\n"), (.noteNames, "+ YQ==\r\n"),
      (.noteNames, "a2 OK\r\n"),
    ])
  func hostile(request: AccountRequest, lines: String) throws {
    var profile = try loggedIn()
    try profile.request(request)
    _ = try drain(&profile)
    #expect(throws: ProfileError(.unexpected, "")) { try say(lines, to: &profile) }
  }

  private func ready(_ words: String = "SASL-IR") throws -> ClientProfile {
    var profile = ClientProfile(startTLS: false)
    _ = try say("* OK\r\n* CAPABILITY \(words)\r\na1 OK\r\n", to: &profile)
    return profile
  }

  private func loggedIn(initialResponse: Bool = true) throws -> ClientProfile {
    var profile = try ready(initialResponse ? "SASL-IR" : "X")
    profile.authenticate(try #require(scram), initialResponse: [1])
    _ = try drain(&profile)
    if !initialResponse { _ = try say("+ \r\n", to: &profile) }
    #expect(try say("a2 OK Logged in.\r\n", to: &profile) == ["[accepted]"])
    return profile
  }
}
