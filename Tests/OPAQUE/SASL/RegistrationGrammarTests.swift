import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// What the parsers of a registration must refuse, whoever sends it. K stands for the right value of `k=`, S for
/// stretching.
@Suite struct RegistrationGrammarTests {
  private static func message(_ pattern: String, _ count: Int = 0) -> [UInt8] {
    let base64 = Base64.string([UInt8](repeating: 0xff, count: count))
    return Array(pattern.replacing("=S", with: "=scrypt,n=2,r=1,p=1").replacing("K", with: base64).utf8)
  }

  @Test func theExamplesWithoutFaultAreRead() throws {
    #expect(try OPAQUERegistrationMessage.Request(parsing: Self.message("k=K", 32)).bytes.count == 32)
    #expect(try OPAQUERegistrationMessage.Record(parsing: Self.message("k=K", 192)).bytes.count == 192)
    let note = try OPAQUERegistrationMessage.Note(parsing: Self.message("n=A.z_0-9,d=K", 1))
    #expect(note.name == "A.z_0-9" && note.sealed == [0xff])
    #expect(try OPAQUERegistrationMessage.ResealedNote(parsing: Self.message("d=K", 1)).sealed == [0xff])
    #expect(try OPAQUERegistrationMessage.ResealedNote(parsing: []).sealed == nil)
  }

  @Test(arguments: 0...16)
  func fromNoneToSixteenNotes(count: Int) throws {
    let response = try OPAQUERegistrationMessage.Response(parsing: Self.message("k=K,s=S,v=\(count)", 64))
    #expect(response.bytes.count == 64 && response.stretching == Service.weak && response.notes == count)
  }

  @Test(arguments: [
    "", "k", "k=", "K=K", "k=K,", "k=K,x=1", "k=K,k=K", ",k=K", "x=1,k=K", "k=K\n", "k=K ", " k=K", "k=K=", "k=KK=",
    "p=K", "k=____", "k=K\0", "K",
  ])
  func oneValueAlone(pattern: String) {
    #expect(throws: OPAQUEError(.malformedMessage, "")) {
      _ = try OPAQUERegistrationMessage.Request(parsing: Self.message(pattern, 32))
    }
    #expect(throws: OPAQUEError(.malformedMessage, "")) {
      _ = try OPAQUERegistrationMessage.Record(parsing: Self.message(pattern, 192))
    }
  }

  @Test(arguments: [
    "", "k=K", "k=K,", "k=K,s=S", "k=K,s=S,", "k=K,s=S,v", "k=K,s=S,v=", "k=K,v=0", "s=S,v=0", "k=K,v=0,s=S",
    "v=0,k=K,s=S",
    "s=S,k=K,v=0", "k=,s=S,v=0", "k,s=S,v=0", "K=K,s=S,v=0", "k=K,S=S,v=0", "k=K,s=S,V=0", "k=K,k=K,s=S,v=0",
    "k=K,s=S,s=S,v=0", "k=K,s=S,v=0,v=0", "k=K,,s=S,v=0", "k=K,s=S,,v=0", ",k=K,s=S,v=0", "k=K,x=1,s=S,v=0",
    "k=K,s=S,x=1,v=0", "k=K,s=S,v=0,x=1", "k=K,s=S,v=0,", "k=K,s=S,v=0\n", "k=K,s=S,v=0 ", "k=K,s=S,v=0\0",
    " k=K,s=S,v=0",
    "k=K,s=S,v=17", "k=K,s=S,v=00", "k=K,s=S,v=01", "k=K,s=S,v=+1", "k=K,s=S,v=-1", "k=K,s=S,v=1.0", "k=K,s=S,v=a",
    "k=K,s=S,v= 1", "k=K,s=S,v=99999999999999999999", "k=K,s=S,v=0x1", "k=K=,s=S,v=0", "k=____,s=S,v=0",
    "k=K\n,s=S,v=0",
    "k=K,s=none,v=0", "k=K,s=scrypt,v=0", "k=K,s=scrypt,n=2,r=1,v=0", "k=K,s=scrypt,r=1,n=2,p=1,v=0",
    "k=K,s=scrypt,n=02,r=1,p=1,v=0", "k=K,s=scrypt,n=3,r=1,p=1,v=0", "k=K,s=SCRYPT,n=2,r=1,p=1,v=0", "k=K,s=,v=0",
    "e=other-error",
  ])
  func response(pattern: String) {
    #expect(throws: OPAQUEError(.malformedMessage, "")) {
      _ = try OPAQUERegistrationMessage.Response(parsing: Self.message(pattern, 64))
    }
  }

  @Test(arguments: [
    "", "n=a", "n=a,", "n=a,d", "n=a,d=", "d=K", "d=K,n=a", "n,d=K", "n=,d=K", "N=a,d=K", "n=a,D=K", "n=a,n=a,d=K",
    "n=a,d=K,d=K", "n=a,,d=K", ",n=a,d=K", "n=a,x=1,d=K", "n=a,d=K,", "n=a,d=K,x=1", "n=a,d=K\n", " n=a,d=K",
    "n=a, d=K",
    "n=a,d=K=", "n=a,d=____", "n=a,d=/", "n=a,d=/x==", "n=a,d====",
  ])
  func note(pattern: String) {
    #expect(throws: OPAQUEError(.malformedMessage, "")) {
      _ = try OPAQUERegistrationMessage.Note(parsing: Self.message(pattern, 3))
    }
  }

  @Test(arguments: [
    "a b", "a/b", "../a", "a\0", "a=b", "ä", "a\n", String(repeating: "a", count: 65),
  ])
  func aNameThatIsNone(name: String) {
    #expect(throws: OPAQUEError(.invalidName, "")) {
      _ = try OPAQUERegistrationMessage.Note(parsing: Self.message("n=\(name),d=K", 3))
    }
  }

  @Test(arguments: [
    "d", "d=", "D=K", "d=K,", "d=K,d=K", ",d=K", "d=K\n", " d=K", "d=K=", "d=____", "d=K,x=1", "=", "K", "\0",
  ])
  func resealedNote(pattern: String) {
    #expect(throws: OPAQUEError(.malformedMessage, "")) {
      _ = try OPAQUERegistrationMessage.ResealedNote(parsing: Self.message(pattern, 3))
    }
  }

  @Test(arguments: [(4200, nil), (4201, .wrongLength)] as [(Int, OPAQUEError.Code?)])
  func aSealedNoteOfAnyLengthUpTo4200Bytes(count: Int, expected: OPAQUEError.Code?) async {
    let stored = await code { _ = try OPAQUERegistrationMessage.Note(parsing: Self.message("n=a,d=K", count)) }
    let resealed = await code { _ = try OPAQUERegistrationMessage.ResealedNote(parsing: Self.message("d=K", count)) }
    #expect(stored == expected && resealed == expected)
  }

  @Test(arguments: [1, 31, 33, 63, 65, 191, 193])
  func messagesOfOPAQUEOfAnotherLength(count: Int) {
    #expect(throws: OPAQUEError(.wrongLength, "")) {
      _ = try OPAQUERegistrationMessage.Request(parsing: Self.message("k=K", count))
    }
    #expect(throws: OPAQUEError(.wrongLength, "")) {
      _ = try OPAQUERegistrationMessage.Response(parsing: Self.message("k=K,s=S,v=0", count))
    }
    #expect(throws: OPAQUEError(.wrongLength, "")) {
      _ = try OPAQUERegistrationMessage.Record(parsing: Self.message("k=K", count))
    }
  }

  /// 8 KiB are read, and nothing that is longer.
  @Test(arguments: [(8192, OPAQUEError.Code.malformedMessage), (8193, .messageTooLong)])
  func messagesThatAreTooLong(count: Int, expected: OPAQUEError.Code) async {
    let message = [UInt8](repeating: UInt8(ascii: "A"), count: count)
    let found = [
      await code { _ = try OPAQUERegistrationMessage.Request(parsing: message) },
      await code { _ = try OPAQUERegistrationMessage.Response(parsing: message) },
      await code { _ = try OPAQUERegistrationMessage.Record(parsing: message) },
      await code { _ = try OPAQUERegistrationMessage.Note(parsing: message) },
      await code { _ = try OPAQUERegistrationMessage.ResealedNote(parsing: message) },
    ]
    #expect(found == [expected, expected, expected, expected, expected])
  }
}
