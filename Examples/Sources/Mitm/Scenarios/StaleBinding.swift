internal import ExampleSupport
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindTLS

extension Intrusion {
  /// Logs in twice, with the right password: the second time on a resumed session, and bound to the first connection.
  func useStaleBinding() async throws -> Finding {
    var configuration = TLSClientContext.Configuration(trust: .dangerouslyUnverified)
    configuration.versions = newest...newest
    let context = try TLSClientContext(configuration)
    let first = try await LineClient.connect(to: place.host, port: place.port, tls: context)
    let (choice, exchange) = try login.exchange(first.offer, first.handshake.bindings)
    try await first.logIn(exchange)
    _ = try await first.whoAmI()
    let session = try await first.session()
    try await first.logOut()

    let second = try await LineClient.connect(to: place.host, port: place.port, tls: context, resuming: session)
    guard second.handshake.isResumed else {
      await second.close()
      throw CommandError("the server did not resume the session, so there is nothing to try")
    }
    var finding: Finding
    do {
      try await second.logIn(login.exchange(choice, second.offer, second.handshake.bindings))
      finding = Finding(loot: Loot(), outcome: .accepted, text: "the old binding was accepted on a new connection")
    } catch {
      let error = ClientError(error)
      let who = if case .server = error { "the server" } else { "the client's own end" }
      finding = Finding(loot: Loot(), outcome: .refused, text: "\(who) refuses the old binding on a new connection")
      finding.error = error
    }
    await second.close()
    return finding
  }
}
