internal import PassBindCrypto
internal import Synchronization

/// Keys of successful logins, so that the next one costs microseconds. Bounded, safe to share between tasks, wiped when
/// an entry leaves and when the cache dies. A login that fails, or ends before the server has proved itself, drops its
/// entry.
///
/// Its content is as good as the passwords towards the servers it is for. Entries remember their password as a MAC
/// under a random key of the cache, so that a wrong password does not log in on the strength of an earlier right one.
public final class SCRAMKeyCache: Sendable {
  /// The most entries it holds.
  public let capacity: Int

  private let macKey = SecretBytes.random(count: 32)
  private let state = Mutex(State())

  struct Key: Hashable {
    let user: String
    let server: String
    let hash: HashFunction
    let salt: [UInt8]
    let iterations: Int
  }

  final class Entry: Sendable {
    let keys: SCRAMKeys
    let passwordMAC: SecretBytes

    init(keys: consuming SCRAMKeys, passwordMAC: consuming SecretBytes) {
      self.keys = keys
      self.passwordMAC = passwordMAC
    }
  }

  private struct State {
    var entries: [Key: (entry: Entry, lastUse: UInt64)] = [:]
    var uses: UInt64 = 0
  }

  /// An empty cache of 1 entry or more; when it is full, the entry that was not used for the longest time leaves.
  public init(capacity: Int = 256) { self.capacity = max(1, capacity) }

  /// How many entries it holds.
  public var count: Int { state.withLock { $0.entries.count } }

  /// Drops everything.
  public func removeAll() { state.withLock { $0.entries = [:] } }

  /// Drops what it has for a user at a server.
  public func remove(user: String, server: String) {
    state.withLock { state in
      state.entries = state.entries.filter { $0.key.user != user || $0.key.server != server }
    }
  }

  /// The MAC by which an entry knows its password.
  func mac(of password: borrowing SecretBytes) throws(SCRAMError) -> SecretBytes {
    try macKey.mac(.sha256, of: password.span)
  }

  func entry(for key: Key) -> Entry? {
    state.withLock { state in
      guard let entry = state.entries[key]?.entry else { return nil }
      state.uses &+= 1
      state.entries[key]?.lastUse = state.uses
      return entry
    }
  }

  func insert(_ entry: Entry, for key: Key) {
    state.withLock { state in
      if state.entries[key] == nil, state.entries.count >= capacity,
        let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
      {
        state.entries[oldest] = nil
      }
      state.uses &+= 1
      state.entries[key] = (entry, state.uses)
    }
  }

  /// Drops an entry, unless a newer one took its place.
  func remove(_ entry: Entry, for key: Key) {
    state.withLock { state in
      if state.entries[key]?.entry === entry { state.entries[key] = nil }
    }
  }
}

/// One login's claim on the cache: what to keep if the server proves itself, and what to drop if the login ends in any
/// other way.
final class SCRAMCacheClaim: Sendable {
  private let cache: SCRAMKeyCache
  private let key: SCRAMKeyCache.Key
  let entry: SCRAMKeyCache.Entry
  private let isProved = Atomic(false)

  init(_ cache: SCRAMKeyCache, _ key: SCRAMKeyCache.Key, _ entry: SCRAMKeyCache.Entry) {
    self.cache = cache
    self.key = key
    self.entry = entry
  }

  func keep() {
    isProved.store(true, ordering: .relaxed)
    cache.insert(entry, for: key)
  }

  deinit {
    if !isProved.load(ordering: .relaxed) { cache.remove(entry, for: key) }
  }
}
