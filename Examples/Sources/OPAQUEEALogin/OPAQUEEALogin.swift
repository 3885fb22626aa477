import Foundation
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import PassBindTLS

@main enum OPAQUEEALogin {
  /// Both ends of a registration, over a channel that is confidential and authenticated: what the server keeps.
  static func register(
    _ password: borrowing SecretBytes, _ keys: OPAQUEEAServerKeys
  ) async throws -> OPAQUEEACredential {
    let (setup, stretching) = (keys.current, KeyStretchingParameters.default)
    let registration = try OPAQUEEAClientRegistration(password: password)
    let response = try setup.registrationResponse(to: registration.request, credentialIdentifier: Array("alice".utf8))
    let made = try await registration.finish(response: response, stretching: stretching)
    return OPAQUEEACredential(record: made.record, keyID: setup.keyID, stretching: stretching)
  }

  /// Both ends of a login, each with the authenticators of its own end of a TLS 1.3 connection.
  static func logIn(
    _ password: borrowing SecretBytes, _ keys: OPAQUEEAServerKeys, _ credential: OPAQUEEACredential,
    client: ConnectionAuthenticators, server: ConnectionAuthenticators
  ) async throws {
    let offer = SASLOffer(mechanisms: [OPAQUEEAMechanism.name], bindingTypes: nil)
    let login = try OPAQUEEAClient(user: "alice", password: password, offer: offer, authenticators: client)
    let lookup = try OPAQUEEAServer(offer: offer, authenticators: server).receive(login.firstMessage)
    let challenge = try lookup.challenge(with: credential, keys: keys)  // the credential of the account lookup.user
    let proved = try await login.respond(to: challenge.message)  // throws unless the server proved itself
    let accepted = try challenge.receive(proved.finalMessage)  // throws unless the client knows the password
    print("logged in:", accepted.user)
  }

  /// `folder` is one that `certs/make` has filled.
  static func run(_ folder: String) async throws {
    let password = SecretBytes(copying: "correct horse battery staple".utf8)
    let keys = try OPAQUEEAServerKeys(OPAQUEServerKeys(current: .generate()))  // made from those of OPAQUE
    let credential = try await register(password, keys)
    let (one, other) = (try Connection(folder), try Connection(folder))
    try await logIn(password, keys, credential, client: one.client, server: one.server)
    do {
      try await logIn(password, keys, credential, client: one.client, server: other.server)
    } catch {
      print("on two connections, with somebody in between:", error)
    }
  }

  static func main() async {
    guard CommandLine.arguments.count == 2 else {
      print("Usage: opaque-ea-login FOLDER, which certs/make has filled")
      exit(64)
    }
    do {
      try await run(CommandLine.arguments[1])
    } catch {
      print("error:", error)
      exit(1)
    }
  }
}

/// The authenticators of both ends of a TLS connection in one process.
struct Connection {
  let client: ConnectionAuthenticators
  let server: ConnectionAuthenticators

  init(_ folder: String) throws {
    let identity = TLSIdentity.files(chain: "\(folder)/server.pem", key: "\(folder)/server.key")
    let trust = TLSTrust.file("\(folder)/authority.pem")
    let client = try TLSEngine(client: TLSClientContext(.init(trust: trust)), host: "localhost")
    let server = try TLSEngine(server: TLSServerContext(.init(identities: [identity])))
    while server.state == .handshaking {
      _ = try server.receive(client.takeOutput().span)
      _ = try client.receive(server.takeOutput().span)
    }
    self.client = try ConnectionAuthenticators(client)
    self.server = try ConnectionAuthenticators(server)
  }
}
