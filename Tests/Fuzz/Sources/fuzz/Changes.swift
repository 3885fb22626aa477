@testable import PassBindCrypto

@testable import PassBindExportedAuthenticators
@testable import PassBindOPAQUE

// Inputs that are read as changes to what an honest peer sends. So they get further than noise: what lies behind
// Finished is reached, and what lies behind a signature.

extension [UInt8] {
  /// One change, wherever it comes to lie: other bytes, more of them, or fewer.
  mutating func change(by input: inout Input) {
    let at = input.index(below: count + 1)
    let how = input.byte()
    let count = Int(how >> 2)
    switch how & 3 {
    case 0: replaceSubrange(at..<Swift.min(at + count, self.count), with: input.bytes(count))
    case 1: insert(contentsOf: input.bytes(count), at: at)
    case 2: removeSubrange(at..<Swift.min(at + count, self.count))
    default: insert(contentsOf: self[at...].prefix(count * 64), at: at)
    }
  }
}

extension [AuthenticatorExtension] {
  /// One change: of what an extension holds, of its number, or of how many there are.
  mutating func change(by input: inout Input) {
    let at = input.index(below: count)
    guard at < count else {
      append(AuthenticatorExtension(.init(rawValue: input.number()), data: input.bytes(Int(input.byte()))))
      return
    }
    switch input.byte() & 7 {
    case 0: remove(at: at)
    case 1: append(self[at])
    case 2:
      insert(AuthenticatorExtension(.init(rawValue: input.number()), data: input.bytes(Int(input.byte()))), at: at)
    case 3: self[at] = AuthenticatorExtension(.init(rawValue: input.number()), data: self[at].data)
    default:
      var data = self[at].data
      data.change(by: &input)
      self[at] = AuthenticatorExtension(self[at].kind, data: data)
    }
  }
}

/// A request that is changed as a whole and in its parts.
struct ChangedRequest {
  var type: HandshakeType
  var context: [UInt8]
  var extensions: [AuthenticatorExtension]
  private var late: [Input] = []

  init(_ bytes: [UInt8]) throws {
    let message = try RequestMessage(parsing: bytes)
    (type, context, extensions) = (message.type, message.context, message.extensions)
  }

  mutating func change(by input: inout Input) {
    switch input.byte() & 7 {
    case 0: context.change(by: &input)
    case 1: late.append(Input(input.bytes(8)))
    default: extensions.change(by: &input)
    }
  }

  /// With the late changes, after which lengths lie.
  func bytes() throws -> [UInt8] {
    var bytes = try RequestMessage(type: type, context: context, extensions: extensions).bytes()
    for var input in late { bytes.change(by: &input) }
    return bytes
  }
}

/// An authenticator by whoever has the connection's keys and a certificate's: changed, signed, and under a Finished
/// that is right.
struct ChangedAuthenticator {
  var context: [UInt8]
  var entries: [CertificateEntry]
  let key: SigningKey
  let scheme: SignatureScheme
  private var algorithm: UInt16
  private var lateInCertificate: [Input] = []
  private var lateInSignature: [Input] = []
  private var isEmpty = false

  init(context: [UInt8], entries: [CertificateEntry], key: SigningKey) throws {
    guard let scheme = SignatureScheme.allCases.first(where: key.fits) else { fatalError("the key does not sign") }
    (self.context, self.entries, self.key, self.scheme) = (context, entries, key, scheme)
    algorithm = scheme.rawValue
  }

  mutating func change(by input: inout Input) {
    let what = input.byte() & 15
    let at = input.index(below: entries.count)
    switch what {
    case 0: context.change(by: &input)
    case 1: algorithm = input.number()
    case 2: lateInCertificate.append(Input(input.bytes(8)))
    case 3: lateInSignature.append(Input(input.bytes(8)))
    case 4: isEmpty = true
    case 5: entries.append(CertificateEntry(data: input.bytes(Int(input.byte()))))
    case 6 where at < entries.count: entries.append(entries[at])
    case 7 where at < entries.count: entries.remove(at: at)
    case 8...11 where at < entries.count:
      var extensions = entries[at].extensions
      extensions.change(by: &input)
      entries[at] = CertificateEntry(data: entries[at].data, extensions: extensions)
    default:
      guard at < entries.count else { return }
      var data = entries[at].data
      data.change(by: &input)
      entries[at] = CertificateEntry(data: data, extensions: entries[at].extensions)
    }
  }

  func bytes(request: [UInt8], by keys: borrowing AuthenticatorKeys) throws -> [UInt8] {
    guard !isEmpty else {
      let certificate = try CertificateMessage(context: context, entries: []).bytes()
      return try finished(keys.finished(request: request, certificate: certificate))
    }
    var certificate = try CertificateMessage(context: context, entries: entries).bytes()
    for var input in lateInCertificate { certificate.change(by: &input) }
    let content = try keys.signedContent(request: request, certificate: certificate)
    var signature = try key.signature(of: content.span, scheme: scheme)
    for var input in lateInSignature { signature.change(by: &input) }
    let verify = try CertificateVerifyMessage(algorithm: algorithm, signature: signature).bytes()
    return try certificate + verify
      + finished(keys.finished(request: request, certificate: certificate, certificateVerify: verify))
  }

  private func finished(_ data: borrowing SecretBytes) throws -> [UInt8] {
    try FinishedMessage(verifyData: data.publicBytes()).bytes()
  }
}
