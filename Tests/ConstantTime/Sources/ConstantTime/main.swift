import CMemcheck
import PassBindRistretto

// What the library does with secrets, with the secrets marked so that memcheck reports each branch and each address
// that depends on them. Here, PassBindRistretto; each other module has a file of its own. Run by Tests/constant-time,
// which says what is expected.

/// A secret scalar below l.
func secretScalar(_ seed: UInt8) throws -> RistrettoScalar { try RistrettoScalar(reducing: secret(64, seed).span) }

/// A public element.
func publicPoint() throws -> RistrettoPoint {
  try RistrettoPoint(mapping: (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 91) }.span)
}

func encode(_ point: RistrettoPoint) throws {
  var bytes = [UInt8](repeating: 0, count: 32)
  var span = bytes.mutableSpan
  try point.encode(into: &span)
}

typealias Operation = (name: String, run: () throws -> Void)

let ristrettoOperations: [Operation] = [
  ("scalar-reduction", { _ = try secretScalar(1) }),
  (
    "scalar-arithmetic",
    {
      let a = try secretScalar(1)
      let b = try secretScalar(2)
      let sum = a + b
      let difference = sum - b
      let product = difference * sum
      var bytes = [UInt8](repeating: 0, count: 32)
      var span = bytes.mutableSpan
      try product.encode(into: &span)
    }
  ),
  (
    "scalar-decoding",
    {
      var bytes = [UInt8](repeating: 7, count: 32)
      bytes[31] = 1
      memcheck_make_secret(&bytes, 32)
      _ = try RistrettoScalar(decoding: bytes.span)
    }
  ),
  ("scalar-inversion", { _ = try secretScalar(1).inverted() }),
  ("multiplication", { try encode(try secretScalar(1) * publicPoint()) }),
  ("generator-multiplication", { try encode(RistrettoPoint(generatorTimes: try secretScalar(1))) }),
  ("sum-of-products", { try encode(.sum(try secretScalar(1), publicPoint(), try secretScalar(2), .generator)) }),
  ("map", { try encode(try RistrettoPoint(mapping: secret(64, 1).span)) }),
  (
    "point-arithmetic",
    {
      let p = try RistrettoPoint(mapping: secret(64, 1).span)
      try encode(p + p - publicPoint())
    }
  ),
  (
    "products",
    {
      var products = RistrettoProducts()
      let a = try secretScalar(1)
      let b = try secretScalar(2)
      let p = try publicPoint()
      products.append(a, times: p)
      products.append(a, and: b, times: p)
      products.append(generatorTimes: b)
      var bytes = [UInt8](repeating: 0, count: 128)
      var span = bytes.mutableSpan
      try products.encode(into: &span)
    }
  ),
  (
    "point-decoding",
    {
      var bytes = RistrettoPoint.generator.encoded
      memcheck_make_secret(&bytes, 32)
      let p = try RistrettoPoint(decoding: bytes.span)
      try encode(try secretScalar(1) * p)
    }
  ),
  (
    "point-pair-decoding",
    {
      var a = RistrettoPoint.generator.encoded
      var b = try publicPoint().encoded
      memcheck_make_secret(&a, 32)
      memcheck_make_secret(&b, 32)
      _ = try RistrettoPoint.decode(a.span, and: b.span)
    }
  ),
  (
    "equality",
    {
      let p = try RistrettoPoint(mapping: secret(64, 1).span)
      let isEqual = p == .generator
      var copy: [UInt8] = [isEqual ? 1 : 0]
      memcheck_make_public(&copy, 1)
    }
  ),
]

// What must be reported, so that silence above means something.
let controls: [Operation] = [
  (
    "control-branch",
    {
      let bytes = secret(32, 1)
      var count = 0
      for byte in bytes where byte & 1 == 1 {
        count += 1
        print("odd", count)
      }
    }
  ),
  (
    "control-address",
    {
      let table = (0..<256).map { UInt64($0) }
      let bytes = secret(1, 3)
      print("looked up", table[Int(bytes[0])] &* 0)
    }
  ),
]

/// Whether a secret is left on the stack after the library has worked with it, outside of valgrind.
func lookForRemains() throws {
  // Digits that occur nowhere else.
  let words: [UInt64] = [0x1d5c_0b1e_9a7f_3c25, 0x6b8e_42d1_7f09_a5c3, 0x93e7_5d2a_c81f_604b, 0x0a4c_f1b8_2e6d_9357]
  let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
  // As they are, and as recoded into digits: with 8 added to each nibble.
  var carry: UInt128 = 0
  let recoded = words.map { word in
    carry = (carry >> 64) + UInt128(word) + 0x8888_8888_8888_8888
    return UInt64(truncatingIfNeeded: carry)
  }
  func remains() -> UInt32 {
    var count: UInt32 = 0
    for word in words { count += memcheck_count_below(word) }
    for word in recoded { count += memcheck_count_below(word) }
    return count
  }
  let scalar = try RistrettoScalar(decoding: bytes.span)
  let point = try publicPoint()
  var out = [UInt8](repeating: 0, count: 96)
  func check(_ name: String, _ work: () throws -> Void) rethrows {
    try work()
    let count = remains()
    print(count == 0 ? "clean" : "LEFT BEHIND", name, count)
  }
  try check("decoding") { _ = try RistrettoScalar(decoding: bytes.span) }
  try check("inversion") { _ = try scalar.inverted() }
  check("multiplication") { _ = scalar * point }
  check("generator multiplication") { _ = RistrettoPoint(generatorTimes: scalar) }
  check("sum of products") { _ = RistrettoPoint.sum(scalar, point, scalar, .generator) }
  try check("products") {
    var products = RistrettoProducts()
    products.append(scalar, and: scalar, times: point)
    products.append(generatorTimes: scalar)
    var span = out.mutableSpan
    try products.encode(into: &span)
  }
  leaveBehind(words[0])
  print(remains() > 0 ? "control found" : "CONTROL NOT FOUND")

  // A scalar's memory: an object's header of 16 bytes, and four words.
  let size = 48
  func freed() -> UInt32 { words.reduce(0) { $0 + memcheck_count_freed(size, $1) } }
  let short = try makeAndDrop(bytes)
  let count = freed()
  print(count == 0 && short ? "clean" : "LEFT BEHIND", "freed scalar", count)
  memcheck_leave_freed(size, words[3])
  print(freed() > 0 ? "control found" : "CONTROL NOT FOUND")
}

/// A scalar that dies on return.
@inline(never)
func makeAndDrop(_ bytes: [UInt8]) throws -> Bool {
  let scalar = try RistrettoScalar(decoding: bytes.span)
  return !scalar.isZero
}

/// Puts a word onto the stack and leaves it there.
@inline(never)
func leaveBehind(_ word: UInt64) {
  var words = InlineArray<1024, UInt64>(repeating: word)
  keep(&words)
}

@inline(never)
@_optimize(none)
func keep(_ words: inout InlineArray<1024, UInt64>) { words[0] = words[1023] }

let operations =
  try ristrettoOperations + oprfOperations() + opaqueOperations() + opaqueEAOperations() + scramOperations() + controls
let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "list": for (name, _) in operations { print(name) }
case "remains": try lookForRemains()
default:
  if let name = arguments.first, name.hasPrefix("opaque-ea"), let folder = arguments.dropFirst().first {
    try makeScene(folder)
    // Nonces and contexts, which are drawn for all to see; a blind is drawn from 64. The script knows how many there
    // are, so that a secret of 32 bytes does not pass for one of them.
    memcheck_make_random_secret(32)
  } else if let name = arguments.first, name.hasPrefix("scram") {
    memcheck_make_random_secret(18)  // likewise
  } else {
    memcheck_make_random_secret(0)
  }
  for (name, run) in operations where arguments.contains(name) {
    let before = memcheck_report_count()
    try run()
    let reports = memcheck_report_count() - before
    let nonces = memcheck_public_draw_count()
    print("\(name) \(reports)" + (nonces > 0 ? ", nonces \(nonces)" : ""))
  }
}
