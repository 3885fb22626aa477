import PassBindSASL
import Testing

@Suite("GS2 header and saslname")
struct GS2HeaderTests {
  static let wellFormed: [(String, GS2Header.BindingFlag, String?, rest: String)] = [
    ("n,,n=user", .unsupported, nil, "n=user"),
    ("y,,", .notOffered, nil, ""),
    ("p=tls-exporter,,n=user", .required(.tlsExporter), nil, "n=user"),
    ("p=tls-server-end-point,a=admin,x", .required(.tlsServerEndPoint), "admin", "x"),
    ("n,a=us=2Cer=3D1,", .unsupported, "us,er=1", ""),
    ("n,a==3D2C,", .unsupported, "=2C", ""),  // one pass: =3D2C is =2C, not a comma
    ("n,a=jos\u{e9},", .unsupported, "jos\u{e9}", ""),
  ]

  @Test("A header reads, and writes the same bytes", arguments: wellFormed)
  func roundTrip(text: String, flag: GS2Header.BindingFlag, identity: String?, rest: String) throws {
    var message = Array(text.utf8)[...]
    let header = try GS2Header(parsing: &message)
    #expect(header.flag == flag)
    #expect(header.authorizationIdentity == identity)
    #expect(Array(message) == Array(rest.utf8))
    #expect(header.bytes + message == Array(text.utf8))
    #expect(try GS2Header(flag, authorizationIdentity: identity).bytes == header.bytes)
  }

  static let malformed: [(String, SASLError.Code)] = [
    ("", .invalidHeader), (",", .invalidHeader), (",,", .invalidHeader), ("n", .invalidHeader), ("n,", .invalidHeader),
    ("z,,", .invalidHeader), ("N,,", .invalidHeader), ("nn,,", .invalidHeader), ("p,,", .invalidHeader),
    ("p=,,", .invalidHeader), ("p=tls exporter,,", .invalidHeader), ("p=tls-exporter ,,", .invalidHeader),
    ("p=tls_unique,,", .invalidHeader), ("p=\u{e9},,", .invalidHeader), ("F,n,,", .invalidHeader),
    ("F,p=tls-unique,a=x,", .invalidHeader), ("n,b=x,", .invalidHeader), ("n,x,", .invalidHeader),
    ("n,a=,", .invalidName), ("n,a=x=2c,", .invalidName), ("n,a=x=41,", .invalidName), ("n,a==,", .invalidName),
    ("n,a=x=2,", .invalidName), ("n,a=x\0y,", .invalidName),
    ("n,a=" + String(repeating: "x", count: 1025) + ",", .tooLong),
    ("p=" + String(repeating: "x", count: 65) + ",,", .invalidHeader),
  ]

  @Test("Anything else is refused", arguments: malformed)
  func refused(text: String, code: SASLError.Code) {
    #expect(throws: SASLError(code, "")) {
      var message = Array(text.utf8)[...]
      _ = try GS2Header(parsing: &message)
    }
  }

  @Test(
    "A name that is not UTF-8 is refused", arguments: [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80]] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    #expect(throws: SASLError(.invalidName, "")) { try SASLName.unescape(bytes) }
  }

  @Test("An empty name, one with NUL and one too long cannot be sent")
  func unsendable() {
    #expect(throws: SASLError(.invalidName, "")) { try SASLName.escape("") }
    #expect(throws: SASLError(.invalidName, "")) { try SASLName.escape("a\0") }
    #expect(throws: SASLError(.tooLong, "")) { try SASLName.escape(String(repeating: ",", count: 342)) }
    #expect(throws: SASLError(.invalidName, "")) { try GS2Header(.unsupported, authorizationIdentity: "") }
  }

  @Test("Any name survives", arguments: ["user", "us,er=1", "=2C", "=3D", ",,", "==", "\u{1F600}", "a b"])
  func nameRoundTrip(name: String) throws {
    #expect(try SASLName.unescape(SASLName.escape(name)) == name)
  }
}

@Suite("Mechanism names")
struct MechanismNameTests {
  @Test("Names within the grammar", arguments: ["PLAIN", "SCRAM-SHA-512-PLUS", "SCRAM-SHA3-512-PLUS", "A", "X_1-2"])
  func legal(name: String) {
    #expect(MechanismName(name)?.description == name)
  }

  @Test("Names outside it", arguments: ["", "plain", "SCRAM SHA", "SCRAM-SHA-512-PLUSSES", "\u{c4}", "A\n"])
  func illegal(name: String) {
    #expect(MechanismName(name) == nil)
  }

  @Test("-PLUS comes and goes")
  func plus() throws {
    let bare = try #require(MechanismName("SCRAM-SHA-512"))
    let plus = try #require(bare.plus)
    #expect(plus.isPlus && !bare.isPlus)
    #expect(plus.base == bare && bare.base == bare && plus.plus == plus)
    #expect(try #require(MechanismName("ABCDEFGHIJKLMNOP")).plus == nil)  // 21 characters
    #expect(MechanismName("-PLUS")?.base.description == "-PLUS")
  }
}
