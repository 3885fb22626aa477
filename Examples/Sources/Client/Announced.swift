internal import ExampleSupport
internal import PassBindSASL

/// An exchange whose key stretching is announced at the terminal.
final class Announced<Exchange: SASLClientExchange>: SASLClientExchange {
  let exchange: Exchange
  private let isQuiet: Bool

  init(_ exchange: Exchange, isQuiet: Bool) {
    self.exchange = exchange
    self.isQuiet = isQuiet
  }

  var mechanism: MechanismName { exchange.mechanism }
  var initialResponse: [UInt8] { exchange.initialResponse }

  func respond(to challenge: [UInt8]) async throws(Exchange.Failure) -> [UInt8] {
    if !isQuiet { StretchingNotice.show(for: challenge) }
    return try await exchange.respond(to: challenge)
  }

  func finish(with data: [UInt8]?) throws(Exchange.Failure) { try exchange.finish(with: data) }
}
