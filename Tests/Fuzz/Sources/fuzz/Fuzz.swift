// What libFuzzer calls. The environment says what the inputs go to, PASSBIND_FUZZ, and gives a folder that `certs/make
// --all` has filled, PASSBIND_CERTIFICATES. What the inputs came to, each outcome with its number, goes to the file
// PASSBIND_OUTCOMES.
import Foundation
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE

func environment(_ name: String) -> String {
  guard let value = ProcessInfo.processInfo.environment[name] else { fatalError("\(name) is not set") }
  return value
}

/// Takes an input apart, and does with it what a peer could have it do. Whatever comes of it, nothing may trap; that
/// nothing forged is taken, the tests say.
typealias Target = (inout Input) throws -> Void

/// What its name says, made ready. One thread: all of these are unsafe together.
nonisolated(unsafe) private let target: Target = {
  atexit(writeOutcomes)
  do {
    return switch environment("PASSBIND_FUZZ") {
    case "messages": try messages()
    case "certificates": try certificates()
    case "opaque-ea-m1": try clientFirst()
    case "opaque-ea-m2": try serverFirst()
    case "opaque-ea-m3": try clientFinal()
    case "opaque-ea-stored": try stored()
    case let name: fatalError("nothing is called \(name)")
    }
  } catch {
    fatalError("cannot begin: \(error)")
  }
}()

nonisolated(unsafe) private var outcomes: [String: Int] = [:]

private func writeOutcomes() {
  let text = outcomes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
  do {
    try text.write(toFile: environment("PASSBIND_OUTCOMES"), atomically: true, encoding: .utf8)
  } catch {
    fatalError("\(error)")
  }
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var input = Input(Array(UnsafeBufferPointer(start: data, count: count)))
  outcomes[outcome(of: &input), default: 0] += 1
  return 0
}

private func outcome(of input: inout Input) -> String {
  do {
    try target(&input)
    return "accepted"
  } catch let error as ExportedAuthenticatorError {
    return error.code.description
  } catch let error as OPAQUEError {
    return error.code.description
  } catch {
    return "\(type(of: error))"
  }
}

/// An input, taken off its front. At its end there are zeros.
struct Input {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }
  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }
  mutating func number() -> UInt16 { UInt16(byte()) << 8 | UInt16(byte()) }
  mutating func index(below count: Int) -> Int { count == 0 ? 0 : Int(number()) % count }

  mutating func bytes(_ count: Int = .max) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
}
