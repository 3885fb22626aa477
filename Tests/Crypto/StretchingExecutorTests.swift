import Foundation
import PassBindCrypto
import Synchronization
import Testing

@Suite("Key stretching on threads of its own")
struct StretchingExecutorTests {
  /// Those who meet here wait for one another, a minute at most.
  final class Meeting: Sendable {
    private let present = Atomic(0)

    func attend(_ wanted: Int) -> Int {
      present.add(1, ordering: .sequentiallyConsistent)
      let end = ContinuousClock.now + .seconds(60)
      while present.load(ordering: .sequentiallyConsistent) < wanted, ContinuousClock.now < end { usleep(1000) }
      return present.load(ordering: .sequentiallyConsistent)
    }
  }

  /// On Swift's own threads, of which there is one a processor, the last would wait for the first, and the first for
  /// the last.
  @Test("More of it than there are processors goes on at once")
  func more() async {
    let wanted = ProcessInfo.processInfo.activeProcessorCount + 2
    let meeting = Meeting()
    let met = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<wanted {
        group.addTask {
          do {
            let count = try await stretchingKeys { () throws(CryptoError) in
              SecretBytes(count: meeting.attend(wanted))
            }.count
            return count == wanted
          } catch {
            return false
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(met == wanted)
  }
}
