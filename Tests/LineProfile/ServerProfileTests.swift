import PassBindLineProfile
import PassBindSASL
import Testing

@Suite("The server's side")
struct ServerProfileTests {
  @Test("Before TLS there is nothing to log in with")
  func plain() {
    var profile = ServerProfile()
    #expect(drain(&profile) == ["* OK PassBind ready."])
    #expect(
      say(". CAPABILITY\r\n", to: &profile) == [
        "* CAPABILITY IMAP4rev1 SASL-IR STARTTLS LOGINDISABLED", ". OK That is all.",
      ])
    #expect(
      say("a authenticate SCRAM-SHA-512-PLUS YQ==\r\n", to: &profile) == ["a BAD [PRIVACYREQUIRED] STARTTLS first."])
  }

  @Test("STARTTLS, then a login, then the name")
  func wholeLogin() {
    var profile = ServerProfile()
    _ = drain(&profile)
    #expect(say(". STARTTLS\r\n", to: &profile) == [". OK Begin TLS now.", "[startTLS]"])
    profile.startedTLS(offer: offer)
    #expect(
      say(". CAPABILITY\r\n", to: &profile) == [
        "* CAPABILITY IMAP4rev1 SASL-IR LOGINDISABLED AUTH=SCRAM-SHA-512-PLUS AUTH=SCRAM-SHA-512 "
          + "SASL-CB=tls-exporter SASL-CB=tls-server-end-point", ". OK That is all.",
      ])
    #expect(say(". AUTHENTICATE SCRAM-SHA-512-PLUS\r\n", to: &profile) == ["+ "])
    #expect(say("Zmlyc3Q=", to: &profile).isEmpty)
    #expect(profile.isBusy)
    #expect(say("\r\n", to: &profile) == ["[begin SCRAM-SHA-512-PLUS first]"])
    profile.challenge(Array("challenge".utf8))
    #expect(drain(&profile) == ["+ Y2hhbGxlbmdl"])
    #expect(say("ZmluYWw=\r\n", to: &profile) == ["[message final]"])
    profile.accept("alice", finalMessage: Array("v=".utf8))
    #expect(drain(&profile) == ["+ dj0="])
    #expect(profile.identity == nil)
    #expect(say("\r\n", to: &profile) == ["[loggedIn alice]", ". OK Logged in."])
    #expect(profile.identity == "alice" && !profile.isBusy)
    #expect(say("x WHOAMI\r\n", to: &profile) == ["* WHOAMI \"alice\"", "x OK That is you."])
    #expect(say("x AUTHENTICATE SCRAM-SHA-512 YQ==\r\n", to: &profile) == ["x BAD Logged in already."])
    #expect(say("x LOGOUT\r\n", to: &profile) == ["* BYE Goodbye.", "x OK Logged out.", "[close]"])
    #expect(say("x NOOP\r\n", to: &profile).isEmpty && profile.isClosed)
  }

  @Test(
    "An initial response: absent, empty and present differ (RFC 4959)",
    arguments: zip(["", " =", " YQ=="], ["+ ", "[begin SCRAM-SHA-512 ]", "[begin SCRAM-SHA-512 a]"]))
  func initialResponse(argument: String, answer: String) {
    var profile = ready()
    #expect(say("a AUTHENTICATE SCRAM-SHA-512\(argument)\r\n", to: &profile) == [answer])
  }

  @Test("A mechanism without a last message is done at once")
  func noFinalMessage() {
    var profile = ready()
    _ = say("a AUTHENTICATE SCRAM-SHA-512 YQ==\r\n", to: &profile)
    profile.accept("a \"b\" \\", finalMessage: nil)
    #expect(drain(&profile) == ["[loggedIn a \"b\" \\]", "a OK Logged in."])
    #expect(say("b WHOAMI\r\n", to: &profile).first == "* WHOAMI \"a \\\"b\\\" \\\\\"")
  }

  @Test("Every refusal reads alike, and the third closes")
  func threeFailures() {
    var profile = ready()
    let refusal = "a NO [AUTHENTICATIONFAILED] Authentication failed."
    #expect(say("a AUTHENTICATE PLAIN YQ==\r\n", to: &profile) == ["[refused PLAIN a]", refusal])
    #expect(say("a AUTHENTICATE SCRAM-SHA-512 !\r\n", to: &profile) == [refusal])
    _ = say("a AUTHENTICATE SCRAM-SHA-512 YQ==\r\n", to: &profile)
    profile.refuse()
    #expect(drain(&profile) == [refusal, "* BYE Too many failures", "[close]"])
  }

  @Test(
    "What was not offered is told to whoever drives it, with the message if one came",
    arguments: [
      ("SCRAM-SHA-256", "[refused SCRAM-SHA-256 -]"), ("scram-sha-256 =", "[refused SCRAM-SHA-256 ]"),
      ("PLAIN !", "[refused PLAIN -]"), ("PLAIN_ YQ==", "[refused PLAIN_ a]"),
    ])
  func notOffered(words: String, told: String) {
    var profile = ready()
    let refusal = "a NO [AUTHENTICATIONFAILED] Authentication failed."
    #expect(say("a AUTHENTICATE \(words)\r\n", to: &profile) == [told, refusal])
    #expect(profile.identity == nil && !profile.isBusy)
    _ = say("a AUTHENTICATE \(words)\r\n", to: &profile)
    let last = [told, refusal, "* BYE Too many failures", "[close]"]
    #expect(say("a AUTHENTICATE \(words)\r\n", to: &profile) == last)
  }

  @Test("An abort ends the exchange, and counts", arguments: [0, 1, 2])
  func abort(after: Int) {
    var profile = ready()
    _ = say("a AUTHENTICATE SCRAM-SHA-512\r\n", to: &profile)
    if after > 0 {
      _ = say("YQ==\r\n", to: &profile)
      profile.challenge([1])
      _ = drain(&profile)
    }
    if after > 1 {
      _ = say("YQ==\r\n", to: &profile)
      profile.accept("alice", finalMessage: [1])
      _ = drain(&profile)
    }
    let expected = (after > 0 ? ["[abandon]"] : []) + ["a BAD Authentication aborted."]
    #expect(say("*\r\n", to: &profile) == expected)
    #expect(profile.identity == nil && !profile.isBusy)
    for _ in 0..<2 { _ = say("a AUTHENTICATE SCRAM-SHA-512\r\n*\r\n", to: &profile) }
    #expect(profile.isClosed)
  }

  @Test("An answer that comes too late does nothing")
  func lateAnswer() {
    var profile = ready()
    profile.accept("mallory", finalMessage: nil)
    profile.challenge([1])
    profile.refuse()
    #expect(drain(&profile).isEmpty && profile.identity == nil)
  }

  @Test("Only an empty line confirms the server's last message")
  func confirmation() {
    var profile = ready()
    _ = say("a AUTHENTICATE SCRAM-SHA-512 YQ==\r\n", to: &profile)
    profile.accept("alice", finalMessage: [1])
    _ = drain(&profile)
    #expect(
      say("YQ==\r\n", to: &profile) == ["[abandon]", "a NO [AUTHENTICATIONFAILED] Authentication failed."])
    #expect(profile.identity == nil)
  }

  private func ready() -> ServerProfile {
    var profile = ServerProfile(offer: offer)
    _ = drain(&profile)
    return profile
  }
}

@Suite("What a hostile client sends")
struct HostileClientTests {
  @Test("Plaintext behind STARTTLS drops the connection", arguments: ["a NOOP\r\n", "a", "\r\n", "\u{16}\u{3}\u{1}"])
  func injection(rest: String) {
    var profile = ServerProfile()
    _ = drain(&profile)
    #expect(say("a STARTTLS\r\n" + rest, to: &profile) == ["* BYE Plaintext behind STARTTLS", "[close]"])

    profile = ServerProfile()
    _ = drain(&profile)
    _ = say("a STARTTLS\r\n", to: &profile)
    #expect(say(rest, to: &profile) == ["* BYE Plaintext behind STARTTLS", "[close]"])
    profile.startedTLS(offer: offer)
    #expect(profile.isClosed)
  }

  @Test("TLS is started once")
  func twice() {
    var profile = ServerProfile(offer: offer)
    _ = drain(&profile)
    #expect(say("a STARTTLS\r\n", to: &profile) == ["a BAD TLS is on already."])
  }

  @Test(
    "What is no command is answered, and ten of them close",
    arguments: [
      "", "a", " a NOOP", "a  NOOP", "* NOOP", "+ NOOP", "a NOOP ", "a NOOP x", "a WHOAMI", "(a) NOOP", "a LOGIN u p",
      "a AUTHENTICATE", String(repeating: "t", count: 65) + " NOOP", "a ÄÖ", "\u{1b}[2J NOOP", "a SELECT INBOX",
    ])
  func mistakes(line: String) {
    var profile = ServerProfile(offer: offer)
    _ = drain(&profile)
    for _ in 0..<9 {
      let answer = say(line + "\r\n", to: &profile)
      #expect(answer.count == 1 && answer.first?.contains(" BAD ") == true)
    }
    #expect(say(line + "\r\n", to: &profile).suffix(2) == ["* BYE Too many mistakes", "[close]"])
  }

  @Test("Long lines, NULs and bare line ends drop the connection", arguments: ["\0", "a NOOP\n", "a\rb"])
  func malformed(input: String) {
    var profile = ServerProfile(offer: offer)
    _ = drain(&profile)
    #expect(say(input + "\r\n", to: &profile) == ["* BYE Malformed line", "[close]"])
  }

  @Test("Huge base64 drops the connection, in one piece or many", arguments: [1, 4096, 100_000])
  func huge(piece: Int) {
    var profile = ServerProfile(offer: offer)
    _ = say("a AUTHENTICATE SCRAM-SHA-512\r\n", to: &profile)
    var last: [String] = []
    for _ in 0..<(100_000 / piece) where !profile.isClosed {
      last = say(String(repeating: "A", count: piece), to: &profile)
    }
    #expect(last == ["[abandon]", "* BYE Line too long", "[close]"])
  }

  @Test("Nobody may send ahead while the server thinks")
  func pipelining() {
    var profile = ServerProfile(offer: offer)
    _ = say("a AUTHENTICATE SCRAM-SHA-512 YQ==\r\n", to: &profile)
    #expect(say("b NOOP\r\n", to: &profile).isEmpty)
    #expect(
      say(String(repeating: "b NOOP\r\n", count: 2000), to: &profile).suffix(2) == [
        "* BYE Too much input", "[close]",
      ])
  }

  @Test("Commands sent ahead of an answer are obeyed in their order")
  func order() {
    var profile = ServerProfile(offer: offer)
    _ = drain(&profile)
    #expect(say("a NOOP\r\nb NOOP\r\nc NO", to: &profile) == ["a OK Nothing done.", "b OK Nothing done."])
  }
}
