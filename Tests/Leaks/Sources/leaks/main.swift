// What PassBindTLS and PassBindExportedAuthenticators do with OpenSSL's memory, good and bad ends alike, for valgrind
// to watch. The argument is a folder that `certs/make --all` has filled. Single-threaded, without Dispatch's own
// threads, which valgrind does not survive.
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindSASL
import PassBindTLS

guard CommandLine.arguments.count == 2 else { fatalError("usage: leaks FOLDER") }
let folder = CommandLine.arguments[1]

func identity(_ name: String) -> TLSIdentity { .files(chain: "\(folder)/\(name).pem", key: "\(folder)/\(name).key") }

func shakeHands(_ client: TLSEngine, _ server: TLSEngine) throws(TLSError) {
  while true {
    let toServer = client.takeOutput()
    _ = try server.receive(toServer.span)
    let toClient = server.takeOutput()
    _ = try client.receive(toClient.span)
    if toServer.isEmpty, toClient.isEmpty { return }
  }
}

/// Three connections in a row, each resuming the one before if it can; returns how many bound alike at both ends.
func connect(
  _ version: TLSVersion, _ resumption: TLSServerContext.Resumption, host: String, identities: [String]
) throws(TLSError) -> Int {
  var settings = TLSServerContext.Configuration(identities: identities.map(identity))
  settings.resumption = resumption
  settings.ticketKeys = .random()
  let serverContext = try TLSServerContext(settings)
  var clientSettings = TLSClientContext.Configuration(trust: .file("\(folder)/authorities.pem"))
  clientSettings.versions = version...version
  let clientContext = try TLSClientContext(clientSettings)
  var session: TLSSession?
  var equal = 0
  for _ in 0..<3 {
    let client = try TLSEngine(client: clientContext, host: host, resuming: session)
    let server = try TLSEngine(server: serverContext)
    try shakeHands(client, server)
    if client.channelBindings == server.channelBindings { equal += 1 }
    _ = try client.exportKeyingMaterial(label: "EXPORTER-test", context: [1], count: 32)
    try client.write([1, 2, 3].span)
    session = client.session
    client.close()
    server.close()
    try shakeHands(client, server)
  }
  return equal
}

var equal = 0
var refused = 0
@MainActor func attempt(_ body: () throws -> Void) {
  do { try body() } catch { refused += 1 }
}

for version in [TLSVersion.tls12, .tls13] {
  for resumption in [TLSServerContext.Resumption.off, .tickets, .memory(10)] {
    for identities in [["server"], ["rsa-sha384", "p384-sha512"], ["ed25519"]] {
      equal += try connect(version, resumption, host: "localhost", identities: identities)
    }
    attempt { _ = try connect(version, resumption, host: "elsewhere.example", identities: ["server"]) }
    attempt { _ = try connect(version, resumption, host: "localhost", identities: ["rogue"]) }
  }
}
let files = [("server.pem", "rogue.key"), ("server.key", "server.pem"), ("missing", "missing")]
for (chain, key) in files {
  attempt {
    _ = try TLSServerContext(.init(identities: [.files(chain: "\(folder)/\(chain)", key: "\(folder)/\(key)")]))
  }
}
attempt { _ = try TLSClientContext(.init(trust: .pem([UInt8]("no certificate".utf8)))) }
attempt {
  let engine = try TLSEngine(server: TLSServerContext(.init(identities: [identity("server")])))
  _ = try engine.receive([UInt8](repeating: 9, count: 100).span)
}

/// A client and a server that prove who they are after the handshake, by each kind of key; returns how many did.
func authenticate(as names: [String], host: String) throws -> Int {
  let trust = TLSTrust.file("\(folder)/authorities.pem")
  let client = try TLSEngine(client: TLSClientContext(.init(trust: trust)), host: "localhost")
  let server = try TLSEngine(server: TLSServerContext(.init(identities: [identity("server")])))
  try shakeHands(client, server)
  var atClient = try ExportedAuthenticators(client)
  var atServer = try ExportedAuthenticators(server)
  let authorities = try AuthenticatorTrust(trust)
  var proved = 0
  for name in names {
    let identity = try AuthenticatorIdentity.files(chain: "\(folder)/\(name).pem", key: "\(folder)/\(name).key")
    let request = try atClient.request()
    let answer = try atServer.authenticate(atServer.receiveRequest(request.bytes), as: [identity])
    _ = try atClient.validate(answer.bytes, for: request, checking: .server(host, by: authorities))
    proved += 1
  }
  let request = try atServer.request()
  let own = try AuthenticatorIdentity.files(chain: "\(folder)/client.pem", key: "\(folder)/client.key")
  let answer = try atClient.authenticate(atClient.receiveRequest(request.bytes), as: [own])
  _ = try atServer.validate(answer.bytes, for: request, checking: .client(by: authorities))
  return proved + 1
}

let proved = try authenticate(as: ["server", "p384-sha384", "ed25519", "rsa-sha256", "pss-key"], host: "localhost")
for name in ["rogue", "expired", "client", "encipher-only", "other-host", "ed448", "missing"] {
  attempt { _ = try authenticate(as: [name], host: "localhost") }
}
attempt { _ = try authenticate(as: ["server"], host: "") }
attempt { _ = try AuthenticatorTrust(.pem([UInt8]("no certificate".utf8))) }

/// Logins by OPAQUE-EA on one connection; returns how many succeeded.
@MainActor func logIn() throws -> Int {
  let client = try TLSEngine(
    client: TLSClientContext(.init(trust: .file("\(folder)/authority.pem"))), host: "localhost")
  let server = try TLSEngine(server: TLSServerContext(.init(identities: [identity("server")])))
  try shakeHands(client, server)
  let service = try EAService(client, server)
  var succeeded = 0
  for course in EAService.Course.allCases {
    attempt { if try service.logIn(course) { succeeded += 1 } }
  }
  return succeeded
}

let loggedIn = try logIn()
print(
  "\(equal) connections bound alike, \(proved) identities proved, \(loggedIn) logged in, \(refused) attempts refused")
