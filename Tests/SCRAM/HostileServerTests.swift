import PassBindCrypto
import PassBindSCRAM
import Testing

/// What stock clients were seen to accept from a hostile server, and what this one does.
@Suite("Hostile servers")
struct HostileServerTests {
  static let r = NonceTests.joined
  static let own = "fyko+d2lbbFgONRv9qkxdawL"
  static let s = Account.saltText

  @Test(
    "A first message that this client refuses",
    arguments: [
      ("r=\(r),s=\(s),i=1", SCRAMError.Code.iterationCountRefused),  // gsasl 2.2 and Cyrus 2.1.28 accept it
      ("r=\(r),s=\(s),i=5000001", .iterationCountRefused),  // gsasl accepts any
      ("r=\(own),s=\(s),i=4096", .nonceMismatch),  // gsasl accepts it
      ("r=x\(r),s=\(s),i=4096", .nonceMismatch),
      ("m=x,r=\(r),s=\(s),i=4096", .unsupportedExtension),
      ("r=\(r),s=\(s),i=4096,i=1", .malformedMessage),  // both accept it
      ("r=\(r),s=\(s),i=04096", .malformedMessage),  // both accept it
      ("r=\(r),s=W22Z*,i=4096", .invalidEncoding),
      ("r=\(r),s=AA==,i=4096", .weakSalt),  // both accept it
      ("e=unknown-user", .serverRefused),
    ])
  func refused(message: String, code: SCRAMError.Code) async throws {
    let account = try Account()
    await #expect(throws: error(code)) { _ = try await client(account).respond(to: utf8(message)) }
  }

  @Test(
    "A first message that this client accepts",
    arguments: [
      "r=\(r),s=\(s),i=4096", "r=\(r),s=\(s),i=4096,x=AAAA", "r=\(r),s=\(s),i=4096,h=AAAA,t=9999",
    ])
  func accepted(message: String) async throws {
    let account = try Account()
    let answer = try await client(account).respond(to: utf8(message))
    let final = string(answer.finalMessage)
    _ = try answer.verify(utf8(account.serverFinal(first: plainFirst, serverFirst: message, final: final)))
  }

  @Test("65,537 iterations, which Cyrus refuses, are a matter of policy")
  func cap() async throws {
    let account = try Account(.sha256, iterations: 65_537)
    let message = utf8("r=\(Self.r)\(account.serverFirstTail)")
    _ = try await client(account).respond(to: message)
    let strict = policy { $0.maxIterations = 65_536 }
    await #expect(throws: error(.iterationCountRefused)) {
      _ = try await client(account, policy: strict).respond(to: message)
    }
  }

  static let registered = [
    "invalid-encoding", "extensions-not-supported", "invalid-proof", "channel-bindings-dont-match",
    "server-does-support-channel-binding", "channel-binding-not-supported", "unsupported-channel-binding-type",
    "unknown-user", "invalid-username-encoding", "no-resources", "other-error",
  ]

  @Test("Attack 28: the server's error reaches the caller as it came", arguments: registered)
  func serverError(value: String) async throws {
    let account = try Account()
    let answer = try await client(account).respond(to: utf8("r=\(Self.r)\(account.serverFirstTail)"))
    let refusal = refusal(by: answer, of: "e=\(value)")
    #expect(refusal?.code == .serverRefused)
    #expect(refusal?.serverError == SCRAMServerError(rawValue: value))
    #expect(refusal?.serverError?.isRegistered == true)
  }

  @Test(
    "Attack 28: unknown values are kept, and cannot write into a log what they like",
    arguments: [
      "x", "Unknown-User", "account-locked=1", "\u{1b}[2J\n", "\u{202e}gnp", String(repeating: "e", count: 5000),
    ])
  func unknownError(value: String) async throws {
    let account = try Account()
    let answer = try await client(account).respond(to: utf8("r=\(Self.r)\(account.serverFirstTail)"))
    let found = refusal(by: answer, of: "e=\(value)")
    let refusal = try #require(found)
    #expect(refusal.serverError?.rawValue == value)
    #expect(refusal.serverError?.isRegistered == false)
    #expect(refusal.description.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    #expect(refusal.description.utf8.count < 1000)
  }

  @Test("Attack 28: an error that is not text, or stands beside a signature, is malformed")
  func badError() async throws {
    let account = try Account()
    for message in ["e=x,v=AAAA", "v=AAAA,e=x", "e=x,e=y"] {
      let answer = try await client(account).respond(to: utf8("r=\(Self.r)\(account.serverFirstTail)"))
      let refusal = refusal(by: answer, of: message)
      #expect(refusal == error(.malformedMessage), "\(message)")
    }
    await #expect(throws: error(.invalidEncoding)) {
      _ = try await client(account).respond(to: utf8("e=") + [0xff])
    }
  }
}
