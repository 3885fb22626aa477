internal import ExampleSupport

/// What is between two messages, by number. What can be used once is taken out, and its number is then unknown.
struct Sessions<State: ~Copyable> {
  private final class Box {
    private var state: State?
    init(_ state: consuming State) { self.state = consume state }
    func take() -> State? { state.take() }
  }

  private let most = 1000
  private var last = 0
  private var boxes: [Int: Box] = [:]

  mutating func add(_ state: consuming State) throws(Refusal) -> Int {
    guard boxes.count < most else { throw Refusal("tooMany", "\(most) are open already") }
    last += 1
    boxes[last] = Box(state)
    return last
  }

  mutating func take(_ id: Int) throws(Refusal) -> State {
    guard let state = boxes.removeValue(forKey: id)?.take() else {
      throw Refusal("unknownID", "there is no \(id), or not any more")
    }
    return state
  }
}
