import PassBindAccounts
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import PassBindTLS
import Testing

/// OPAQUE's mechanisms.
enum OPAQUEKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case r255 = "OPAQUE-R255"
  case ea = "OPAQUE-EA"

  var testDescription: String { rawValue }
  var name: MechanismName { self == .r255 ? OPAQUEMechanism().name : OPAQUEEAMechanism.name }
  var other: OPAQUEKind { self == .r255 ? .ea : .r255 }
  /// The suite of its tokens.
  var enrolment: Credential.Suite { self == .r255 ? .enrolment : .enrolmentEA }
}

/// A store and one of OPAQUE's mechanisms, so that every test of one is one of all of them.
struct Setting: CaseIterable, Sendable, CustomTestStringConvertible {
  let kind: StoreKind
  let mechanism: OPAQUEKind

  static var allCases: [Setting] {
    StoreKind.allCases.flatMap { kind in OPAQUEKind.allCases.map { Setting(kind: kind, mechanism: $0) } }
  }

  var testDescription: String { "\(kind), \(mechanism.rawValue)" }
}

/// A connection as OPAQUE's mechanisms see it: channel bindings, and the exported authenticators of a real one.
struct Connection {
  let bindings: ChannelBindings
  /// Those of each end; nil where nobody asks for them.
  let server: ConnectionAuthenticators?
  private let ends: ConnectionAuthenticators?

  /// A new connection.
  init(for mechanism: OPAQUEKind) throws {
    bindings = Service.bound
    guard mechanism == .ea else {
      (ends, server) = (nil, nil)
      return
    }
    let pair = try Pair.connected(Self.contexts.get().client, Self.contexts.get().server)
    ends = try ConnectionAuthenticators(pair.client)
    server = try ConnectionAuthenticators(pair.server)
  }

  private init(_ bindings: ChannelBindings, _ client: ConnectionAuthenticators?, _ server: ConnectionAuthenticators?) {
    self.bindings = bindings
    ends = client
    self.server = server
  }

  /// The same server's end, and a client's end of another connection: somebody ends both in between.
  func intercepted() throws -> Connection {
    let other = ChannelBinding(.tlsExporter, data: Array(1...32))
    return Connection(
      ChannelBindings(tlsVersion: .tls13, available: [other].compactMap { $0 }),
      server == nil ? nil : try Connection(for: .ea).ends, server)
  }

  var client: ConnectionAuthenticators {
    get throws {
      guard let ends else { throw ExportedAuthenticatorError(.unavailable, "the connection was made without") }
      return ends
    }
  }

  private static let contexts = Result {
    (client: try TLSClientContext.test { $0.versions = .tls13 ... .tls13 }, server: try TLSServerContext.test("server"))
  }
}

/// A client of either mechanism.
enum OPAQUEClient: ~Copyable {
  case r255(OPAQUESASLClient)
  case ea(OPAQUEEAClient)

  var mechanism: MechanismName {
    switch self {
    case .r255(let client): client.mechanism.name
    case .ea: OPAQUEEAMechanism.name
    }
  }

  var firstMessage: [UInt8] {
    switch self {
    case .r255(let client): client.firstMessage
    case .ea(let client): client.firstMessage
    }
  }

  consuming func respond(to challenge: [UInt8]) async throws(OPAQUEError) -> OPAQUEAnswer {
    switch consume self {
    case .r255(let client):
      let outcome = try await client.respond(to: challenge)
      return OPAQUEAnswer(finalMessage: outcome.finalMessage, exportKey: outcome.exportKey.copy())
    case .ea(let client):
      let outcome = try await client.respond(to: challenge)
      return OPAQUEAnswer(finalMessage: outcome.finalMessage, exportKey: outcome.exportKey.copy())
    }
  }
}

/// What a client has to say once the server proved itself.
struct OPAQUEAnswer: ~Copyable {
  let finalMessage: [UInt8]
  let exportKey: SecretBytes
}
