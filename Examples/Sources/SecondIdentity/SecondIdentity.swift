import Foundation
import PassBindExportedAuthenticators
import PassBindTLS

/// On one TLS 1.3 connection, without another handshake, the server proves a second host name, and then the client who
/// it is (RFC 9261).
@main enum SecondIdentity {
  /// `folder` is one that `certs/make` has filled.
  static func run(_ folder: String) throws {
    let connection = try Connection(
      serverIdentity: .files(chain: "\(folder)/server.pem", key: "\(folder)/server.key"),
      trust: .file("\(folder)/authority.pem"))
    var client = try ExportedAuthenticators(connection.client)
    var server = try ExportedAuthenticators(connection.server)
    let trust = try AuthenticatorTrust(.file("\(folder)/authority.pem"))
    print("the handshake proved:    ", connection.client.handshake?.peerSubject ?? "nothing")

    // The client asks for another of the server's names.
    var wish = AuthenticatorRequest.Parameters()
    wish.serverName = "second.example"
    let request = try client.request(wish)
    let asked = try server.receiveRequest(connection.toServer(request.bytes))
    let second = try AuthenticatorIdentity.files(chain: "\(folder)/second.pem", key: "\(folder)/second.key")
    let proof = try connection.toClient(server.authenticate(asked, as: [second]).bytes)
    let host = try client.validate(proof, for: request, checking: .server("second.example", by: trust))
    print("the server proved:       ", host.subject)

    // The server asks who the client is.
    let question = try server.request()
    let received = try client.receiveRequest(connection.toClient(question.bytes))
    let own = try AuthenticatorIdentity.files(chain: "\(folder)/client.pem", key: "\(folder)/client.key")
    let answer = try connection.toServer(client.authenticate(received, as: [own]).bytes)
    let user = try server.validate(answer, for: question, checking: .client(by: trust))
    print("the client proved:       ", user.subject)

    // Asked once more, it declines. That is an answer too, and no success.
    let again = try server.request()
    let unwelcome = try client.receiveRequest(connection.toClient(again.bytes))
    let refusal = try connection.toServer(client.refuse(unwelcome))
    do {
      _ = try server.validate(refusal, for: again, checking: .client(by: trust))
    } catch {
      guard error.code == .refused else { throw error }
      print("asked again, the client: ", error.code)
    }
  }

  static func main() {
    guard CommandLine.arguments.count == 2 else {
      fail("Usage: second-identity FOLDER, which certs/make has filled", 64)
    }
    do { try run(CommandLine.arguments[1]) } catch { fail("error: \(error)", 1) }
  }

  private static func fail(_ text: String, _ status: Int32) -> Never {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
    exit(status)
  }
}

/// Two ends of a TLS connection in one process. Whoever has a socket sends `takeOutput()` through that.
struct Connection {
  let client: TLSEngine
  let server: TLSEngine

  init(serverIdentity: TLSIdentity, trust: TLSTrust) throws {
    client = try TLSEngine(client: TLSClientContext(.init(trust: trust)), host: "localhost")
    server = try TLSEngine(server: TLSServerContext(.init(identities: [serverIdentity])))
    while server.state == .handshaking {
      _ = try server.receive(client.takeOutput().span)
      _ = try client.receive(server.takeOutput().span)
    }
  }

  /// Sends application data, and returns what arrives.
  func toServer(_ bytes: [UInt8]) throws -> [UInt8] {
    try client.write(bytes.span)
    return try server.receive(client.takeOutput().span)
  }

  func toClient(_ bytes: [UInt8]) throws -> [UInt8] {
    try server.write(bytes.span)
    return try client.receive(server.takeOutput().span)
  }
}
