import PassBindCrypto
import PassBindSASL
import PassBindSCRAM

@main enum BoundLogin {
  /// Both halves of a login, with what each end of the TLS connection says it is bound by (`TLSEngine.channelBindings`,
  /// say).
  static func logIn(client: ChannelBindings, server: ChannelBindings) async throws -> SCRAMAcceptance {
    let password = SecretBytes(copying: "correct horse battery staple".utf8)
    let verifier = try await SCRAMVerifier.make(password: password)  // what the server keeps instead of the password
    let mechanism = SCRAMMechanism(.sha512, isPlus: true)
    let offer = SASLOffer(mechanisms: [mechanism.name], bindingTypes: [.tlsExporter])
    let decoys = try SCRAMDecoys(secret: .random(count: 32))  // what it shows of accounts that do not exist

    let alice = try SCRAMClient(user: "alice", credential: .password(password), offer: offer, bindings: client)
    let lookup = try SCRAMServer(mechanism, offer: offer, bindings: server, decoys: decoys).receive(alice.firstMessage)
    let known = lookup.user == "alice" ? verifier : nil
    let challenge = try lookup.challenge(with: known)
    let answer = try await alice.respond(to: challenge.message)
    let acceptance = try challenge.receive(answer.finalMessage)
    _ = try answer.verify(acceptance.finalMessage)  // throws unless the server knows the account
    return acceptance
  }

  static func main() async throws {
    let (one, other) = (connection(), connection())
    print("on one connection:", try await logIn(client: one, server: one).user, "is logged in")
    do {
      _ = try await logIn(client: one, server: other)
    } catch {
      print("on two, with somebody in between:", error)
    }
  }

  /// Stands in for a finished TLS 1.3 handshake.
  static func connection() -> ChannelBindings {
    let exporter = ChannelBinding(.tlsExporter, data: randomBytes(count: 32))
    return ChannelBindings(tlsVersion: .tls13, available: [exporter].compactMap { $0 })
  }
}
