import PassBindCrypto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// What the parsers must refuse, whoever sends it. K stands for the right value of `k=`.
@Suite struct SASLGrammarTests {
  private static let stretching = "scrypt,n=2,r=1,p=1"

  @Test func theExamplesWithoutFaultAreRead() throws {
    let first = try OPAQUESASLMessage.ClientFirst(parsing: Self.message("n,a=b,n=a=2Cb,k=K", 96))
    #expect(first.user == "a,b" && first.header.authorizationIdentity == "b" && first.ke1.count == 96)
    let challenge = try OPAQUESASLMessage.ServerFirst(parsing: Self.message("k=K,s=\(Self.stretching)", 320))
    #expect(challenge.ke2.count == 320 && challenge.stretching == Service.weak)
    let final = try OPAQUESASLMessage.ClientFinal(parsing: Self.message("k=K", 64))
    #expect(final.ke3.count == 64)
  }

  private static func message(_ pattern: String, _ count: Int) -> [UInt8] {
    Array(pattern.replacing("K", with: Base64.string([UInt8](repeating: 0xff, count: count))).utf8)
  }

  @Test(arguments: [
    "", ",", "n", "n,,", "n,,n=user", "n,,k=K", "n,,k=K,n=user", "n,,n=user,", "n,,n=user,k=", "n,,n=user,k",
    "n,,n=user,k=K,", "n,,n=user,k=K,x=1", "n,,n=user,k=K,k=K", "n,,n=user,n=user,k=K", "n,,n=,k=K",
    "n,,n,k=K", "n,,nuser,k=K", "n,,=user,k=K", "n,,N=user,k=K", "n,,n=user,K=K", "n,,n=user,,k=K", "n,,,n=user,k=K",
    "n,,x=1,n=user,k=K", "n,,n=user,x=1,k=K", "n,,n=user,r=abc,k=K", "n,n=user,k=K", "n=user,k=K", "p,,n=user,k=K",
    "p=,,n=user,k=K", "N,,n=user,k=K", "z,,n=user,k=K", "F,n,,n=user,k=K", "n,x=user,n=user,k=K", " n,,n=user,k=K",
    "n,,n=user,k=K\n", "n,,n=user,k=K\0", "n,,n=user,k= K", "n,,n=user,k=K=", "n,,n=user,k=K====",
    "n,,n=user,k=____", "n,,n=user,k=//", "n,,n=user,k=/R==", "n,,m=x,n=user,k=K",
  ])
  func clientFirst(pattern: String) {
    #expect(throws: OPAQUEError(.malformedMessage, "")) {
      _ = try OPAQUESASLMessage.ClientFirst(parsing: Self.message(pattern, 96))
    }
  }

  @Test(arguments: [
    "n,,n=a=2cb,k=K", "n,,n=a=,k=K", "n,,n=a=3,k=K", "n,,n==,k=K", "n,,n=a=3Cb,k=K", "n,,n=a\0,k=K", "n,a=,n=user,k=K",
    "n,a=b=,n=user,k=K", "n,,n=\(String(repeating: "u", count: 1025)),k=K",
  ])
  func names(pattern: String) {
    #expect(throws: OPAQUEError(.invalidName, "")) {
      _ = try OPAQUESASLMessage.ClientFirst(parsing: Self.message(pattern, 96))
    }
  }

  @Test func aNameThatIsNotUTF8() {
    let message = Array("n,,n=".utf8) + [0xff] + Self.message(",k=K", 96)
    #expect(throws: OPAQUEError(.invalidName, "")) { _ = try OPAQUESASLMessage.ClientFirst(parsing: message) }
  }

  @Test(arguments: [
    "", "k=K", "k=K,", "k=K,s=", "k=K,s", "s=S", "s=S,k=K", "k=,s=S", "k,s=S", "K=K,s=S", "k=K,S=S", "k=K,k=K,s=S",
    "k=K,s=S,s=S", "k=K,,s=S", ",k=K,s=S", "k=K,x=1,s=S", "k=K,s=S,", "k=K,s=S,x=1", "k=K,s=S\n", "k=K,s=S ",
    " k=K,s=S",
    "k=K=,s=S", "k=____,s=S", "k=K\n,s=S", "e=other-error", "v=AAAA", "k=K,s=none", "k=K,s=scrypt",
    "k=K,s=scrypt,n=2,r=1",
    "k=K,s=scrypt,r=1,n=2,p=1", "k=K,s=scrypt,n=02,r=1,p=1", "k=K,s=scrypt,n=+2,r=1,p=1", "k=K,s=scrypt,n=3,r=1,p=1",
    "k=K,s=SCRYPT,n=2,r=1,p=1", "k=K,s=argon2id,m=7,t=1,p=1", "k=K,s=argon2i,m=65536,t=3,p=4",
    "k=K,s=argon2id,m=65536,t=3,p=4,v=19", "k=K,s=scrypt,n=99999999999999999999,r=8,p=1",
  ])
  func serverFirst(pattern: String) {
    let pattern = pattern.replacing("=S", with: "=\(Self.stretching)").replacing(
      "S=scrypt", with: "S=\(Self.stretching)")
    #expect(throws: OPAQUEError(.malformedMessage, "")) {
      _ = try OPAQUESASLMessage.ServerFirst(parsing: Self.message(pattern, 320))
    }
  }

  @Test(arguments: [
    "", "k", "k=", "K=K", "k=K,", "k=K,x=1", "k=K,k=K", ",k=K", "x=1,k=K", "k=K\n", "k=K ", " k=K", "k=K=", "k=KK",
    "p=K",
    "k=____", "k=K\0",
  ])
  func clientFinal(pattern: String) {
    #expect(throws: OPAQUEError(.malformedMessage, "")) {
      _ = try OPAQUESASLMessage.ClientFinal(parsing: Self.message(pattern, 64))
    }
  }

  @Test(arguments: [0, 1, 63, 65, 95, 97, 319, 321])
  func messagesOfOPAQUEOfAnotherLength(count: Int) {
    let empty = count == 0 ? OPAQUEError.Code.malformedMessage : .wrongLength
    #expect(throws: OPAQUEError(empty, "")) {
      _ = try OPAQUESASLMessage.ClientFirst(parsing: Self.message("n,,n=user,k=K", count))
    }
    #expect(throws: OPAQUEError(empty, "")) {
      _ = try OPAQUESASLMessage.ServerFirst(parsing: Self.message("k=K,s=\(Self.stretching)", count))
    }
    #expect(throws: OPAQUEError(empty, "")) {
      _ = try OPAQUESASLMessage.ClientFinal(parsing: Self.message("k=K", count))
    }
  }

  /// 8 KiB are read, and nothing that is longer.
  @Test(arguments: [(8192, OPAQUEError.Code.malformedMessage), (8193, .messageTooLong)])
  func messagesThatAreTooLong(count: Int, code: OPAQUEError.Code) {
    let message = [UInt8](repeating: UInt8(ascii: "A"), count: count)
    #expect(throws: OPAQUEError(code, "")) { _ = try OPAQUESASLMessage.ClientFirst(parsing: message) }
    #expect(throws: OPAQUEError(code, "")) { _ = try OPAQUESASLMessage.ServerFirst(parsing: message) }
    #expect(throws: OPAQUEError(code, "")) { _ = try OPAQUESASLMessage.ClientFinal(parsing: message) }
  }

  /// Elements are looked at with the rest of KE1, whoever the account belongs to.
  @Test(arguments: [true, false])
  func elementsThatAreNone(isKnown: Bool) async throws {
    let service = try await Service()
    let first = Self.message("p=tls-exporter,,n=alice,k=K", 96)
    #expect(throws: OPAQUEError(.invalidElement, "")) { _ = try service.challenge(first, isKnown: isKnown) }
  }
}
