// A stranger's program: TLS 1.3 in memory, then SCRAM-SHA-512-PLUS and OPAQUE on it, bound by tls-exporter. Its
// argument is a folder with the certificates of certs/make.
import PassBindCrypto
import PassBindOPAQUE
import PassBindSASL
import PassBindSCRAM
import PassBindTLS

@main
enum Dependant {
  static func main() async throws {
    let folder = CommandLine.arguments[1]
    let serverContext = try TLSServerContext(
      .init(identities: [.files(chain: "\(folder)/server.pem", key: "\(folder)/server.key")]))
    let clientContext = try TLSClientContext(.init(trust: .file("\(folder)/authority.pem")))
    let serverTLS = try TLSEngine(server: serverContext)
    let clientTLS = try TLSEngine(client: clientContext, host: "localhost")
    while clientTLS.state == .handshaking || serverTLS.state == .handshaking {
      let (up, down) = (clientTLS.takeOutput(), serverTLS.takeOutput())
      guard !up.isEmpty || !down.isEmpty else { fatalError("the handshake does not go on") }
      _ = try serverTLS.receive(up.span)
      _ = try clientTLS.receive(down.span)
    }

    var password = Array("correct horse battery staple".utf8)
    let secret = SecretBytes(taking: &password)
    let verifier = try await SCRAMVerifier.make(password: secret, iterations: 4096)
    let mechanism = SCRAMMechanism(.sha512, isPlus: true)
    let offer = SASLOffer(mechanisms: [mechanism.name], bindingTypes: [.tlsExporter])

    let client = try SCRAMClient(
      user: "alice", credential: .password(secret.copy()), offer: offer, bindings: clientTLS.channelBindings)
    let server = SCRAMServer(
      mechanism, offer: offer, bindings: serverTLS.channelBindings, decoys: try SCRAMDecoys(secret: .random(count: 32)))
    let challenge = try server.receive(client.firstMessage).challenge(with: verifier)
    let answer = try await client.respond(to: challenge.message)
    let acceptance = try challenge.receive(answer.finalMessage)
    let outcome = try answer.verify(acceptance.finalMessage)

    print("\(acceptance.user) logged in by \(outcome.mechanism), bound by \(outcome.bindingType?.name ?? "nothing")")

    let (name, stretching) = (Array("alice".utf8), KeyStretchingParameters.rfc9807Scrypt)
    let setup = try OPAQUEServerSetup.generate()
    let record = try await setup.register(password: secret, credentialIdentifier: name, stretching: stretching).record
    let login = try OPAQUEClientLogin(password: secret)
    let reply = try OPAQUEServerLogin(
      ke1: login.ke1, record: record, credentialIdentifier: name, setup: setup,
      context: exporter(serverTLS))
    let session = try await login.finish(
      ke2: reply.ke2, context: exporter(clientTLS), stretching: stretching)
    let isShared = try reply.finish(ke3: session.ke3).isEqual(to: session.sessionKey)
    print("alice logged in by OPAQUE, with \(isShared ? "one session key" : "two keys") for both ends")
  }

  static func exporter(_ engine: TLSEngine) -> [UInt8] {
    guard let binding = engine.channelBindings[.tlsExporter] else {
      fatalError("the connection has no tls-exporter")
    }
    return binding.data
  }
}
