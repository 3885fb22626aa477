import PassBindCrypto
import PassBindOPRF
import PassBindRistretto
import Testing

@testable import PassBindExportedAuthenticators
@testable import PassBindOPAQUE

/// A byte example of the same messages by a Python program that knows nothing of this package: without key stretching
/// and its extension, and with identities in the envelope, which OPAQUE-EA leaves to the public keys (OPAQUE-EA.md,
/// "What differs").
private enum Independent {
  static let password = bytes("636f727265637420686f727365206261747465727920737461706c65")
  static let clientIdentity = bytes("616c696365406578616d706c652e6f7267")
  static let serverIdentity = bytes("617574682e6578616d706c652e6f7267")
  static let credentialIdentifier = bytes("757365722d30303031")
  static let oprfSeed = bytes(
    "7aba2d3b2c5f81fe2c784d01e713534e0dac04f44d806e890d9ff5b9fc21786a66e6df0372753a3d86067dbb3917e11d"
      + "07904f23e11c82194072d0e3368dc908")
  static let serverSeed = bytes("0d5748e591b58df52753e06a3a72569764c3ce8417ef30bb6aed971d7ef66857")
  static let serverPublicKey = bytes("9d8cf2e894e7f3184554e9b6d0ee48aa6fa09b4f1cd11e0e0373c3d786376d6f")
  static let registrationBlind = bytes("9f6391f0cc198725e0f27150b7a0e6e44f8272a28d1e09a0452ad1c6c1feae0e")
  static let registrationRequest = bytes("580ca3fe5f30b88311056f8355ee924433bca29507ef94df52841c6c51af2b05")
  static let registrationResponse = bytes(
    "76a2342543ec6c73e03ed78a240832ba99a772ec52f19fae29f16eea47e4fd459d8cf2e894e7f3184554e9b6d0ee48aa"
      + "6fa09b4f1cd11e0e0373c3d786376d6f")
  static let envelopeNonce = bytes("9ce196ab229bf82776ad0c1517aba26c3832964775985301a0e7315b56f5bda9")
  static let upload = bytes(
    "0eb4b499bb4d7561f579f67a063978d2ca29dbdbe6949815862db6bd3400b26a3c75f2dec1a7a4f027637b7713e3a012"
      + "cd72a1d65a63acbfeb054319229eadd12b6943448dc79fe9cb78c7d03357c492a041e6749994298533deff0689454fd5"
      + "9ce196ab229bf82776ad0c1517aba26c3832964775985301a0e7315b56f5bda9d74596910fee22750e7a615c46f232fe"
      + "b85b047efe101ed22bf0b78a1e109d9488357321eeafd160bdb51fe9160e89763d10f63d2c416a988006700900d39cf9")
  static let exportKey = bytes(
    "5cd58bee1d576c8df3a6a1bef6e8b93f3e39883e783cf3cf3ae3ef11e85fff19548a33477d56df2a1b0bf95ff14a4107"
      + "4cc1e894d3e2d3ec868aefa98347a46b")
  static let clientSeed = bytes("279910998f6acd30a196c7f48d6a29f04b40af5ca19a1cb99a42cd5e157ee1bd")
  static let clientHandshakeContext = bytes(
    "28beba8e346ce730f0261e202726af815fb7ce93d3baf618448f7bf374572d6a03d3e5a068457d29ee50488393f41cc4")
  static let clientFinishedKey = bytes(
    "7593629e9466d5a76f16fb639a7691e0b52353918fde4aa0759e13aae9ba2b55f081c5be62981b16ec87c3c6b38e5d60")
  static let serverHandshakeContext = bytes(
    "beb3057efc91fc9f26cf722112d8ed1383ccc8cbde83f099d551bc435eb5179aa616b57b4432641100ea707f5eb98c69")
  static let serverFinishedKey = bytes(
    "910bd6a93a6fee47aae6ce49317469321f0318493023e6bbcbe6380b4eeffa718f7d094edc736c1d8302a295110d2402")
  static let blind = bytes("5afb1745b211895f1eb3c3e527804ef119ae09c9b24c9a9c4be3d0f019365205")
  static let m1 = bytes(
    "1100006720e3c75d1666e7009c82dcf477b6775e4d5a7c3655cf816e6d857d559c1e471cdb0044000d000400020807ff"
      + "4f003800330011616c696365406578616d706c652e6f72679ab3123e3e7957c12630073eb9cef2c5fc11738a8e11f9cb"
      + "23b24801d45a8512000101")
  static let maskingNonce = bytes("9b5ea62bed2bc81c4ee3c8f671979e2e6032e76335f4c68dd7bba75857174a18")
  static let m2Authenticator = bytes(
    "0b00012c20e3c75d1666e7009c82dcf477b6775e4d5a7c3655cf816e6d857d559c1e471cdb00010800002c302a300506"
      + "032b65700321009d8cf2e894e7f3184554e9b6d0ee48aa6fa09b4f1cd11e0e0373c3d786376d6f00d7ff4f00d3001061"
      + "7574682e6578616d706c652e6f72675ec4b5f383d0b10c6dbc426b44626262fcd808a2926a762a265a8e9c92204c109b"
      + "5ea62bed2bc81c4ee3c8f671979e2e6032e76335f4c68dd7bba75857174a18696fb2314445d7a3efe5ca87cb6e9d6204"
      + "1872d17c7d36414bcc8d1a3856a1a7a7d96f7b9baa86af45f18012326c23d3428c17166e7bffa2f93d0fe9981d7a2459"
      + "b1df1bf7640d0a912f74939cd5d3e7ff94bb855132a35f988d0ebb52762200b8e9e4acdb9d60854028211ebe7fe58d35"
      + "fe154abecc223482f3d5fdd133c28a010f0000440807004049f443f77b1cde68e6ccdfac5542808fe54c6e2d87e38671"
      + "eac448014848cc338a74c4cdc6c44c49d80bfd26ddf371fe7cd07a5e500bbb4d194a568e546d520114000030dd1446d0"
      + "96cda5370904d08fbcb21979e61aa7d349f8450f026fafa4f4536b41d4d6ec22f54ad203216fe0a9e733657b")
  static let m2Request = bytes(
    "0d00004220e24134650f1bbdc77b6a8e68e7ff6a01981f70711eb704e6a83010f32e829788001f000d000400020807ff"
      + "5000130011616c696365406578616d706c652e6f7267")
  static let m3 = bytes(
    "0b00006c20e24134650f1bbdc77b6a8e68e7ff6a01981f70711eb704e6a83010f32e82978800004800002c302a300506"
      + "032b65700321000eb4b499bb4d7561f579f67a063978d2ca29dbdbe6949815862db6bd3400b26a0017ff500013001161"
      + "6c696365406578616d706c652e6f72670f0000440807004001ae8a5999f5e6129b1403c5936f68cc77c10b195c2e1d64"
      + "b5b7a67b5a021db578b6d553d8abcdb097fdd5eabe09204e924950009b18eb2e0aea09990ef2bb0a1400003015115d63"
      + "c77eb3bf189608c39fad3437d4a0a0b35ed1908cf1b67dc0cc3b15fbd3859726ac6b2b29077daa30b653eaeb")
  static let m3Refusal = bytes(
    "14000030b75dcce8710b98120f3ad8076c4f61c061843b69a7558648110906d8c3bb6227c7f916c8ddc285d226fc3ae1"
      + "d5c16790")
}

@Suite("OPAQUE-EA: independent byte example")
struct OPAQUEEAIndependentTests {
  private func secret(_ bytes: [UInt8]) -> SecretBytes { SecretBytes(copying: bytes) }
  private func scalar(_ bytes: [UInt8]) throws -> RistrettoScalar { try RistrettoScalar(decoding: bytes.span) }

  private func setup() throws -> OPAQUEEAServerSetup {
    try OPAQUEEAServerSetup(
      keyID: #require(OPAQUEKeyID([UInt8](repeating: 0, count: 8))), oprfSeed: secret(Independent.oprfSeed),
      signingSeed: secret(Independent.serverSeed), decoySeed: secret(Independent.oprfSeed))
  }

  private func end(isServer: Bool) throws -> ExportedAuthenticators {
    try ExportedAuthenticators(isServer: isServer, hash: .sha384) { label, _ in
      switch label {
      case "EXPORTER-client authenticator handshake context": SecretBytes(copying: Independent.clientHandshakeContext)
      case "EXPORTER-client authenticator finished key": SecretBytes(copying: Independent.clientFinishedKey)
      case "EXPORTER-server authenticator handshake context": SecretBytes(copying: Independent.serverHandshakeContext)
      default: SecretBytes(copying: Independent.serverFinishedKey)
      }
    }
  }

  private var identities: OPAQUEIdentities {
    get throws { try OPAQUEIdentities(client: Independent.clientIdentity, server: Independent.serverIdentity) }
  }

  @Test func registration() async throws {
    let setup = try setup()
    #expect(setup.publicKey == Independent.serverPublicKey)
    let client = try OPAQUEEAClientRegistration(
      password: secret(Independent.password), blind: scalar(Independent.registrationBlind))
    #expect(client.request == Independent.registrationRequest)
    let response = try setup.registrationResponse(
      to: client.request, credentialIdentifier: Independent.credentialIdentifier)
    #expect(response == Independent.registrationResponse)
    let account = try await client.finish(
      response: response, identities: identities, stretching: InsecureIdentityStretching(),
      envelopeNonce: Independent.envelopeNonce)
    let (record, exportKey) = (account.record.bytes, account.exportKey.publicBytes())
    #expect(record == Independent.upload)
    #expect(exportKey == Independent.exportKey)
  }

  @Test func login() async throws {
    let setup = try setup()
    var client = try end(isServer: false)
    var server = try end(isServer: true)
    let oprf = try OPRFClient(password: secret(Independent.password), blind: scalar(Independent.blind))
    let share = PAKEShareClient(identity: Independent.clientIdentity, blindedMessage: oprf.blindedElement)
    let request = try client.request(
      AuthenticatorRequest.Parameters(
        opaque: [share.inExtension()], context: Array(Independent.m1[5..<37])))
    #expect(request.bytes == Independent.m1)

    let received = try server.receiveRequest(Independent.m1)
    let read = try PAKEShareClient(parsing: received.extensions.required(.opaqueServerAuth))
    #expect(read == share)
    let blinded = try RistrettoPoint(decoding: read.blindedMessage.span)
    let record = try OPAQUEEARecord(Independent.upload)
    let response = try setup.credentialResponse(
      evaluated: setup.evaluate(
        blinded, Independent.credentialIdentifier),
      record: record, maskingNonce: Independent.maskingNonce)
    let answer = PAKEShareServer(identity: Independent.serverIdentity, credentialResponse: response)
    let entry = CertificateEntry(
      data: Ed25519PublicKeyInfo.bytes(setup.publicKey), extensions: [try answer.inExtension()])
    let authenticator = try server.authenticate(received, [entry], signing: setup.signingKey)
    #expect(authenticator == Independent.m2Authenticator)
    let asked = try server.request(
      AuthenticatorRequest.Parameters(
        opaque: [AuthenticatorExtension(.opaqueClientAuth, name: Independent.clientIdentity)],
        context: Array(Independent.m2Request[5..<37])))
    #expect(asked.bytes == Independent.m2Request)

    let opened = try client.open(Independent.m2Authenticator, for: request)
    let first = try #require(opened.entries.first)
    #expect(try PAKEShareServer(parsing: first.extensions.required(.opaqueServerAuth)) == answer)
    let output = try oprf.output(response[..<32], elseThrow: .invalidElement)
    let randomized = try await randomizedPassword(output, stretching: InsecureIdentityStretching())
    let envelope = try Envelope<Ed25519Keys>.open(
      response[64...], maskingNonce: response[32..<64], randomizedPassword: randomized, identities: identities)
    #expect(envelope.serverPublicKey == Independent.serverPublicKey)
    #expect(envelope.clientKeys.publicKey == (try Ed25519Keys(seed: secret(Independent.clientSeed)).publicKey))
    try opened.verify(by: Ed25519PublicKeyInfo.bytes(envelope.serverPublicKey), elseThrow: .serverAuthentication)

    let toAnswer = try client.receiveRequest(Independent.m2Request)
    let proof = CertificateEntry(
      data: Ed25519PublicKeyInfo.bytes(envelope.clientKeys.publicKey),
      extensions: [try AuthenticatorExtension(.opaqueClientAuth, name: Independent.clientIdentity)])
    #expect(try client.authenticate(toAnswer, [proof], signing: envelope.clientKeys.signingKey) == Independent.m3)
    let last = try server.open(Independent.m3, for: asked)
    try last.verify(by: Ed25519PublicKeyInfo.bytes(Independent.upload[..<32]), elseThrow: .clientAuthentication)
    var other = try end(isServer: false)
    let refused = try other.receiveRequest(Independent.m2Request)
    #expect(try other.refuse(refused) == Independent.m3Refusal)
  }
}
