import PassBindLineProfile
import PassBindSASL
import Testing

@Suite("A server's client that is logged in, and its account")
struct ServerAccountTests {
  @Test("The login says what is wanted, the capabilities what may be")
  func announced() throws {
    var profile = try loggedIn(wanted: true)
    #expect(
      say("b CAPABILITY\r\n", to: &profile) == [
        "* CAPABILITY IMAP4rev1 SASL-IR LOGINDISABLED REGISTER=OPAQUE-R255 REGISTER=SCRAM-SHA-512", "b OK That is all.",
      ])
  }

  @Test("Before the login nothing is said of it, and nothing is done")
  func tooEarly() throws {
    for offer in [nil, offer] {
      var profile = offer.map { ServerProfile(offer: $0) } ?? ServerProfile()
      profile.registrations = Registrations([try #require(opaque)])
      _ = drain(&profile)
      #expect(say("a CAPABILITY\r\n", to: &profile).joined().contains("REGISTER") == false)
      for command in ["REGISTER OPAQUE-R255", "REGISTER OPAQUE-R255 YQ==", "UNREGISTER", "VAULT LIST", "VAULT GET x"] {
        #expect(say("a \(command)\r\n", to: &profile) == ["a BAD Log in first."])
      }
    }
  }

  @Test("A registration: two rounds, then done")
  func registration() throws {
    var profile = try loggedIn()
    #expect(say("b register opaque-r255 Zmlyc3Q=\r\n", to: &profile) == ["[register OPAQUE-R255 first]"])
    #expect(profile.isBusy)
    profile.challenge(Array("challenge".utf8))
    #expect(drain(&profile) == ["+ Y2hhbGxlbmdl"])
    #expect(say("c2Vjb25k\r\n", to: &profile) == ["[message second]"])
    profile.challenge([])
    #expect(text(sent(&profile)) == "+ \r\n")
    #expect(say("\r\n", to: &profile) == ["[message ]"])
    profile.answer(.done)
    #expect(drain(&profile) == ["b OK Registered."])
    #expect(!profile.isBusy && profile.identity == "alice")
  }

  @Test(
    "An initial message: absent, empty and present differ (RFC 4959)",
    arguments: zip(["", " =", " YQ=="], ["+ ", "[register SCRAM-SHA-512 ]", "[register SCRAM-SHA-512 a]"]))
  func initialMessage(argument: String, answer: String) throws {
    var profile = try loggedIn()
    #expect(say("b REGISTER SCRAM-SHA-512\(argument)\r\n", to: &profile) == [answer])
  }

  @Test("A refusal says why, is no failed login, and the fifth closes")
  func declined() throws {
    var profile = try loggedIn()
    for round in 1...5 {
      _ = say("b REGISTER OPAQUE-R255 YQ==\r\n", to: &profile)
      profile.answer(.declined(ServiceRefusal(.expired, "Log in again.")))
      let closing = round == 5 ? ["* BYE Too many registrations", "[close]"] : []
      #expect(drain(&profile) == ["b NO [EXPIRED] Log in again."] + closing)
    }
    #expect(profile.isClosed)
  }

  @Test("What was not listed is declined without asking", arguments: ["SCRAM-SHA-256", "OPAQUE-R255-PLUS", "X"])
  func notListed(name: String) throws {
    var profile = try loggedIn()
    let refusal = "b NO [NOPERM] This session may not register that."
    #expect(say("b REGISTER \(name) YQ==\r\n", to: &profile) == ["[refused REGISTER \(name)]", refusal])
    profile.registrations = Registrations()
    #expect(say("b REGISTER OPAQUE-R255\r\n", to: &profile) == ["[refused REGISTER OPAQUE-R255]", refusal])
  }

  @Test(
    "Giving up and bad base64 end a registration, and count", arguments: ["*", "!", "YQ", "YQ===", " YQ=="], [0, 1])
  func abort(line: String, after: Int) throws {
    var profile = try loggedIn()
    let answer = "b BAD \(line == "*" ? "Registration aborted." : "Malformed base64.")"
    for _ in 0..<4 {
      _ = say("b REGISTER OPAQUE-R255\r\n", to: &profile)
      if after > 0 {
        _ = say("YQ==\r\n", to: &profile)
        profile.challenge([1])
        _ = drain(&profile)
      }
      #expect(say("\(line)\r\n", to: &profile) == (after > 0 ? ["[abandon]"] : []) + [answer])
      #expect(!profile.isBusy)
    }
    #expect(
      say("b REGISTER OPAQUE-R255 !\r\n", to: &profile) == [
        "b BAD Malformed base64.", "* BYE Too many registrations", "[close]",
      ])
  }

  @Test("A login's answers do not end a registration, nor the other way round")
  func crossed() throws {
    var profile = try loggedIn()
    _ = say("b REGISTER OPAQUE-R255 YQ==\r\n", to: &profile)
    profile.accept("mallory", finalMessage: nil)
    profile.refuse()
    #expect(drain(&profile).isEmpty && profile.isBusy && profile.identity == "alice")
    profile.answer(.noteNames(["x"]))
    #expect(drain(&profile) == ["b NO [UNAVAILABLE] The server has no answer that fits."])

    profile = ServerProfile(offer: offer)
    _ = say("a AUTHENTICATE SCRAM-SHA-512 YQ==\r\n", to: &profile)
    profile.answer(.done)
    #expect(drain(&profile).isEmpty && profile.isBusy && profile.identity == nil)
  }

  @Test("An account that is deleted takes the connection along")
  func unregister() throws {
    var profile = try loggedIn()
    #expect(say("b UNREGISTER\r\n", to: &profile) == ["[unregister]"])
    profile.answer(.declined(ServiceRefusal(.notPermitted, "No.")))
    #expect(drain(&profile) == ["b NO [NOPERM] No."])
    #expect(say("c unregister\r\nd NOOP\r\n", to: &profile) == ["[unregister]"])
    profile.answer(.done)
    #expect(drain(&profile) == ["* BYE Goodbye.", "c OK Deleted.", "[close]"])
  }

  @Test("The vault")
  func vault() throws {
    var profile = try loggedIn()
    #expect(say("b VAULT LIST\r\n", to: &profile) == ["[noteNames]"])
    profile.answer(.noteNames(["a", "B.c-d_9"]))
    #expect(drain(&profile) == ["* VAULT a", "* VAULT B.c-d_9", "b OK That is all."])
    #expect(say("c vault get a\r\n", to: &profile) == ["[note a]"])
    profile.answer(.note(Array("sealed".utf8)))
    #expect(drain(&profile) == ["* VAULT a c2VhbGVk", "c OK That is it."])
    #expect(say("d VAULT PUT a c2VhbGVk\r\n", to: &profile) == ["[setNote a sealed]"])
    profile.answer(.done)
    #expect(drain(&profile) == ["d OK Done."])
    #expect(say("e VAULT DELETE a\r\n", to: &profile) == ["[deleteNote a]"])
    profile.answer(.declined(ServiceRefusal(.nonexistent, "There is no such note.")))
    #expect(drain(&profile) == ["e NO [NONEXISTENT] There is no such note."])
  }

  @Test(
    "A service's answer that no line can hold is none",
    arguments: [
      ("VAULT LIST", AccountAnswer.noteNames(["a", "b\r\n* BYE"])), ("VAULT LIST", .done), ("VAULT GET a", .note([])),
      ("VAULT GET a", .note(Array(repeating: 1, count: 4201))), ("VAULT GET a", .noteNames(["a"])),
      ("VAULT DELETE a", .note([1])), ("UNREGISTER", .note([1])),
    ])
  func misfit(command: String, answer: AccountAnswer) throws {
    var profile = try loggedIn()
    _ = say("b \(command)\r\n", to: &profile)
    profile.answer(answer)
    #expect(drain(&profile) == ["b NO [UNAVAILABLE] The server has no answer that fits."])
  }

  @Test("A refusal's text stays in its line, and short")
  func refusalText() throws {
    var profile = try loggedIn()
    _ = say("b UNREGISTER\r\n", to: &profile)
    profile.answer(
      .declined(ServiceRefusal(.inUse, "é\r\nb OK\u{1b}[2J\u{7f}" + String(repeating: "x", count: 10_000))))
    let line = try #require(drain(&profile).first)
    #expect(line.hasPrefix("b NO [INUSE] ???b OK?[2J?xxx") && line.utf8.count == 413)
  }

  @Test(
    "What is no command is a mistake",
    arguments: [
      "REGISTER", "REGISTER ", "REGISTER opaque_r255! YQ==", "REGISTER  YQ==", "REGISTER OPAQUE-R255-R255-R255",
      "REGISTER ÄÖ", "UNREGISTER ", "UNREGISTER alice", "VAULT", "VAULT ", "VAULT LIST ", "VAULT LIST x",
      "VAULT SHOW x",
      "VAULT GET", "VAULT GET ", "VAULT GET a b", "VAULT GET a/b", "VAULT GET ä", "VAULT  GET a", "VAULT GET  a",
      "VAULT GET \u{1}", "VAULT PUT a", "VAULT PUT a ", "VAULT PUT a YQ", "VAULT PUT a YQ== ", "VAULT PUT a =",
      "VAULT PUT a  YQ==", "VAULT PUT a{} YQ==", "VAULT DELETE", "VAULT DELETE a b", "VAULT RENAME a b",
      "VAULT GET " + String(repeating: "n", count: 65),
      "VAULT PUT a " + Base64.string([UInt8](repeating: 1, count: 4201)),
    ])
  func mistakes(command: String) throws {
    var profile = try loggedIn()
    for _ in 0..<9 {
      let answer = say("b \(command)\r\n", to: &profile)
      #expect(answer.count == 1 && answer.first?.hasPrefix("b BAD ") == true)
    }
    #expect(say("b \(command)\r\n", to: &profile).suffix(2) == ["* BYE Too many mistakes", "[close]"])
  }

  @Test("The longest name and the largest note fit")
  func largest() throws {
    var profile = try loggedIn()
    let (name, note) = (String(repeating: "n", count: 64), [UInt8](repeating: 0x61, count: 4200))
    let put = "\(String(repeating: "t", count: 64)) VAULT PUT \(name) \(Base64.string(note))\r\n"
    #expect(say(put, to: &profile) == ["[setNote \(name) \(text(note))]"])
    profile.answer(.done)
    _ = drain(&profile)
    _ = say("b VAULT GET \(name)\r\n", to: &profile)
    profile.answer(.note(note))
    #expect(drain(&profile).first == "* VAULT \(name) \(Base64.string(note))")
  }

  @Test(
    "A line's worth may be sent ahead, and is obeyed in its order; more closes",
    arguments: ["REGISTER OPAQUE-R255 YQ==", "VAULT LIST"])
  func pipelining(command: String) throws {
    var profile = try loggedIn()
    #expect(say("b \(command)\r\nc NOOP\r\nd NOOP\r\n", to: &profile).count == 1)
    profile.answer(.declined(ServiceRefusal(.unavailable, "x")))
    #expect(drain(&profile) == ["b NO [UNAVAILABLE] x", "c OK Nothing done.", "d OK Nothing done."])
    _ = say("b \(command)\r\n", to: &profile)
    #expect(
      say(String(repeating: "c NOOP\r\n", count: 1025), to: &profile) == [
        "[abandon]", "* BYE Too much input", "[close]",
      ])
  }

  @Test("A connection that is stopped abandons what is under way")
  func stopped() throws {
    var profile = try loggedIn()
    _ = say("b VAULT DELETE x\r\n", to: &profile)
    profile.stop("Bye")
    #expect(drain(&profile) == ["[abandon]", "* BYE Bye", "[close]"])
    profile.answer(.done)
    #expect(drain(&profile).isEmpty)
  }

  private func loggedIn(wanted: Bool = false) throws -> ServerProfile {
    let (scram, opaque) = (try #require(scram), try #require(opaque))
    var profile = ServerProfile(offer: offer)
    _ = say("a AUTHENTICATE SCRAM-SHA-512-PLUS YQ==\r\n", to: &profile)
    let registrations = Registrations([opaque, scram.base], wanted: wanted ? opaque : nil)
    profile.accept("alice", finalMessage: [1], registrations: registrations)
    #expect(
      say("\r\n", to: &profile).suffix(2) == [
        "[loggedIn alice]", wanted ? "a OK [REGISTER OPAQUE-R255] Logged in." : "a OK Logged in.",
      ])
    return profile
  }

  private func sent(_ profile: inout ServerProfile) -> [UInt8] {
    guard case .send(let bytes) = profile.next() else { return [] }
    return bytes
  }
}
