internal import CPassBindOpenSSL
public import PassBindCrypto
public import PassBindSASL

/// One TLS connection without a socket: ciphertext in, plaintext out, and the other way round. The caller moves the
/// bytes.
///
/// ```swift
/// let engine = try TLSEngine(client: context, host: "mail.example")
/// send(engine.takeOutput())                          // the ClientHello
/// let plaintext = try engine.receive(bytes.span)     // for whatever arrives; then again:
/// send(engine.takeOutput())
/// ```
///
/// After every call, also one that throws, send what ``takeOutput()`` gives: an alert that says why may be in it. An
/// engine belongs to one task or event loop at a time; it cannot be shared.
@safe public final class TLSEngine {
  /// How far a connection is.
  public enum State: Sendable {
    /// Not finished: nothing can be written, read or bound.
    case handshaking
    /// The handshake is finished; see ``TLSEngine/handshake``.
    case open
    /// The peer has sent close_notify: nothing more will come.
    case peerClosed
    /// An error was thrown; every further call throws it again.
    case failed
  }

  /// The longest handshake that a peer may send, in bytes.
  public static let handshakeLimit = 256 * 1024
  /// How much output may wait to be taken, in bytes.
  public static let outputLimit = 1024 * 1024

  /// How far the connection is.
  public private(set) var state = State.handshaking
  /// What the handshake established; nil until it is finished.
  public private(set) var handshake: TLSHandshake?
  /// Why the connection failed; nil if it has not.
  public private(set) var failure: TLSError?

  /// Which end of the connection this is.
  public let isServer: Bool

  private let tls: OpaquePointer
  private let host: String
  private let isVerified: Bool
  private let sessionPurpose: [UInt8]
  private var handshakeCount = 0
  private var isClosed = false

  private init(
    _ owner: ContextOwner, isServer: Bool, host: String, isVerified: Bool, sessionPurpose: [UInt8]
  ) throws(TLSError) {
    guard let tls = unsafe passbind_tls_new(owner.pointer, isServer ? 1 : 0) else {
      throw TLSError(.invalidConfiguration, "cannot make a TLS connection: \(openSSLReason())")
    }
    unsafe self.tls = tls
    self.isServer = isServer
    self.host = host
    self.isVerified = isVerified
    self.sessionPurpose = sessionPurpose
  }

  deinit { unsafe passbind_tls_free(tls) }

  /// The server's end of a connection.
  ///
  /// - Throws: ``TLSError`` `invalidConfiguration` if memory is short.
  public convenience init(server context: TLSServerContext) throws(TLSError) {
    try self.init(context.owner, isServer: true, host: "", isVerified: false, sessionPurpose: [])
  }

  /// The client's end of a connection; the ClientHello is ready to be taken.
  ///
  /// - Parameters:
  ///   - host: the server's name or IP address, which its certificate must be for.
  ///   - session: a session to resume. One of another host or another context is not offered, and the server may
  ///     decline: the handshake is then a full one.
  /// - Throws: ``TLSError`` `invalidConfiguration` for a host that is neither a name in ASCII nor an address.
  public convenience init(
    client context: TLSClientContext, host: String, resuming session: TLSSession? = nil
  ) throws(TLSError) {
    let host = try checkedHost(host)
    let purpose = try context.sessionPurpose(host: host)
    try self.init(
      context.owner, isServer: false, host: host, isVerified: context.isVerified, sessionPurpose: purpose)
    let marked = unsafe purpose.withUnsafeBufferPointer {
      unsafe passbind_tls_session_set_purpose(tls, $0.baseAddress, $0.count)
    }
    guard marked == 1, unsafe passbind_tls_set_host(tls, host) == 1 else {
      throw TLSError(.invalidConfiguration, "cannot connect to \(host): \(openSSLReason())")
    }
    try unsafe session?.offer(to: tls, purpose: purpose)
    try shakeHands()
  }

  /// The bindings of the connection; none, with the reason, until the handshake is finished.
  public var channelBindings: ChannelBindings { handshake?.bindings ?? .unfinished }

  /// The newest session that a later connection can resume; nil on a server, and until the server has sent what it
  /// takes: on TLS 1.3 that comes after the handshake, often with the first data.
  public var session: TLSSession? {
    guard !isServer, handshake != nil, state != .failed else { return nil }
    return unsafe TLSSession(copyingFrom: tls, purpose: sessionPurpose)
  }
}

// MARK: - Moving bytes

extension TLSEngine {
  /// Takes in what came from the peer, goes on with the handshake, and returns the plaintext, if any. Look at ``state``
  /// afterwards. Bytes after the peer's close_notify are ignored.
  ///
  /// - Throws: ``TLSError`` `untrustedPeer`, `handshakeFailed`, `connectionFailed`, `limitExceeded`; the connection is
  ///   then over.
  public func receive(_ ciphertext: Span<UInt8>) throws(TLSError) -> [UInt8] {
    if let failure { throw failure }
    var plaintext: [UInt8] = []
    var offset = 0
    // A record at a time, so that OpenSSL's memory never holds more than that of what the caller handed over.
    while offset < ciphertext.count, state == .handshaking || state == .open {
      let end = min(offset + 16384, ciphertext.count)
      let isFed = unsafe ciphertext.extracting(offset..<end).withUnsafeBufferPointer {
        unsafe passbind_tls_feed(tls, $0.baseAddress, $0.count)
      }
      guard isFed == 1 else { throw fail(TLSError(.connectionFailed, "memory is short")) }
      if state == .handshaking {
        handshakeCount += end - offset
        try shakeHands()
      }
      if state == .open { try read(into: &plaintext) }
      if outputCount > Self.outputLimit { throw fail(tooMuchOutput) }
      offset = end
    }
    return plaintext
  }

  /// The transport has ended.
  ///
  /// - Throws: ``TLSError`` `truncated` if the peer has not said so itself by close_notify.
  public func receiveEnd() throws(TLSError) {
    if let failure { throw failure }
    switch state {
    case .handshaking: throw fail(TLSError(.truncated, "the peer hung up during the handshake"))
    case .open: throw fail(TLSError(.truncated, "the peer hung up without close_notify"))
    case .peerClosed, .failed: break
    }
  }

  /// Encrypts plaintext, which is then ready to be taken.
  ///
  /// - Throws: ``TLSError`` `notFinished` before the handshake is finished; `closed` after ``close()``; `limitExceeded`
  ///   if ``outputLimit`` bytes would wait: nothing is written then, so take the output and write again, in pieces;
  ///   `connectionFailed`.
  public func write(_ plaintext: Span<UInt8>) throws(TLSError) {
    if let failure { throw failure }
    guard handshake != nil else { throw unfinished }
    guard !isClosed else { throw TLSError(.closed, "this end has closed the connection") }
    guard plaintext.count <= Self.outputLimit - min(outputCount, Self.outputLimit) else { throw tooMuchOutput }
    guard !plaintext.isEmpty else { return }
    let result = unsafe plaintext.withUnsafeBufferPointer { unsafe passbind_tls_write(tls, $0.baseAddress, $0.count) }
    guard result == PASSBIND_TLS_DONE.rawValue else { throw failFromQueue() }
  }

  /// Says by close_notify that this end writes nothing more; it may go on receiving. Does nothing unless the handshake
  /// is finished.
  public func close() {
    guard handshake != nil, state != .failed, !isClosed else { return }
    isClosed = true
    _ = unsafe passbind_tls_close(tls)
  }

  /// How many bytes wait to be sent.
  public var outputCount: Int { unsafe Int(clamping: passbind_tls_output_count(tls)) }

  /// All the ciphertext that waits to be sent; empty if none does.
  public func takeOutput() -> [UInt8] {
    let count = outputCount
    guard count > 0 else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, taken in
      taken = unsafe Int(clamping: passbind_tls_take_output(tls, buffer.baseAddress, count))
    }
  }

  private var unfinished: TLSError { TLSError(.notFinished, "the handshake is not finished") }
  private var tooMuchOutput: TLSError {
    TLSError(.limitExceeded, "more than \(Self.outputLimit) bytes would wait to be sent")
  }

  private func shakeHands() throws(TLSError) {
    switch unsafe passbind_tls_handshake(tls) {
    case PASSBIND_TLS_DONE.rawValue:
      guard unsafe passbind_tls_is_finished(tls) == 1 else { throw failFromQueue() }
      do {
        handshake = try unsafe TLSHandshake(finished: tls, isServer: isServer)
      } catch {
        throw fail(error)
      }
      state = .open
    case PASSBIND_TLS_WANTS_INPUT.rawValue:
      guard handshakeCount <= Self.handshakeLimit else {
        throw fail(TLSError(.limitExceeded, "the peer's handshake has more than \(Self.handshakeLimit) bytes"))
      }
    case PASSBIND_TLS_CLOSED.rawValue:
      throw fail(TLSError(.handshakeFailed, "the peer closed the connection during the handshake"))
    default: throw failFromQueue()
    }
  }

  private func read(into plaintext: inout [UInt8]) throws(TLSError) {
    var result = PASSBIND_TLS_DONE.rawValue
    while result == PASSBIND_TLS_DONE.rawValue {
      unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16384) { buffer in
        var count = 0
        result = unsafe passbind_tls_read(tls, buffer.baseAddress, buffer.count, &count)
        if result == PASSBIND_TLS_DONE.rawValue { unsafe plaintext.append(contentsOf: buffer[..<count]) }
      }
    }
    if result == PASSBIND_TLS_CLOSED.rawValue {
      state = .peerClosed
    } else if result != PASSBIND_TLS_WANTS_INPUT.rawValue {
      throw failFromQueue()
    }
  }

  private func fail(_ error: TLSError) -> TLSError {
    state = .failed
    failure = error
    return error
  }

  private func failFromQueue() -> TLSError {
    let reason = openSSLReason()
    guard handshake == nil else { return fail(TLSError(.connectionFailed, reason)) }
    let verdict = unsafe certificateRefusal(passbind_tls_verdict(tls), host: host)
    if isVerified, let verdict { return fail(TLSError(.untrustedPeer, verdict)) }
    return fail(TLSError(.handshakeFailed, reason))
  }
}

// MARK: - Keying material

extension TLSEngine {
  /// Keying material of this connection for the caller's own use (RFC 5705, RFC 8446 section 7.5): `count` bytes.
  ///
  /// - Parameters:
  ///   - label: a label registered for the purpose, `EXPORTER-...`.
  ///   - context: what else goes into the derivation. None and no bytes give different results on TLS 1.2.
  ///   - count: 1 to 8160 bytes.
  /// - Throws: ``TLSError`` `notFinished`; `unavailable` on TLS 1.2 without the extended master secret (RFC 7627
  ///   section 5.4), or if OpenSSL refuses.
  public func exportKeyingMaterial(
    label: String, context: [UInt8]? = nil, count: Int
  ) throws(TLSError) -> SecretBytes {
    if let failure { throw failure }
    guard handshake != nil else { throw unfinished }
    guard (1...8160).contains(count) else { throw TLSError(.unavailable, "cannot export \(count) bytes") }
    guard unsafe passbind_tls_is_secret_bound(tls) == 1 else {
      throw TLSError(.unavailable, "TLS 1.2 without the extended master secret exports nothing (RFC 7627 section 5.4)")
    }
    var secret = SecretBytes(count: count)
    var span = secret.mutableSpan
    guard unsafe export(from: tls, label: label, context: context, into: &span) else {
      throw TLSError(.unavailable, "cannot export keying material: \(openSSLReason())")
    }
    return secret
  }
}

/// The host without a final dot; OpenSSL's functions take C strings, and names go into logs.
private func checkedHost(_ host: String) throws(TLSError) -> String {
  let name = host.utf8.last == UInt8(ascii: ".") ? String(host.dropLast()) : host
  guard (1...253).contains(name.utf8.count), name.utf8.allSatisfy({ $0.isLetterOrDigit(or: "-.:_") }) else {
    throw TLSError(
      .invalidConfiguration, "a host is a name in ASCII (IDNs as xn--) or an IP address, of at most 253 bytes")
  }
  return name
}

@available(*, unavailable)
extension TLSEngine: Sendable {}
