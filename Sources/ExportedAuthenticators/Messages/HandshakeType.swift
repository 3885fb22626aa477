/// The types of handshake messages that occur here (RFC 8446 section 4; RFC 9261 section 8.3 for 17).
enum HandshakeType: UInt8 {
  case certificate = 11
  /// A server's request.
  case certificateRequest = 13
  case certificateVerify = 15
  /// A client's request.
  case clientCertificateRequest = 17
  case finished = 20
}
