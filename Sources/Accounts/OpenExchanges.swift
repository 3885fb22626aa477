internal import Synchronization

/// How many exchanges are open in this process, in all and by address, so that half-open ones can't use up its memory.
final class OpenExchanges: Sendable {
  private struct Counts {
    var all = 0
    var byAddress: [AddressBlock: Int] = [:]
  }

  private let limits: ThrottleLimits
  private let counts = Mutex(Counts())

  init(_ limits: ThrottleLimits) { self.limits = limits }

  /// A place for one more; nil if there is none. It is given back when it dies.
  func open(from address: AddressBlock) -> Place? {
    counts.withLock { counts in
      let here = counts.byAddress[address] ?? 0
      guard counts.all < limits.exchanges, here < limits.exchangesPerAddress else { return nil }
      counts.all += 1
      counts.byAddress[address] = here + 1
      return Place(self, address)
    }
  }

  private func close(_ address: AddressBlock) {
    counts.withLock { counts in
      counts.all -= 1
      let left = (counts.byAddress[address] ?? 1) - 1
      counts.byAddress[address] = left > 0 ? left : nil
    }
  }

  final class Place: Sendable {
    private let exchanges: OpenExchanges
    private let address: AddressBlock

    fileprivate init(_ exchanges: OpenExchanges, _ address: AddressBlock) {
      self.exchanges = exchanges
      self.address = address
    }

    deinit { exchanges.close(address) }
  }
}
