internal import ArgumentParser

/// `HOST:PORT` or `[IPv6]:PORT`, as it stands on a command line.
package struct HostPort: ExpressibleByArgument, CustomStringConvertible, Sendable, Hashable {
  /// A name or an address, without brackets.
  package let host: String
  /// 0 to 65,535.
  package let port: Int

  package init(_ host: String, _ port: UInt16) {
    self.host = host
    self.port = Int(port)
  }

  package init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...]) else {
      return nil
    }
    var host = argument[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.host = String(host)
    self.port = Int(port)
  }

  /// As it is written.
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
