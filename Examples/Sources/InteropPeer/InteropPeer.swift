internal import ArgumentParser
internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindSASL
internal import PassBindSCRAM

/// Either side of SCRAM over standard input and output, a message a line, for scripts that let other programs talk to it
/// (Tests/Interop). The password is the first line of input.
@main
struct InteropPeer: AsyncParsableCommand {
  enum Side: String, ExpressibleByArgument { case client, server }

  static let configuration = CommandConfiguration(
    commandName: "passbind-interop-peer", abstract: "One side of SCRAM, a message a line; the password comes first.")

  @Argument(help: "client or server.") var side: Side
  @Argument(help: "The mechanism, such as SCRAM-SHA-512-PLUS.") var mechanism: String
  @Option(help: "The account's user.") var user = "user"
  @Option(help: "The connection's binding, as type:base64.") var binding: String?
  @Option(help: "The iteration count of the server's verifier.") var iterations = 10_000
  @Flag(help: "Speak as TrueNAS's pyscram does.") var trueNAS = false

  func run() async throws {
    guard let mechanism = MechanismName(mechanism).flatMap(SCRAMMechanism.init) else {
      throw ValidationError("\(mechanism) is not one of SCRAM's")
    }
    let binding = try binding.map { text in
      let parts = text.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let type = ChannelBindingType(parts[0]), let data = try? Base64.decode(parts[1].utf8),
        let binding = ChannelBinding(type, data: data)
      else { throw ValidationError("the binding is not type:base64") }
      return binding
    }
    let password = SecretBytes(copying: try receive())
    do {
      switch side {
      case .client: try await logIn(mechanism, binding, password)
      case .server: try await serve(mechanism, binding, password)
      }
    } catch let error as SCRAMError {
      printOut("refused \(error)")
      throw ExitCode(1)
    }
  }

  private func logIn(
    _ mechanism: SCRAMMechanism, _ binding: ChannelBinding?, _ password: borrowing SecretBytes
  ) async throws {
    var policy = SCRAMClientPolicy()
    if trueNAS { policy.dialect = .trueNAS }
    let client = try SCRAMClient(
      mechanism, binding: mechanism.isPlus ? binding : nil, user: user, credential: .password(password.copy()),
      policy: policy)
    send(client.firstMessage)
    let answer = try await client.respond(to: receive())
    send(answer.finalMessage)
    let outcome = try answer.verify(receive())
    printOut("accepted \(outcome.mechanism) \(outcome.bindingType?.name ?? "-")")
  }

  private func serve(
    _ mechanism: SCRAMMechanism, _ binding: ChannelBinding?, _ password: borrowing SecretBytes
  ) async throws {
    var policy = SCRAMServerPolicy()
    if trueNAS { policy.dialect = .trueNAS }
    let verifier = try await SCRAMVerifier.make(
      password: password, hash: mechanism.hash, iterations: iterations, preparation: trueNAS ? .none : .saslPrep)
    let bare = SCRAMMechanism(mechanism.hash)
    let offer =
      if let binding {
        SASLOffer(
          mechanisms: [SCRAMMechanism(mechanism.hash, isPlus: true).name, bare.name], bindingTypes: [binding.type])
      } else {
        SASLOffer(mechanisms: [bare.name], bindingTypes: nil)
      }
    let server = SCRAMServer(
      mechanism, offer: offer,
      bindings: ChannelBindings(tlsVersion: .tls13, available: [binding].compactMap { $0 }),
      decoys: try SCRAMDecoys(secret: .random(count: 32)), policy: policy)
    let lookup = try server.receive(receive())
    let known = lookup.user == user ? verifier : nil
    let challenge = try lookup.challenge(with: known)
    send(challenge.message)
    let login = try challenge.receive(receive())
    send(login.finalMessage)
    printOut("accepted \(login.mechanism) \(login.bindingType?.name ?? "-")")
  }

  private func receive() throws -> [UInt8] {
    guard let line = readLine() else { throw ValidationError("the input ended") }
    return Array(line.utf8)
  }

  private func send(_ message: [UInt8]) { printOut(String(decoding: message, as: UTF8.self)) }
}
