import PassBindCrypto
@testable import PassBindExportedAuthenticators
import Testing

private typealias Failure = ExportedAuthenticatorError

/// RFC 8446 sections 3.4, 4 and 4.4: what is a message, and what is none.
@Suite("Messages")
struct MessageTests {
  @Test("Cut short at any byte, or with a byte more", arguments: Example.all)
  func truncated(example: Example) throws {
    for message in [example.request, example.authenticator, example.emptyAuthenticator] {
      _ = try ExportedAuthenticators.context(of: message)
      for count in 0..<message.count { try expect(.malformed, Array(message.prefix(count))) }
      for extra: [UInt8] in [[0], [20, 0, 0, 0], message] { try expect(.malformed, message + extra) }
    }
  }

  @Test("Where Certificate or CertificateVerify ends, the rest is missing", arguments: Example.all)
  func parts(example: Example) throws {
    let finished = Array(example.authenticator.suffix(4 + example.hash.digestCount))
    let (certificate, verify) = (Example.certificate, example.certificateVerify)
    for message in [
      certificate, certificate + verify, certificate + finished, verify + finished, verify, finished + certificate,
      certificate + finished + verify, verify + certificate + finished, certificate + certificate + verify + finished,
      certificate + verify + verify + finished, certificate + verify + finished + finished, finished + finished,
      example.request + finished, certificate + verify + example.request,
    ] { try expect(.malformed, message) }
  }

  @Test("Every type but the five is refused")
  func types() throws {
    let body: [UInt8] = [0, 0, 8, 0, 0, 8, 0, 13, 0, 4, 0, 2, 8, 7]
    for type in UInt8.min...UInt8.max where ![13, 17, 20].contains(type) {
      try expect(.malformed, [type] + body)
    }
  }

  @Test("Lengths that lie", arguments: [0, 1, 2, 0x7f, 0xff])
  func lengths(value: UInt8) throws {
    let example = Example.all[0]
    // Of the request: message 1...3, context 4, extensions 37...38, data 41...42.
    for at in [1, 2, 3, 4, 37, 38, 41, 42] where example.request[at] != value {
      var changed = example.request
      changed[at] = value
      try expectAnyRefusal(changed)
    }
    // Of the authenticator: message 1...3, context 4, list 37...39, data 40...42, extensions 87...88, then
    // CertificateVerify.
    let verify = Example.certificate.count
    for at in [1, 2, 3, 4, 37, 38, 39, 40, 41, 42, 87, 88, verify + 1, verify + 2, verify + 3, verify + 6, verify + 7]
    where example.authenticator[at] != value {
      var changed = example.authenticator
      changed[at] = value
      try expectAnyRefusal(changed)
    }
  }

  @Test("Over the limits")
  func limits() throws {
    try expect(.limitExceeded, [UInt8](repeating: 11, count: ExportedAuthenticators.authenticatorLimit + 1))
    try expect(.limitExceeded, [13] + [UInt8](repeating: 0, count: ExportedAuthenticators.requestLimit))
    var ends = try Ends()
    for prover in Prover.allCases {
      var code: Failure.Code?
      do {
        _ = try ends.receive([UInt8](repeating: 13, count: ExportedAuthenticators.requestLimit + 1), by: prover)
      } catch { code = error.code }
      #expect(code == .limitExceeded)
      let request = try ends.request(of: prover)
      let long = [UInt8](repeating: 11, count: ExportedAuthenticators.authenticatorLimit + 1)
      #expect(try ends.refusal(of: long, for: request, of: prover)?.code == .limitExceeded)
    }
    let entry = CertificateEntry(data: [1])
    for (count, isTaken) in [(10, true), (11, false), (1000, false)] {
      let certificate = try CertificateMessage(context: [], entries: .init(repeating: entry, count: count)).bytes()
      let message = certificate + bytes("0f00000408070000") + bytes("14000000")
      if isTaken { _ = try ExportedAuthenticators.context(of: message) } else { try expect(.limitExceeded, message) }
    }
    for (count, isTaken) in [(32, true), (33, false), (1000, false)] {
      let extensions = (0..<count).map {
        AuthenticatorExtension(.init(rawValue: 0x8000 + UInt16($0)), data: [])
      }
      let request = try RequestMessage(type: .certificateRequest, context: [], extensions: extensions).bytes()
      if isTaken { _ = try ExportedAuthenticators.context(of: request) } else { try expect(.limitExceeded, request) }
    }
  }

  @Test("Contexts have 0 to 255 bytes", arguments: [0, 1, 255, 256])
  func contextLength(count: Int) throws {
    var ends = try Ends()
    let asked = [UInt8](repeating: 9, count: count)
    guard count < 256 else {
      var code: Failure.Code?
      do { _ = try ends.request(of: .client) { $0.context = asked } } catch { code = error.code }
      #expect(code == .invalidConfiguration)
      return
    }
    let request = try ends.request(of: .client) { $0.context = asked }
    #expect(try ExportedAuthenticators.context(of: request.bytes) == asked)
    let answer = try ends.answer(request.bytes, by: .client, as: Prover.client.identity)
    #expect(try ExportedAuthenticators.context(of: answer.bytes) == asked)
    #expect(try ends.validate(answer.bytes, for: request, of: .client).context == asked)
  }

  @Test("Certificates and extensions come apart as they were put together")
  func roundTrip() throws {
    let entries = [
      CertificateEntry(data: [1], extensions: []),
      CertificateEntry(
        data: [UInt8](repeating: 2, count: 40_000),
        extensions: [.init(.statusRequest, data: []), .init(.init(rawValue: 0xffff), data: [1, 2, 3])]),
    ]
    let message = CertificateMessage(context: [5, 6], entries: entries)
    let parsed = try AuthenticatorMessage(
      parsing: message.bytes() + bytes("0f000006080700020102") + bytes("1400000103"))
    guard case .full(let certificate, let verify, let finished) = parsed else {
      Issue.record("not a full authenticator")
      return
    }
    #expect(certificate.message.context == [5, 6])
    #expect(certificate.message.entries == entries)
    #expect(certificate.bytes == (try message.bytes()))
    #expect(verify.message.algorithm == 0x0807)
    #expect(verify.message.signature == [1, 2])
    #expect(finished.verifyData == [3])
  }

  @Test("Random bytes never trap")
  func random() throws {
    var generator = SplitMix(seed: 9261)
    let seeds = Example.all.flatMap { [$0.request, $0.authenticator, $0.emptyAuthenticator] }
    for round in 0..<20_000 {
      var message = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let at = Int.random(in: 0..<message.count, using: &generator)
        switch UInt8.random(in: 0...3, using: &generator) {
        case 0: message[at] = .random(in: 0...255, using: &generator)
        case 1: message.remove(at: at)
        case 2: message.insert(.random(in: 0...255, using: &generator), at: at)
        default: message.append(contentsOf: message[at...].prefix(40))
        }
      }
      do { _ = try ExportedAuthenticators.context(of: message) } catch {}
    }
  }

  private func expect(_ code: Failure.Code, _ message: [UInt8]) throws {
    do {
      _ = try ExportedAuthenticators.context(of: message)
      Issue.record("taken: \(message.prefix(100))")
    } catch {
      #expect(error.code == code, "\(message.prefix(100))")
    }
  }

  private func expectAnyRefusal(_ message: [UInt8]) throws {
    do {
      _ = try ExportedAuthenticators.context(of: message)
      Issue.record("taken: \(message)")
    } catch {
      #expect(error.code == .malformed || error.code == .limitExceeded)
    }
  }
}

/// A generator with a seed, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
