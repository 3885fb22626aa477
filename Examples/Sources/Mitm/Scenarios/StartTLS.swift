internal import ExampleSupport
internal import PassBindLineProfile
internal import PassBindSASL

// What an interceptor can put into the part of a connection that nothing protects: before TLS is there.

/// Something in the clear behind the line with which one side goes over to TLS: the other side must not take it for
/// what was said inside TLS (CVE-2011-0411 and its kin).
struct Injecting: Scenario {
  /// Who gets it.
  let victim: Conversation.Side

  func pass(_ line: Line) -> Passed {
    switch (line.meaning, victim) {
    case (.startTLS, .server): .onward(line.bytes, Array("x CAPABILITY".utf8))
    case (.startingTLS, .client): .onward(line.bytes, Array("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN".utf8))
    default: .onward(line.bytes)
    }
  }
}

/// A list of the interceptor's own before TLS, which leaves nothing but PLAIN; TLS itself goes past it unread.
struct Forging: Scenario {
  func pass(_ line: Line) -> Passed {
    guard case .capabilities(let whole) = line.meaning else { return .onward(line.bytes) }
    var forged = Capabilities.onlyPLAIN(whole)
    forged.startTLS = true
    return .onward(Array("* CAPABILITY \(forged.words)".utf8))
  }
}

/// STARTTLS is taken off the list.
struct StrippingStartTLS: Scenario {
  func pass(_ line: Line) -> Passed {
    guard case .capabilities(var capabilities) = line.meaning else { return .onward(line.bytes) }
    capabilities.startTLS = false
    return .onward(Array("* CAPABILITY \(capabilities.words)".utf8))
  }
}
