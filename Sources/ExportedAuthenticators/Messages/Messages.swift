/// A request for an authenticator: CertificateRequest from a server, ClientCertificateRequest from a client, of one
/// structure (RFC 9261 section 4).
struct RequestMessage {
  let type: HandshakeType
  let context: [UInt8]
  let extensions: [AuthenticatorExtension]
}

/// One certificate and what belongs to it (RFC 8446 section 4.4.2). RFC 9261 knows X.509 alone; what `data` is, whoever
/// asks for anything else has to agree with the peer by an extension.
package struct CertificateEntry: Equatable, Sendable {
  package let data: [UInt8]
  package let extensions: [AuthenticatorExtension]

  package init(data: [UInt8], extensions: [AuthenticatorExtension] = []) {
    self.data = data
    self.extensions = extensions
  }
}

/// RFC 8446 section 4.4.2.
struct CertificateMessage {
  let context: [UInt8]
  let entries: [CertificateEntry]
}

/// RFC 8446 section 4.4.3.
struct CertificateVerifyMessage {
  let algorithm: UInt16
  let signature: [UInt8]
}

/// RFC 8446 section 4.4.4.
struct FinishedMessage {
  let verifyData: [UInt8]
}

/// An authenticator as it came, taken apart (RFC 9261 section 5.2). Transcripts are over `bytes`, never over what could
/// be printed again.
enum AuthenticatorMessage {
  struct Received<Message> {
    let message: Message
    let bytes: [UInt8]
  }

  case full(Received<CertificateMessage>, Received<CertificateVerifyMessage>, FinishedMessage)
  /// RFC 9261 section 6.
  case empty(FinishedMessage)
}
