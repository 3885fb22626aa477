internal import PassBindCrypto
internal import PassBindSCRAM

/// How a file of verifiers is written: one account's verifier a line, as `name:verifier`. The name ends at the first
/// colon.
public enum VerifierFileFormat: String, CaseIterable, Sendable {
  /// `name:SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`, PostgreSQL's notation, which knows SHA-256 only:
  /// `SELECT rolname || ':' || rolpassword FROM pg_authid`.
  case postgreSQL = "postgresql"
  /// As PostgreSQL's, for every hash: RFC 5803, Cyrus SASL.
  case rfc5803
  /// `name:{SCRAM-SHA-256}iterations,salt,StoredKey,ServerKey`: Dovecot's passwd-file, whose further fields, behind
  /// another colon, are passed over; gsasl.
  case dovecot
  /// `name:SCRAM-SHA-512=salt=...,stored_key=...,server_key=...,iterations=...`: Kafka, for SHA-256 and SHA-512.
  case kafka

  /// The verifier's text of a line, and how to read it.
  fileprivate func split(_ text: Substring) throws(SCRAMError) -> (Substring, SCRAMVerifierFormat) {
    switch self {
    case .postgreSQL: return (text, .postgreSQL)
    case .rfc5803: return (text, .rfc5803)
    case .dovecot: return (text.prefix { $0 != ":" }, .dovecot)
    case .kafka:
      for hash in HashFunction.allCases where text.hasPrefix(hash.scramName + "=") {
        return (text.dropFirst(hash.scramName.count + 1), .kafka(hash))
      }
      throw SCRAMError(.invalidVerifier, "scheme: SCRAM-SHA-256= or SCRAM-SHA-512= wanted")
    }
  }

  fileprivate func text(_ verifier: SCRAMVerifier) throws(AccountError) -> String {
    do throws(SCRAMError) {
      switch self {
      case .postgreSQL: return try verifier.text(as: .postgreSQL)
      case .rfc5803: return try verifier.text(as: .rfc5803)
      case .dovecot: return try verifier.text(as: .dovecot)
      case .kafka: return try "\(verifier.hash.scramName)=" + verifier.text(as: .kafka(verifier.hash))
      }
    } catch {
      throw AccountError(.invalidCredential, error.reason)
    }
  }
}

extension AccountAdministration {
  /// Takes verifiers from a file: makes an account for each name that there is none of yet, and gives them to those
  /// that have nothing for a password yet. A file may have several verifiers of one name. Each line is taken or refused
  /// on its own. Empty lines and those that begin with `#` are passed over.
  ///
  /// - Parameters:
  ///   - lines: the lines without their ends, of 8,192 bytes at most each.
  ///   - format: how they are written.
  ///   - iterations: refuse verifiers with other counts. 4,096 is the fewest that RFC 7677 section 4 has; with more
  ///     than 5,000,000, ``SCRAMClientPolicy`` would have clients refuse the login.
  ///   - replacing: whether to put verifiers in place of all that accounts have for their passwords, by whatever
  ///     mechanism. Without it such lines are refused: the file's password may be an older one.
  ///   - report: is called for each line, in order.
  /// - Throws: ``AccountError`` `unavailable` if the store fails; the lines reported so far are done.
  public func importVerifiers(
    _ lines: some Sequence<some StringProtocol>, as format: VerifierFileFormat,
    iterations: ClosedRange<Int> = 4096...5_000_000, replacing: Bool = false, _ report: (VerifierFileResult) -> Void
  ) async throws(AccountError) {
    try await importLines(lines, replacing: replacing, report) { _, _, text in
      Self.read(text, as: format, iterations: iterations)
    }
  }

  /// Writes the SCRAM verifiers of all accounts, but not of their API keys, in the order of the names.
  ///
  /// - Parameters:
  ///   - format: how to write them.
  ///   - write: gets each line, without its end.
  /// - Returns: what could not be written, such as a hash that the format has no name for.
  /// - Throws: ``AccountError`` `unavailable`, `corrupt` or `tooNew`, or what `write` throws.
  public func exportVerifiers(
    as format: VerifierFileFormat, _ write: (String) throws(AccountError) -> Void
  ) async throws(AccountError) -> [VerifierFileResult] {
    var refused: [VerifierFileResult] = []
    try await forEach { account throws(AccountError) in
      let name = account.name.description
      for credential in account.credentials.values.sorted(by: { $0.description < $1.description })
      where credential.key.apiKeyID == nil {
        switch Self.line(name, credential, format) {
        case .success(let line?): try write(line)
        case .success(nil): break
        case .failure(let error):
          let hash = HashFunction.allCases.first { $0.scramName == credential.key.suite.description }
          refused.append(
            VerifierFileResult(
              line: 0, name: name, mechanism: hash.map { SCRAMMechanism($0).name }, refusal: error.reason))
        }
      }
    }
    return refused
  }

  /// The line of one credential; nil if it is not one of SCRAM's.
  private static func line(
    _ name: String, _ credential: Credential, _ format: VerifierFileFormat
  ) -> Result<String?, AccountError> {
    do throws(AccountError) {
      guard let verifier = try credential.scramVerifier() else { return .success(nil) }
      guard !name.utf8.contains(UInt8(ascii: ":")), !name.hasPrefix("#") else {
        throw AccountError(.invalidName, "name: a line can't hold a colon in it, or # in front")
      }
      return .success("\(name):\(try format.text(verifier))")
    } catch {
      return .failure(error)
    }
  }

  private static func read(
    _ text: Substring, as format: VerifierFileFormat, iterations: ClosedRange<Int>
  ) -> AccountLine {
    let verifier: SCRAMVerifier
    do throws(SCRAMError) {
      let (text, format) = try format.split(text)
      verifier = try SCRAMVerifier(parsing: text, as: format)
    } catch {
      return AccountLine(refusal: error.reason)
    }
    let mechanism = SCRAMMechanism(verifier.hash).name
    guard iterations.contains(verifier.iterations) else {
      let (floor, cap) = (iterations.lowerBound, iterations.upperBound)
      let refusal = "iterations: \(verifier.iterations) is not within \(floor) to \(cap)"
      return AccountLine(mechanism, refusal: refusal)
    }
    do throws(AccountError) {
      return AccountLine(mechanism, try Credential(verifier))
    } catch {
      return AccountLine(mechanism, refusal: error.reason)
    }
  }
}
