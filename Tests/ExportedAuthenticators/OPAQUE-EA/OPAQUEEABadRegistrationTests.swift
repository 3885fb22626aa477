import PassBindCrypto
import PassBindOPAQUE
import PassBindRistretto
import Testing

@testable import PassBindExportedAuthenticators

@Suite("OPAQUE-EA: registrations that go wrong, and records in the wrong place")
struct OPAQUEEABadRegistrationTests {
  private static let none = [
    [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xff, count: 31) + [0x7f], [UInt8](repeating: 1, count: 32),
  ]

  private func setup() throws -> OPAQUEEAServerSetup { try OPAQUEEAServerSetup(.generate()) }

  @Test("Passwords that are empty or too long", arguments: [0, 65_536])
  func passwords(count: Int) async throws {
    let password = String(repeating: "a", count: count)
    let line = try Line()
    let found = [
      await code { _ = try OPAQUEEAClientRegistration(password: secret(password)) },
      await code {
        _ = try OPAQUEEAClient(
          user: "alice", password: secret(password), offer: Service.offer, authenticators: line.client)
      },
      await code {
        _ = try await setup().register(
          password: secret(password), credentialIdentifier: Service.name, stretching: InsecureIdentityStretching())
      },
    ]
    #expect(found == [.invalidPassword, .invalidPassword, .invalidPassword])
  }

  @Test("Requests that are none, and names that are none")
  func requests() async throws {
    let setup = try setup()
    let element = RistrettoPoint.generator.encoded
    _ = try setup.registrationResponse(to: element, credentialIdentifier: Service.name)
    for request in [[], Array(element.dropLast()), element + [0]] {
      #expect(throws: OPAQUEError(.wrongLength, "")) {
        try setup.registrationResponse(to: request, credentialIdentifier: Service.name)
      }
    }
    for request in Self.none {
      #expect(throws: OPAQUEError(.invalidElement, "")) {
        try setup.registrationResponse(to: request, credentialIdentifier: Service.name)
      }
    }
    for count in [0, 65_536] {
      #expect(throws: OPAQUEError(.invalidParameter, "")) {
        try setup.registrationResponse(to: element, credentialIdentifier: [UInt8](repeating: 0x61, count: count))
      }
    }
  }

  @Test("Responses that are none, and the client's own element")
  func responses() async throws {
    let setup = try setup()
    func found(_ change: (inout [UInt8], [UInt8]) -> Void) async throws -> OPAQUEError.Code? {
      let client = try OPAQUEEAClientRegistration(password: secret(Service.password))
      let request = client.request
      var response = try setup.registrationResponse(to: request, credentialIdentifier: Service.name)
      change(&response, request)
      return await failure(of: client, answered: response)
    }
    #expect(try await found { _, _ in } == nil)
    #expect(try await found { response, _ in response.removeLast() } == .wrongLength)
    #expect(try await found { response, _ in response.append(0) } == .wrongLength)
    #expect(try await found { response, _ in response = [] } == .wrongLength)
    for element in Self.none {
      let refused = try await found { response, _ in response.replaceSubrange(..<32, with: element) }
      #expect(refused == .invalidElement)
    }
    let reflected = try await found { response, request in response.replaceSubrange(..<32, with: request) }
    #expect(reflected == .reflectedValue)
  }

  @Test("A record that was moved to another account is a wrong password there")
  func moved() async throws {
    let (service, line) = (try await Service(), try Line())
    for (user, expected) in [("alice", nil), ("bob", OPAQUEError.Code.envelopeRecovery)] {
      let client = try service.client(on: line, user: user)
      let challenge = try service.lookup(client.firstMessage, on: line).challenge(
        with: service.credential, keys: service.keys)
      let found = await code(client, answered: challenge.message)
      #expect(found == expected)
    }
  }

  @Test("Stored credentials of impossible lengths")
  func stored() async throws {
    let encoded = try await Service().credential.encoded
    #expect(try OPAQUEEACredential(encoded: encoded).encoded == encoded)
    for bytes in [[], Array(encoded.prefix(201)), encoded + [UInt8](repeating: 0x31, count: 64)] {
      #expect(throws: OPAQUEError(.wrongLength, "")) { try OPAQUEEACredential(encoded: bytes) }
    }
    for count in [191, 193] {
      #expect(throws: OPAQUEError(.wrongLength, "")) { try OPAQUEEARecord([UInt8](repeating: 0, count: count)) }
    }
    for bytes in [Array(encoded.prefix(202)), encoded + [0x20], encoded + [0xff]] {
      #expect(throws: OPAQUEError(.invalidParameter, "")) { try OPAQUEEACredential(encoded: bytes) }
    }
  }

  private func failure(
    of client: consuming OPAQUEEAClientRegistration, answered response: [UInt8]
  ) async -> OPAQUEError.Code? {
    do throws(OPAQUEError) {
      _ = try await client.finish(response: response, stretching: InsecureIdentityStretching())
      return nil
    } catch {
      return error.code
    }
  }
}
