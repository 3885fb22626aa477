#if NIO
  import PassBindCrypto
  import PassBindExportedAuthenticators
  import PassBindNIO
  import PassBindSASL
  import PassBindSCRAM

  /// An authority that knows alice, whose password is pencil.
  final class OneAccount: LoginAuthority {
    static let password = Array("pencil".utf8)

    private let verifier: SCRAMVerifier
    private let decoys: SCRAMDecoys

    init() async throws {
      verifier = try await SCRAMVerifier.make(
        password: SecretBytes(copying: Self.password), hash: .sha512, iterations: 4096)
      decoys = try SCRAMDecoys(secret: .random(count: 32), iterations: [.sha512: 4096])
    }

    func offer(on bindings: ChannelBindings, authenticators: ConnectionAuthenticators?) -> SASLOffer {
      let plus = bindings.available.isEmpty ? [] : [SCRAMMechanism(.sha512, isPlus: true).name]
      return SASLOffer(
        mechanisms: plus + [SCRAMMechanism(.sha512).name], bindingTypes: bindings.available.map(\.type))
    }

    func logIn(_ request: LoginRequest, _ client: LoginClient) async -> LoginOutcome {
      guard let mechanism = SCRAMMechanism(request.mechanism) else { return .refused }
      do {
        let lookup = try SCRAMServer(
          mechanism, offer: request.offer, bindings: request.bindings, decoys: decoys
        ).receive(request.firstMessage)
        let known = lookup.user == "alice" ? verifier : nil
        let challenge = try lookup.challenge(with: known)
        guard let proof = await client.response(to: challenge.message) else { return .refused }
        let acceptance = try challenge.receive(proof)
        return .accepted(acceptance.user, finalMessage: acceptance.finalMessage, service: nil)
      } catch {
        return .refused
      }
    }
  }

  /// A client that thinks for a second, longer than the server waits.
  final class Sloth: SASLClientExchange {
    let mechanism = SCRAMMechanism(.sha512).name
    let initialResponse: [UInt8] = [1]

    func respond(to challenge: [UInt8]) async throws(CancellationError) -> [UInt8] {
      try? await Task.sleep(for: .seconds(1))
      return []
    }

    func finish(with data: [UInt8]?) throws(CancellationError) {}
  }

  /// An authority that never answers, or asks one thing and never answers then.
  struct Silence: LoginAuthority {
    var asks = false

    func offer(on bindings: ChannelBindings, authenticators: ConnectionAuthenticators?) -> SASLOffer {
      SASLOffer(mechanisms: [SCRAMMechanism(.sha512).name], bindingTypes: nil)
    }

    func logIn(_ request: LoginRequest, _ client: LoginClient) async -> LoginOutcome {
      if asks { _ = await client.response(to: [1]) }
      try? await Task.sleep(for: .seconds(3600))
      return .accepted("nobody", finalMessage: nil, service: nil)
    }
  }
#endif
