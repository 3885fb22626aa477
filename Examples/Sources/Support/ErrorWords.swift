internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import PassBindLineProfile
internal import PassBindTLS

// Errors in words that somebody at a terminal can do something with. Those of this project say it themselves; those of
// the system and of the libraries below come as types and numbers.

/// What went wrong, and what to do about it.
func complaint(of error: any Error) -> (reason: String, hint: String) {
  switch error {
  case let error as CommandError: (error.message, error.hint)
  case let error as TLSError: complaint(of: error)
  case let error as ProfileError: (error.reason, hint(for: error))
  default: (reason(of: error), "try again; if it stays so, it is a fault in this program")
  }
}

/// What went wrong.
package func reason(of error: any Error) -> String {
  switch error {
  case let error as CommandError: error.message
  case let error as TLSError: error.reason
  case let error as ProfileError: error.reason
  case let error as IOError: systemWords(error.errnoCode)
  case let error as NIOConnectionError:
    error.connectionErrors.last.map { reason(of: $0.error) }
      ?? (error.dnsAError ?? error.dnsAAAAError).map(reason(of:)) ?? "there is no address for \(error.host)"
  case let error as SocketAddressError.UnknownHost: "\(error.host) is no host that is known: \(error.errorDescription)"
  case ChannelError.connectTimeout: "no answer"
  case is ChannelError: "the connection is closed"
  default: systemCause(error) ?? String(describing: error)
  }
}

private func hint(for error: ProfileError) -> String {
  switch error.code {
  case .startTLSUnavailable, .plaintextBehindStartTLS:
    "somebody may be in between; --tls does without STARTTLS, if the server has a port for that"
  case .closed, .timedOut:
    "the server's log may say why; a port for TLS from the first byte takes no --starttls, and the other way round"
  default: "does something else than this kind of server listen there?"
  }
}

/// The system's words for an error number.
package func systemWords(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

/// The system's words for what is behind an error of Foundation's; nil if there are none.
private func systemCause(_ error: any Error) -> String? {
  switch (error as NSError).userInfo[NSUnderlyingErrorKey] {
  case let cause as POSIXError: systemWords(cause.code.rawValue)
  case let cause as NSError where cause.domain == NSPOSIXErrorDomain:
    systemWords(Int32(truncatingIfNeeded: cause.code))
  default: nil
  }
}

private func complaint(of error: TLSError) -> (reason: String, hint: String) {
  switch error.code {
  case .untrustedPeer:
    // It says itself what to do.
    let cut = error.reason.range(of: "; ", options: .backwards)
    let advice = cut.map { String(error.reason[$0.upperBound...]) } ?? "somebody may be in between"
    let isAuthority = advice.contains("trust root")
    return (
      cut.map { String(error.reason[..<$0.lowerBound]) } ?? error.reason,
      isAuthority ? "give the authority's certificate with --ca-file" : advice
    )
  case .invalidConfiguration:
    return (error.reason, "certificates, keys and authorities are PEM files; certs/make makes some to try with")
  case .handshakeFailed where error.reason.contains("wrong version number"):
    return ("what listens there does not begin with TLS", "--starttls is for a port that begins in the clear")
  case .handshakeFailed:
    return (error.reason, "the two sides may have no TLS version or cipher suite in common; the server's log says more")
  default: return (error.reason, "the connection broke: try again; the server's log may say why")
  }
}

extension CommandError {
  /// A port that could not be opened.
  package static func cannotListen(on place: HostPort, _ error: any Error) -> CommandError {
    let hint =
      switch (error as? IOError)?.errnoCode {
      case EADDRINUSE: "another program listens there: end it, or take another port; port 0 takes any that is free"
      case EACCES: "ports below 1024 want more rights: take a higher one"
      default: "name an address of this machine, such as 127.0.0.1 or [::1]"
      }
    return CommandError("cannot listen on \(place): \(reason(of: error))", hint: hint)
  }

  /// A server that could not be connected to.
  package static func cannotConnect(to server: HostPort, _ error: any Error) -> CommandError {
    CommandError(
      "cannot connect to \(server): \(reason(of: error))",
      hint: "is the server running, and are its name and port right?")
  }
}

/// Writes a text file, whole or not at all.
///
/// - Parameter what: what it holds, for the error.
package func writeFile(_ text: String, to path: String, holding what: String) throws(CommandError) {
  do {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw CommandError(
      "cannot write \(what) to \(path): \(reason(of: error))",
      hint: "name a file in a folder that this user may write to")
  }
}
