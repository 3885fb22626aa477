import PassBindCrypto
import Testing

@Suite("Limits of key stretching")
struct KeyStretchingLimitsTests {
  static let permitted = [
    "argon2id,m=65536,t=3,p=4",  // the default
    "scrypt,n=32768,r=8,p=1", "scrypt,n=131072,r=8,p=1",
    // The floor, and what is no weaker: more memory in fewer passes, however many lanes.
    "argon2id,m=19456,t=2,p=1", "argon2id,m=38912,t=1,p=1", "argon2id,m=47104,t=1,p=1", "argon2id,m=19456,t=2,p=16",
    "scrypt,n=16384,r=16,p=1", "scrypt,n=2048,r=76,p=1",
    // The cap, along each of its edges.
    "argon2id,m=262144,t=1,p=4", "argon2id,m=262144,t=4,p=16", "argon2id,m=104857,t=10,p=1",
    "argon2id,m=19456,t=10,p=1", "scrypt,n=262144,r=8,p=2", "scrypt,n=32768,r=8,p=16",
  ]

  @Test("What lies within", arguments: permitted)
  func within(text: String) throws {
    try KeyStretchingLimits.default.permits(KeyStretchingParameters(parsing: text))
  }

  static let refused: [(text: String, why: String)] = [
    // Too little memory, which no work makes up for.
    ("argon2id,m=19455,t=3,p=1", "memory in KiB is 19455, the floor 19456"),
    ("argon2id,m=8,t=4294967295,p=1", "memory in KiB is 8, the floor 19456"),
    ("scrypt,n=16384,r=8,p=16", "memory in KiB is 16384, the floor 19456"),
    ("scrypt,n=2048,r=75,p=16", "memory in KiB is 19200, the floor 19456"),
    ("scrypt,n=2,r=1,p=1024", "memory in KiB is 1, the floor 19456"),
    // Too little work, whatever the lanes.
    ("argon2id,m=19456,t=1,p=1", "work in KiB is 19456, the floor 38912"),
    ("argon2id,m=38911,t=1,p=1", "work in KiB is 38911, the floor 38912"),
    ("argon2id,m=38911,t=1,p=16", "work in KiB is 38911, the floor 38912"),
    // Too much of everything.
    ("argon2id,m=2097152,t=1,p=4", "memory in KiB is 2097152, the cap 262144"),
    ("argon2id,m=262145,t=1,p=1", "memory in KiB is 262145, the cap 262144"),
    ("argon2id,m=262144,t=5,p=1", "work in KiB is 1310720, the cap 1048576"),
    ("argon2id,m=104858,t=10,p=1", "work in KiB is 1048580, the cap 1048576"),
    ("argon2id,m=19456,t=11,p=1", "t is 11, the cap 10"),
    ("argon2id,m=65536,t=3,p=17", "p is 17, the cap 16"),
    ("scrypt,n=524288,r=8,p=1", "memory in KiB is 524288, the cap 262144"),
    ("scrypt,n=262144,r=8,p=3", "work in KiB is 1572864, the cap 1048576"),
    ("scrypt,n=16384,r=16,p=17", "work in KiB is 1114112, the cap 1048576"),
    ("scrypt,n=2048,r=76,p=17", "p is 17, the cap 16"),
    // The largest values that there are.
    ("argon2id,m=4294967295,t=4294967295,p=16777215", "memory in KiB is 4294967295, the cap 262144"),
    ("scrypt,n=4294967296,r=1024,p=1024", "memory in KiB is 549755813888, the cap 262144"),
  ]

  @Test("What lies beyond, and beyond what", arguments: refused)
  func beyond(text: String, why: String) throws {
    let parameters = try KeyStretchingParameters(parsing: text)
    let error = #expect(throws: CryptoError.self) { try KeyStretchingLimits.default.permits(parameters) }
    #expect(error?.code == .invalidParameter)
    #expect(error?.reason.contains(text) == true)
    #expect(error?.reason.contains(why) == true, "\(error?.reason ?? "")")
  }

  @Test("RFC 9807's 2 GiB want a higher cap, and then pass the floor")
  func rfc9807() throws {
    let limits = KeyStretchingLimits(maximumMemory: 2_097_152, maximumWork: 2_097_152)
    try limits.permits(.rfc9807Argon2id)
    #expect(throws: CryptoError(.invalidParameter, "")) {
      try KeyStretchingLimits(maximumMemory: 2_097_151, maximumWork: 2_097_152).permits(.rfc9807Argon2id)
    }
    #expect(throws: CryptoError(.invalidParameter, "")) {
      try KeyStretchingLimits(maximumMemory: 2_097_152, maximumWork: 2_097_151).permits(.rfc9807Argon2id)
    }
  }

  @Test("scrypt's work counts both ways through its memory, p times")
  func scryptWork() throws {
    try KeyStretchingLimits(minimumWork: 65_536).permits(.rfc9807Scrypt)
    try KeyStretchingLimits(maximumWork: 65_536).permits(.rfc9807Scrypt)
    for limits in [KeyStretchingLimits(minimumWork: 65_537), KeyStretchingLimits(maximumWork: 65_535)] {
      #expect(throws: CryptoError(.invalidParameter, "")) { try limits.permits(.rfc9807Scrypt) }
    }
  }

  @Test("Limits that nothing meets refuse everything")
  func contradictory() {
    for limits in [
      KeyStretchingLimits(minimumMemory: .max), KeyStretchingLimits(maximumMemory: -1),
      KeyStretchingLimits(minimumWork: .max), KeyStretchingLimits(maximumWork: .min),
      KeyStretchingLimits(maximumPasses: 0), KeyStretchingLimits(maximumLanes: 0),
    ] {
      #expect(throws: CryptoError(.invalidParameter, "")) { try limits.permits(.default) }
    }
  }
}
