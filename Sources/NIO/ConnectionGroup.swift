#if NIO
  public import NIOCore
  internal import Synchronization

  /// The open connections of a server: how many there may be, and how they come to an end together.
  public final class ConnectionGroup: Sendable {
    /// The user event that asks a connection to end: at once if it is idle, after the login that is under way if not.
    public struct Stop: Sendable {}

    private struct State {
      var channels: [ObjectIdentifier: any Channel] = [:]
      var isStopping = false
      var whenEmpty: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    /// A group.
    ///
    /// - Parameter limit: how many connections may be open at once. More are closed as soon as they are accepted.
    public init(limit: Int = 4096) { self.limit = limit }

    /// How many connections are open.
    public var count: Int { state.withLock { $0.channels.count } }

    /// Takes a new connection in; false if there are too many or the group is stopping, and the caller then closes it.
    public func admit(_ channel: any Channel) -> Bool {
      let id = ObjectIdentifier(channel)
      let isAdmitted = state.withLock { state in
        guard !state.isStopping, state.channels.count < limit else { return false }
        state.channels[id] = channel
        return true
      }
      if isAdmitted { channel.closeFuture.whenComplete { _ in self.remove(id) } }
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

    private func remove(_ id: ObjectIdentifier) {
      let waiting = state.withLock { state in
        state.channels[id] = nil
        guard state.channels.isEmpty else { return [CheckedContinuation<Void, Never>]() }
        defer { state.whenEmpty = [] }
        return state.whenEmpty
      }
      for continuation in waiting { continuation.resume() }
    }
  }
#endif
