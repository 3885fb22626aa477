import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

// What the tests share: an account, a server in front of it, and peers made by hand that can say anything and sign it.

func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func secret(_ text: String) -> SecretBytes { SecretBytes(copying: text.utf8) }

func error(_ code: SCRAMError.Code) -> SCRAMError { SCRAMError(code, "") }

let exporter = ChannelBinding(.tlsExporter, data: Array(0...31))

/// A connection over TLS 1.3 that has tls-exporter, or one without any binding.
func connection(bound: Bool) -> ChannelBindings {
  ChannelBindings(tlsVersion: .tls13, available: bound ? [exporter].compactMap { $0 } : [])
}

/// The offer of a server with one hash.
func offer(_ hash: HashFunction, bound: Bool) -> SASLOffer {
  SASLOffer(
    mechanisms: (bound ? [SCRAMMechanism(hash, isPlus: true).name] : []) + [SCRAMMechanism(hash).name],
    bindingTypes: bound ? [.tlsExporter] : nil)
}

func decoys() throws -> SCRAMDecoys { try SCRAMDecoys(secret: SecretBytes(copying: [UInt8](repeating: 7, count: 32))) }

/// The default policy, changed.
func policy(_ change: (inout SCRAMClientPolicy) -> Void) -> SCRAMClientPolicy {
  var policy = SCRAMClientPolicy()
  change(&policy)
  return policy
}

/// `cbind-input` as it travels.
func bindingInput(_ header: String, _ data: [UInt8] = []) -> String { Base64.string(utf8(header) + data) }

/// The user whose password is `pencil`, with the arithmetic of RFC 5802 section 3 spelled out once more.
struct Account: Sendable {
  static let saltText = "W22ZaJ0SNY7soEsUEjb6gQ=="
  let hash: HashFunction
  let verifier: SCRAMVerifier
  let clientKey: [UInt8]
  let serverKey: [UInt8]

  init(_ hash: HashFunction = .sha256, password: String = "pencil", iterations: Int = 4096) throws {
    self.hash = hash
    let salt = try Base64.decode(Self.saltText.utf8)
    let salted = try pbkdf2(password: utf8(password).span, salt: salt.span, iterations: iterations, hash: hash)
    let clientKey = array(try hash.hmac(key: salted.span, utf8("Client Key").span))
    let serverKey = array(try hash.hmac(key: salted.span, utf8("Server Key").span))
    let storedKey = try hash.digest(of: clientKey.span)
    verifier = try #require(
      SCRAMVerifier(hash: hash, iterations: iterations, salt: salt, storedKey: storedKey, serverKey: serverKey))
    self.clientKey = clientKey
    self.serverKey = serverKey
  }

  var serverFirstTail: String { ",s=\(Self.saltText),i=\(verifier.iterations)" }

  func keys() throws -> SCRAMKeys {
    try SCRAMKeys(
      clientKey: SecretBytes(copying: clientKey), serverKey: SecretBytes(copying: serverKey), hash: hash,
      salt: verifier.salt, iterations: verifier.iterations)
  }

  func proof(_ authMessage: String) throws -> [UInt8] {
    let signature = try hash.hmac(key: verifier.storedKey.span, utf8(authMessage).span)
    return zip(clientKey, array(signature)).map { $0 ^ $1 }
  }

  func signature(_ authMessage: String) throws -> String {
    Base64.string(array(try hash.hmac(key: serverKey.span, utf8(authMessage).span)))
  }

  /// A client-final message that is right in every byte, except for what the caller wants otherwise.
  func final(first: String, serverFirst: String, c: String = "biws", r: String? = nil, extensions: String = "") throws
    -> String
  {
    let withoutProof = "c=\(c),r=\(r ?? sentNonce(serverFirst))\(extensions)"
    let proof = try proof("\(bare(first)),\(serverFirst),\(withoutProof)")
    return "\(withoutProof),p=\(Base64.string(proof))"
  }

  /// A server-final message for a client's final message.
  func serverFinal(first: String, serverFirst: String, final: String) throws -> String {
    let withoutProof = final.split(separator: ",p=")[0]
    return "v=\(try signature("\(bare(first)),\(serverFirst),\(withoutProof)"))"
  }
}

/// What a client makes of a server's final message: nil if it believes it.
func refusal(by client: consuming SCRAMClientFinal, of serverFinal: String) -> SCRAMError? {
  do {
    _ = try client.verify(utf8(serverFinal))
    return nil
  } catch { return error }
}

/// What a server makes of a client's final message: nil if it accepts it.
func refusal(by server: consuming SCRAMServerChallenge, of clientFinal: String) -> SCRAMError? {
  do {
    _ = try server.receive(utf8(clientFinal))
    return nil
  } catch { return error }
}

/// What follows the GS2 header.
func bare(_ first: String) -> String {
  String(first.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)[2])
}

func sentNonce(_ serverFirst: String) -> String { String(serverFirst.dropFirst(2).prefix { $0 != "," }) }

func array(_ secret: borrowing SecretBytes) -> [UInt8] { (0..<secret.count).map { secret.span[$0] } }

/// A server with one account.
struct Server: Sendable {
  var account: Account
  var isPlus = false
  var offered: SASLOffer
  var bindings: ChannelBindings
  var policy = SCRAMServerPolicy()

  /// `bound` says whether the server has a binding and offers -PLUS, `isPlus` whether the client named -PLUS.
  init(_ account: Account, bound: Bool = false, isPlus: Bool = false) {
    self.account = account
    self.isPlus = isPlus
    offered = offer(account.hash, bound: bound)
    bindings = connection(bound: bound)
  }

  func lookup(_ first: String, from user: String? = nil) throws -> SCRAMServerLookup {
    let server = SCRAMServer(
      SCRAMMechanism(account.hash, isPlus: isPlus), offer: offered, bindings: bindings, decoys: try decoys(),
      policy: policy)
    return try server.receive(utf8(first), from: user)
  }

  /// One exchange, in which `final` makes the client's final message of the server's first.
  func accept(
    _ first: String, from user: String? = nil, final: (String) throws -> String
  ) throws -> SCRAMAcceptance {
    let challenge = try lookup(first, from: user).challenge(with: account.verifier)
    let message = challenge.message
    return try challenge.receive(utf8(try final(string(message))))
  }
}

/// A client's first message with a good nonce.
let plainFirst = "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"
let boundFirst = "p=tls-exporter,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"
let boundInput = bindingInput("p=tls-exporter,,", Array(0...31))

/// A client with the nonce of ``plainFirst`` and the account's keys, so that nothing is stretched.
func client(
  _ account: Account, binding: ChannelBinding? = nil, flag: GS2Header.BindingFlag = .unsupported,
  policy: SCRAMClientPolicy = SCRAMClientPolicy(), offer: SASLOffer? = nil,
  tlsVersion: ChannelBindings.TLSVersion? = nil
) throws -> SCRAMClient {
  try SCRAMClient(
    SCRAMMechanism(account.hash, isPlus: binding != nil), flag: binding.map { .required($0.type) } ?? flag,
    binding: binding, user: "user", authorizationIdentity: nil, credential: .keys(account.keys()), policy: policy,
    offer: offer, tlsVersion: tlsVersion, nonce: utf8("fyko+d2lbbFgONRv9qkxdawL"))
}
