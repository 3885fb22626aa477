import CMemcheck

/// Secret bytes: a fixed pattern, as it is the marks that count.
func secret(_ count: Int, _ seed: UInt8) -> [UInt8] {
  var bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) &+ seed }
  memcheck_make_secret(&bytes, count)
  return bytes
}

/// A message at the other end of the wire, where it is no secret: anybody may have read it.
func sent(_ message: [UInt8]) -> [UInt8] {
  var message = message
  memcheck_make_public(&message, message.count)
  return message
}

/// Marks what follows `start` as secret.
func makeSecret(_ bytes: inout [UInt8], from start: Int) {
  var tail = Array(bytes[start...])
  memcheck_make_secret(&tail, tail.count)
  bytes.replaceSubrange(start..., with: tail)
}

/// Marks what others share with us as public where it lies: a public key in a setup whose seeds are secret.
func publish(_ bytes: [UInt8]) {
  bytes.withUnsafeBufferPointer { memcheck_make_public(UnsafeMutablePointer(mutating: $0.baseAddress), $0.count) }
}
