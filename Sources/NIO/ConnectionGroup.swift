#if NIO
  public import NIOCore
  internal import PassBindAccounts
  internal import Synchronization

  /// The open connections of a server: how many there may be, and how they come to an end together.
  public final class ConnectionGroup: Sendable {
    /// The user event that asks a connection to end: at once if it is idle, after the login that is under way if not.
    public struct Stop: Sendable {}

    private struct State {
      var channels: [ObjectIdentifier: any Channel] = [:]
      var byAddress: [AddressBlock: Int] = [:]
      var isStopping = false
      var whenEmpty: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let limitPerAddress: Int
    private let state = Mutex(State())

    /// A group.
    ///
    /// - Parameters:
    ///   - limit: how many connections may be open at once. More are closed as soon as they are accepted.
    ///   - limitPerAddress: how many of them from one IPv4 address, or from the first 64 bits of an IPv6 address.
    public init(limit: Int = 4096, limitPerAddress: Int = 1024) {
      self.limit = limit
      self.limitPerAddress = limitPerAddress
    }

    /// How many connections are open.
    public var count: Int { state.withLock { $0.channels.count } }

    /// Takes a new connection in; false if there are too many or the group is stopping, and the caller then closes it.
    public func admit(_ channel: any Channel) -> Bool {
      let id = ObjectIdentifier(channel)
      let address = AddressBlock(channel.remoteAddress?.ipAddress ?? "unknown")
      let isAdmitted = state.withLock { state in
        let here = state.byAddress[address] ?? 0
        guard !state.isStopping, state.channels.count < limit, here < limitPerAddress else { return false }
        state.channels[id] = channel
        state.byAddress[address] = here + 1
        return true
      }
      if isAdmitted { channel.closeFuture.whenComplete { _ in self.remove(id, address) } }
      return isAdmitted
    }

    /// Asks every connection to end, and closes those that are still there after `grace`. Nobody is admitted any more.
    public func stop(grace: Duration = .seconds(10)) async {
      let channels = state.withLock { state in
        state.isStopping = true
        return Array(state.channels.values)
      }
      for channel in channels { channel.pipeline.fireUserInboundEventTriggered(Stop()) }
      await withTaskGroup { group in
        group.addTask { await self.emptied() }
        group.addTask {
          try? await Task.sleep(for: grace)
          for channel in self.state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
        }
        await group.next()
        group.cancelAll()
      }
      await emptied()
    }

    private func emptied() async {
      await withCheckedContinuation { continuation in
        let isEmpty = state.withLock { state in
          if !state.channels.isEmpty { state.whenEmpty.append(continuation) }
          return state.channels.isEmpty
        }
        if isEmpty { continuation.resume() }
      }
    }

    private func remove(_ id: ObjectIdentifier, _ address: AddressBlock) {
      let waiting = state.withLock { state in
        state.channels[id] = nil
        let left = (state.byAddress[address] ?? 1) - 1
        state.byAddress[address] = left > 0 ? left : nil
        guard state.channels.isEmpty else { return [CheckedContinuation<Void, Never>]() }
        defer { state.whenEmpty = [] }
        return state.whenEmpty
      }
      for continuation in waiting { continuation.resume() }
    }
  }
#endif
