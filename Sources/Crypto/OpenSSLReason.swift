internal import CPassBindOpenSSL

/// OpenSSL's words for the failure that just happened on this thread; empties its error queue.
package func openSSLReason() -> String {
  unsafe openSSLText(capacity: 512) { unsafe passbind_error_text($0, $1) }
}

/// The text that a C function writes, ended by a NUL, into a buffer of `capacity` bytes.
package func openSSLText(capacity: Int, _ write: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
  unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
    guard let base = buffer.baseAddress else { return "" }
    unsafe base.initialize(repeating: 0, count: capacity)
    unsafe write(base, capacity)
    return unsafe String(cString: base)
  }
}

/// The bytes that a C function writes where they fit, returning how many there are; empty if there are none.
package func openSSLBytes(_ write: (UnsafeMutablePointer<UInt8>?, Int) -> Int) -> [UInt8] {
  let count = write(nil, 0)
  guard count > 0 else { return [] }
  return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
    written = unsafe min(write(buffer.baseAddress, count), count)
  }
}
