internal import ExampleSupport
internal import NIOCore
internal import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindNIO
internal import PassBindTLS

/// What does as the other end says.
final class End: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let engine: TLSEngine
  private let identities: [AuthenticatorIdentity]
  private let check: CertificateCheck
  private var authenticators: ExportedAuthenticators?
  private var pending: AuthenticatorRequest?
  private var received = ByteBuffer()

  init(
    _ engine: TLSEngine, as identities: [AuthenticatorIdentity], _ serverCheck: CertificateCheck,
    _ clientCheck: CertificateCheck
  ) {
    self.engine = engine
    self.identities = identities
    check = engine.isServer ? clientCheck : serverCheck
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is TLSHandler.Finished else { return }
    do throws(ExportedAuthenticatorError) {
      authenticators = try ExportedAuthenticators(engine)
    } catch {
      send("E", Array(error.description.utf8), context)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received.writeImmutableBuffer(unwrapInboundIn(data))
    while let letter = received.getInteger(at: received.readerIndex, as: UInt8.self),
      let count = received.getInteger(at: received.readerIndex + 1, as: UInt32.self),
      let bytes = received.getBytes(at: received.readerIndex + 5, length: Int(count))
    {
      received.moveReaderIndex(forwardBy: 5 + Int(count))
      do throws(ExportedAuthenticatorError) {
        if let (letter, bytes) = try obey(letter, bytes) { send(letter, bytes, context) }
      } catch {
        send("E", Array(error.description.utf8), context)
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func obey(
    _ letter: UInt8, _ bytes: [UInt8]
  ) throws(ExportedAuthenticatorError) -> (Character, [UInt8])? {
    switch Character(UnicodeScalar(letter)) {
    case "Q":
      guard let request = try authenticators?.receiveRequest(bytes) else { return nil }
      let answer = try authenticators?.authenticate(request, as: identities)
      return answer.map { ("A", $0.bytes) }
    case "W":
      guard let request = try authenticators?.request(parameters(String(decoding: bytes, as: UTF8.self))) else {
        return nil
      }
      let question = request.bytes
      pending = consume request
      return ("Q", question)
    case "A":
      guard let request = pending.take() else { return nil }
      let peer = try authenticators?.validate(bytes, for: request, checking: check)
      return peer.map { ("V", Array($0.subject.utf8)) }
    case "S":
      guard let identity = identities.first else { return nil }
      let answer = try authenticators?.authenticateSpontaneously(as: identity)
      return answer.map { ("A", $0) }
    case "U":
      let peer = try authenticators?.validateSpontaneous(bytes, checking: check)
      return peer.map { ("V", Array($0.subject.utf8)) }
    default: return nil
    }
  }

  private func parameters(_ text: String) -> AuthenticatorRequest.Parameters {
    var parameters = AuthenticatorRequest.Parameters()
    if !engine.isServer { parameters.serverName = "second.example" }
    for field in text.split(separator: ",") {
      let parts = field.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "context": parameters.context = [UInt8](hexadecimal: parts[1]) ?? []
      case "name": parameters.serverName = String(parts[1])
      case "schemes":
        parameters.signatureSchemes = parts[1].split(separator: " ").compactMap {
          UInt16($0, radix: 16).flatMap(SignatureScheme.init)
        }
      case "extension":
        if let number = UInt16(parts[1], radix: 16) {
          parameters.extensions.append(AuthenticatorExtension(.init(rawValue: number), data: []))
        }
      default: break
      }
    }
    return parameters
  }

  private func send(_ letter: Character, _ bytes: [UInt8], _ context: ChannelHandlerContext) {
    var frame = ByteBuffer(string: String(letter))
    frame.writeInteger(UInt32(clamping: bytes.count))
    frame.writeBytes(bytes)
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }
}
