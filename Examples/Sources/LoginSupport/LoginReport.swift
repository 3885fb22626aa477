internal import ExampleSupport
package import PassBindSASL
internal import PassBindSCRAM
package import PassBindTLS

/// How a login went.
package struct LoginReport {
  private var handshake: TLSHandshake?
  private var choice: ClientNegotiationPolicy.Choice?
  private var identity: String?
  private var refusal: (by: String, reason: String)?

  /// Carries a login out, and tells how far it came.
  ///
  /// - Parameter login: logs in, notes what it does, and returns who the server says this is.
  /// - Throws: what kept the login from being tried: no connection, no trusted certificate.
  package static func of(_ login: (inout LoginReport) async throws -> String) async throws -> LoginReport {
    var report = LoginReport()
    do {
      report.identity = try await login(&report)
    } catch let error as ServerRefusal {
      report.refusal = ("server", error.reason)
    } catch let error as SASLError {
      report.refusal = ("client", error.reason)
    } catch let error as SCRAMError {
      report.refusal = (error.code == .serverRefused ? "server" : "client", error.reason)
    } catch let error as ProtocolError {
      report.refusal = ("client", error.reason)
    }
    return report
  }

  /// TLS is up.
  package mutating func secured(_ handshake: TLSHandshake) { self.handshake = handshake }

  /// This is what the login is tried with.
  package mutating func chose(_ choice: ClientNegotiationPolicy.Choice) { self.choice = choice }

  /// Prints how it went, and ends the program with status 1 if it was refused.
  package func show(isJSON: Bool) {
    isJSON ? printOut(json) : printLines()
    if refusal != nil { leave(status: CommandError.Status.refused.rawValue) }
  }

  private var json: String {
    var fields: [(String, JSON)] = [
      ("mechanism", JSON(choice?.mechanism.description)), ("binding", JSON(choice?.binding?.type.name)),
      ("tls", JSON(handshake?.version.description)),
    ]
    if let refusal {
      fields += [("outcome", .string("refused")), ("by", .string(refusal.by)), ("reason", .string(refusal.reason))]
    } else {
      fields += [("outcome", .string("accepted")), ("identity", JSON(identity))]
    }
    return JSON.object(fields).description
  }

  private func printLines() {
    if let refusal {
      complain(
        "\(refusal.by == "server" ? "the server" : "this client") refuses the login: \(refusal.reason)",
        hint: refusal.by == "server"
          ? "a wrong name or password, or somebody in between; the server's log may say which"
          : "is this the right server, and what may it be asked for? --help says")
    } else {
      printOut(Colour.green.on("logged in as \(printable(identity ?? ""))"))
    }
    if let choice {
      printOut("  mechanism   \(choice.mechanism)")
      printOut("  bound by    \(choice.binding?.type.name ?? "nothing")")
    }
    if let handshake { printOut("  TLS         \(handshake.version), \(handshake.cipherSuite)") }
  }
}

/// What a server said no with.
package struct ServerRefusal: Error {
  /// Its words.
  package let reason: String

  /// A refusal.
  package init(_ reason: String) { self.reason = reason }
}
