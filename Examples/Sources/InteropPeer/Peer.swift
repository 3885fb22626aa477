internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindSASL
internal import PassBindSCRAM

/// What the commands do, and what is kept from one to the next.
struct Peer: ~Copyable {
  private enum Login: ~Copyable {
    case none
    case client(SCRAMClientExchange)
    case server(SCRAMServer, user: String, SCRAMVerifier)
    case challenge(SCRAMServerChallenge)
  }

  private var login = Login.none
  private var kept: SCRAMKeys?
  /// What goes to the other side of a login that is refused.
  private var failure = "-"

  mutating func answer(_ line: String) async -> String {
    do {
      var command = try Command(line)
      switch command.name {
      case "client": return try await client(&command)
      case "server": return try await server(&command)
      case "step": return try await step(&command)
      default: throw Refusal("badCommand", "there is no such command; --help lists them")
      }
    } catch let error as SCRAMError {
      return "refused \(failure) \(error)"
    } catch let error as Refusal {
      return "error \(error.code) \(error.reason)"
    } catch {
      return "error unexpected \(error)"
    }
  }

  private mutating func client(_ command: inout Command) async throws -> String {
    login = .none
    failure = "-"
    let offer = try command.has("offer") ? command.offer() : nil
    let mechanism = try command.has("mechanism") ? command.mechanism() : nil
    let user = try command.string("user")
    let credential = try command.has("password") ? .password(command.secret("password")) : keptKeys()
    let binding = try command.binding()
    let flag = try command.flag(binding)
    var policy = SCRAMClientPolicy()
    policy.dialect = try command.dialect()
    try command.end()

    let client: SCRAMClient
    switch (offer, mechanism) {
    case (let offer?, nil):
      client = try SCRAMClient(
        user: user, credential: credential, offer: offer, bindings: bindings(binding), policy: policy)
    case (nil, let mechanism?):
      client = try SCRAMClient(
        .init(mechanism: mechanism.name, flag: flag, binding: binding), user: user, credential: credential,
        policy: policy)
    default: throw Refusal("badCommand", "either a mechanism or an offer")
    }
    let exchange = SCRAMClientExchange(client)
    login = .client(exchange)
    return "message \(exchange.initialResponse.hexadecimal)"
  }

  private func keptKeys() throws(Refusal) -> SCRAMCredential {
    switch kept {
    case .some(let keys): return .keys(keys.copy())
    case .none: throw Refusal("badCommand", "no login has left keys")
    }
  }

  private mutating func server(_ command: inout Command) async throws -> String {
    login = .none
    failure = SCRAMServer.failureMessage.hexadecimal
    let mechanism = try command.mechanism()
    let user = try command.string("user")
    let binding = try command.binding()
    let iterations = try command.has("iterations") ? command.number("iterations") : 10_000
    var policy = SCRAMServerPolicy()
    policy.dialect = try command.dialect()
    let verifier: SCRAMVerifier
    if command.has("verifier") {
      verifier = try SCRAMVerifier(parsing: command.text("verifier"), as: .rfc5803)
    } else {
      verifier = try await .make(
        password: command.secret("password"), hash: mechanism.hash, iterations: iterations,
        preparation: policy.dialect == .trueNAS ? .none : .saslPrep)
    }
    try command.end()

    let bare = SCRAMMechanism(mechanism.hash).name
    let offer =
      if let binding {
        SASLOffer(mechanisms: [SCRAMMechanism(mechanism.hash, isPlus: true).name, bare], bindingTypes: [binding.type])
      } else {
        SASLOffer(mechanisms: [bare], bindingTypes: nil)
      }
    let server = SCRAMServer(
      mechanism, offer: offer, bindings: bindings(binding),
      decoys: try SCRAMDecoys(secret: .random(count: 32), iterations: [mechanism.hash: iterations]), policy: policy)
    login = .server(server, user: user, verifier)
    return "ready"
  }

  private mutating func step(_ command: inout Command) async throws -> String {
    let message = try command.bytes("message")
    try command.end()
    var now = Login.none
    swap(&now, &login)
    switch consume now {
    case .client(let exchange):
      let answer = try await exchange.respond(to: message)
      guard let outcome = exchange.takeOutcome() else {
        login = .client(exchange)
        return "message \(answer.hexadecimal)"
      }
      kept = outcome.keys.copy()
      return "accepted - \(outcome.mechanism) \(outcome.bindingType?.name ?? "-") - -"

    case .server(let server, let user, let verifier):
      let lookup = try server.receive(message)
      let known = lookup.user == user ? verifier : nil
      let challenge = try lookup.challenge(with: known)
      let answer = challenge.message
      login = .challenge(challenge)
      return "message \(answer.hexadecimal)"

    case .challenge(let challenge):
      let accepted = try challenge.receive(message)
      return "accepted \(accepted.finalMessage.hexadecimal) \(accepted.mechanism) \(accepted.bindingType?.name ?? "-")"
        + " \(Array(accepted.user.utf8).hexadecimal) \(accepted.apiKeyID.map(String.init) ?? "-")"

    case .none: throw Refusal("badCommand", "there is no login that waits for a message")
    }
  }
}

extension Command {
  fileprivate mutating func string(_ key: Substring) throws(Refusal) -> String {
    String(decoding: try bytes(key), as: UTF8.self)
  }

  fileprivate mutating func mechanism() throws(Refusal) -> SCRAMMechanism {
    let name = try text("mechanism")
    guard let mechanism = MechanismName(name).flatMap(SCRAMMechanism.init) else {
      throw Refusal("badCommand", "\(name) is not one of SCRAM's")
    }
    return mechanism
  }

  fileprivate mutating func binding() throws(Refusal) -> ChannelBinding? {
    guard has("binding") else { return nil }
    let parts = try text("binding").split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let type = ChannelBindingType(parts[0]), let data = [UInt8](hexadecimal: parts[1]),
      let binding = ChannelBinding(type, data: data)
    else { throw Refusal("badCommand", "the binding is not type:hexadecimal") }
    return binding
  }

  /// What a client says about the binding: that it binds, that it cannot, or, where it is told to, that it could (`y`).
  fileprivate mutating func flag(_ binding: ChannelBinding?) throws(Refusal) -> GS2Header.BindingFlag {
    if has("flag") {
      guard try text("flag") == "y" else { throw Refusal("badCommand", "the flag is y, or left out") }
      return .notOffered
    }
    return binding.map { .required($0.type) } ?? .unsupported
  }

  fileprivate mutating func offer() throws(Refusal) -> SASLOffer {
    SASLOffer(mechanisms: try text("offer").split(separator: ",").compactMap { MechanismName($0) }, bindingTypes: nil)
  }

  fileprivate mutating func dialect() throws(Refusal) -> SCRAMDialect {
    guard has("dialect") else { return .rfc5802 }
    guard try text("dialect") == "trueNAS" else { throw Refusal("badCommand", "the dialect is trueNAS, or left out") }
    return .trueNAS
  }
}

private func bindings(_ binding: ChannelBinding?) -> ChannelBindings {
  ChannelBindings(tlsVersion: .tls13, available: [binding].compactMap { $0 })
}
