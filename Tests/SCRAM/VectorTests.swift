import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

/// One published or cross-checked exchange.
struct Vector: CustomTestStringConvertible, Sendable {
  var name: String
  var hash: HashFunction
  var user = "user"
  var sentUser = "user"
  var password = "pencil"
  var preparation = SCRAMPreparation.saslPrep
  var binding: ChannelBinding?
  var clientNonce = "rOprNGfwEbeRWgbNEkqO"
  var serverNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
  var salt = "W22ZaJ0SNY7soEsUEjb6gQ=="
  var iterations = 4096
  /// Where the server says so, its offer.
  var announced: SASLOffer?
  var serverExtensions = ""
  var clientExtensions = ""
  var c = "biws"
  var p: String
  /// Nil where it is not published.
  var v: String?

  var testDescription: String { name }
  var nonce: String { clientNonce + serverNonce }
  var clientFirst: String { (binding.map { "p=\($0.type),," } ?? "n,,") + "n=\(sentUser),r=\(clientNonce)" }
  var serverFirst: String { "r=\(nonce),s=\(salt),i=\(iterations)\(serverExtensions)" }
  var clientFinal: String { "c=\(c),r=\(nonce)\(clientExtensions),p=\(p)" }
  var serverFinal: String? { v.map { "v=\($0)" } }
  var mechanism: SCRAMMechanism { SCRAMMechanism(hash, isPlus: binding != nil) }
}

extension Vector {
  static let all: [Vector] = [
    Vector(
      name: "RFC 5802 section 5, SHA-1", hash: .sha1, clientNonce: "fyko+d2lbbFgONRv9qkxdawL",
      serverNonce: "3rfcNHYJY1ZVvWVs7j", salt: "QSXCR+Q6sek8bf92", p: "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
      v: "rmF9pqV8S7suAoZWja4dJRkFsKQ="),
    Vector(
      name: "RFC 7677 section 3, SHA-256", hash: .sha256, p: "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
      v: "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
    Vector(
      name: "xdg-go/scram sha-512-ascii", hash: .sha512, clientNonce: "/uAp+YhRXyuq+1zS3YWsUsZHpxLfGkcQ",
      serverNonce: "4FHzBxBhPzykjGStpoxdfs4Nyp1mtC9B", salt: "W22ZaJ0SNY7soEsUEjb6gQ==", iterations: 10000,
      p: "E2tqtuwJz5ShFuck1/KeqZKCmGZe/Lxjyr6fTZio21wZtlpgyeYLNxxQXrLuK/FfMSCanyDRmI1q5KL1Tj54nQ==",
      v: "qKOkLNGdt0VrlVkoL3kXjhWmI4SjEfqw8ogXgikzbPOMh6gloo8Mrboq/q3cz0/7hIvcQ1N9VL4m7iiSTTyolQ=="),
    Vector(
      name: "SHA-512, cross-checked with scramp", hash: .sha512,
      p: "gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
      v: "ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="),
    Vector(
      name: "SHA-512-PLUS by tls-exporter, cross-checked with scramp", hash: .sha512, binding: exporter,
      c: "cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
      p: "jVaGV/PIJ7hgkpxV9a1jdpzyYkHQH9gW6fn3DbAL2oEA+5w4CCSJjoq8G37bn2FsGaVEMsk4kiHRqMUoN/aiiA==",
      v: "bTvxua5nsJsvSd2bk+1WbSe84MBgjkACQPOqiN7MhTBLYxVX2QUqwET2NLcZEv2CfexR6NbAMluKltOEs5vLYw=="),
    Vector(
      name: "SHA-512, a name with comma and =", hash: .sha512, user: "us,er=1", sentUser: "us=2Cer=3D1",
      p: "z3Wifvci0+x4yWjBeQaoIY1uhJ27uHV6Ya6Pr/uQ4CQi8EDwlWgc9erkCq4tlnPgghvqV1iiZdCvRtYUAiLRqQ==",
      v: "08aLOaNkCk+hGgNjwuiv927E1LoA1PJDa9FXVJ6axulji/mnRcs92OwtYnP5XrWUpsL8Kk0wdnsB24ZZO7r8HA=="),
    Vector(
      name: "SHA3-512, cross-checked with scramp", hash: .sha3_512, iterations: 10000,
      p: "w7KJwAHr41G6lNM26UrzOpQgn/3ShpIyN56yItGdPKPjigA/7Jg2EzrNfnDogx+gRshQUgpBLdzBiWyk0PTBRA==",
      v: "lUqFbE3XVPlSH1If2QB/7LxFxvWX5tBeBg40TOqtG6Wh98muA13tVrJ3ag5UMVvPQBDQsxrrEz0Jpx83xAop3Q=="),
    Vector(
      name: "SHA3-512-PLUS by tls-exporter", hash: .sha3_512, binding: exporter, iterations: 10000,
      c: "cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
      p: "+FSfkj+bRW1djN/fVAj2VxwzyMkMA5LIQGCDVbGZ7mB7y8PaM0Ggh/D8y68TrHw8e91a5gd8XEFE7xYpQvaWCQ==",
      v: "3Hy5lMjYHXj4TRwR7NIaupQ6/UVsXnf3ryA1+DEq5maz4VWyO7Ypxm7VuWEIudW9RcbPLWn5rmPvSwj1kPQuIA=="),
    Vector(
      name: "XEP-0474 example, SHA-1-PLUS with h= and an unknown extension", hash: .sha1,
      binding: ChannelBinding(.tlsExporter, data: utf8("THIS IS FAKE CB DATA")),
      clientNonce: "12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6", serverNonce: "a09117a6-ac50-4f2f-93f1-93799c2bddf6",
      salt: "QSXCR+Q6sek8bf92",
      announced: SASLOffer(
        mechanisms: [SCRAMMechanism(.sha1, isPlus: true).name, SCRAMMechanism(.sha1).name],
        bindingTypes: [.tlsServerEndPoint, .tlsExporter]),
      serverExtensions: ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=",
      clientExtensions: ",x=19C6532F-1CF4-4A27-A18D-DC9CEA41BBB3",
      c: "cD10bHMtZXhwb3J0ZXIsLFRISVMgSVMgRkFLRSBDQiBEQVRB", p: "M/SIDjT+dfcxUh89jZEypRvFxB4=",
      v: "MQrMPvv7yv4x4Cq4W4Ih25EqS2c="),
    Vector(
      name: "xdg-go/scram with SASLprep", hash: .sha256, user: "ramo\u{301}n", sentUser: "ram\u{f3}n",
      password: "p\u{212b}ssword", clientNonce: "clientNONCE", serverNonce: "serverNONCE", salt: "c2FsdFNBTFRzYWx0",
      p: "KXgIc8B+d5k3zx1P4rfs4TiybIlv11O85Jl1TrzEsfI=", v: "zG9u+MI5GPTROhnW/W1PUCKV4Uvp2SHzwFOZV9Hth/c="),
    Vector(
      name: "xdg-go/scram, the same unprepared", hash: .sha256, user: "ramo\u{301}n", sentUser: "ramo\u{301}n",
      password: "p\u{212b}ssword", preparation: .none, clientNonce: "clientNONCE", serverNonce: "serverNONCE",
      salt: "c2FsdFNBTFRzYWx0", p: "oTfTL+YxW2HglmsPRO5VLdQk+oVt48HHrKppt+kYP2Y=", v: nil),
  ]
}

@Suite("Published exchanges, byte for byte")
struct VectorTests {
  @Test("The client says what it should and believes the right server", arguments: Vector.all)
  func client(vector: Vector) async throws {
    var policy = SCRAMClientPolicy()
    (policy.userPreparation, policy.passwordPreparation) = (vector.preparation, vector.preparation)
    let extensions =
      vector.clientExtensions.isEmpty ? [] : [(UInt8(ascii: "x"), utf8(String(vector.clientExtensions.dropFirst(3))))]
    let client = try SCRAMClient(
      vector.mechanism, flag: vector.binding.map { .required($0.type) } ?? .unsupported, binding: vector.binding,
      user: vector.user, authorizationIdentity: nil, credential: .password(secret(vector.password)), policy: policy,
      offer: vector.announced, tlsVersion: nil, nonce: utf8(vector.clientNonce), finalExtensions: extensions)
    let first = client.firstMessage
    #expect(string(first) == vector.clientFirst)
    let final = try await client.respond(to: utf8(vector.serverFirst))
    let finalMessage = final.finalMessage
    #expect(string(finalMessage) == vector.clientFinal)
    guard let serverFinal = vector.serverFinal else { return }
    let outcome = try final.verify(utf8(serverFinal))
    let (mechanism, type) = (outcome.mechanism, outcome.bindingType)
    #expect(mechanism == vector.mechanism)
    #expect(type == vector.binding?.type)
  }

  @Test("The server says what it should and accepts the right client", arguments: Vector.all)
  func server(vector: Vector) async throws {
    let verifier = try await SCRAMVerifier.make(
      password: secret(vector.password), hash: vector.hash, iterations: vector.iterations,
      salt: Base64.decode(utf8(vector.salt)), preparation: vector.preparation)
    var policy = SCRAMServerPolicy()
    policy.minClientNonceCount = 11
    policy.userPreparation = vector.preparation
    policy.sendsOfferHash = vector.announced != nil
    let bindings = ChannelBindings(tlsVersion: .tls13, available: [vector.binding].compactMap { $0 })
    let server = SCRAMServer(
      vector.mechanism, offer: vector.announced ?? offer(vector.hash, bound: vector.binding != nil),
      bindings: bindings, decoys: try decoys(), policy: policy, nonce: utf8(vector.serverNonce))
    let lookup = try server.receive(utf8(vector.clientFirst))
    let challenge = try lookup.challenge(with: verifier)
    let message = challenge.message
    #expect(string(message) == vector.serverFirst)
    let login = try challenge.receive(utf8(vector.clientFinal))
    if let serverFinal = vector.serverFinal { #expect(string(login.finalMessage) == serverFinal) }
    #expect(login.bindingType == vector.binding?.type)
  }
}
