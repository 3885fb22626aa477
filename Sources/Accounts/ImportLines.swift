public import PassBindSASL

/// What became of one line of a file of verifiers, or of one verifier of an account.
public struct VerifierFileResult: Sendable {
  /// The line's number in the file, from 1; 0 in an export, for a verifier that got no line.
  public let line: Int
  /// The account's name, as far as it could be read.
  public let name: String?
  /// The mechanism that the verifier is for, without -PLUS, as far as it could be read.
  public let mechanism: MechanismName?
  /// Why it was refused, beginning with the field that is wrong; nil if it was taken.
  public let refusal: String?
}

/// What is behind the name on a line: a credential, or what is wrong with it.
struct AccountLine {
  var mechanism: MechanismName?
  var credential: Credential?
  var refusal: String?

  init(_ mechanism: MechanismName, _ credential: Credential) {
    self.mechanism = mechanism
    self.credential = credential
  }

  init(_ mechanism: MechanismName? = nil, refusal: String) {
    self.mechanism = mechanism
    self.refusal = refusal
  }
}

extension AccountAdministration {
  /// Takes the lines of a file, each `name:` and a credential, one by one.
  ///
  /// - Parameters:
  ///   - condition: what must hold for each of them.
  ///   - read: makes a credential of what is behind the colon. It gets the name, the name as the line has it, and the
  ///     rest.
  func importLines(
    _ lines: some Sequence<some StringProtocol>, under condition: ServerRecordCondition? = nil, replacing: Bool,
    _ report: (VerifierFileResult) -> Void, _ read: (AccountName, Substring, Substring) -> AccountLine
  ) async throws(AccountError) {
    var number = 0
    // Whose password this file has brought, and the account as it was then: a file may have it for two hashes of SCRAM.
    var brought: [AccountName: UInt64] = [:]
    for text in lines {
      number += 1
      let text = Substring(text)
      if text.isEmpty || text.hasPrefix("#") { continue }
      let (name, line) = Self.split(text, read)
      var refusal = line.refusal
      if let name, let credential = line.credential {
        do throws(AccountError) {
          let account = try await add(
            credential, to: name, besideOthersOf: brought[name], under: condition, replacing: replacing)
          brought[name] = account.version
        } catch  where error.code != .unavailable {
          // If the condition fails, it does for all that follow.
          if let condition { try condition.check(try await store.serverRecord(named: condition.name)?.version) }
          refusal = error.reason
        }
      }
      report(
        VerifierFileResult(
          line: number, name: name?.description, mechanism: line.mechanism, refusal: refusal))
    }
  }

  private static func split(
    _ line: Substring, _ read: (AccountName, Substring, Substring) -> AccountLine
  ) -> (AccountName?, AccountLine) {
    guard line.utf8.count <= 8192 else { return (nil, AccountLine(refusal: "line: more than 8,192 bytes")) }
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      return (nil, AccountLine(refusal: "name: no colon behind it"))
    }
    let given = line[..<colon]
    do throws(AccountError) {
      let name = try AccountName(String(given))
      return (name, read(name, given, line[line.utf8.index(after: colon)...]))
    } catch {
      return (nil, AccountLine(refusal: "name: \(error.reason)"))
    }
  }

  /// - Parameter version: the account's version at which what it has for its password is of the same file. At another
  ///   it may be another password's, an older one's, or the same with more or less to guess at: one of the two goes.
  private func add(
    _ credential: Credential, to name: AccountName, besideOthersOf version: UInt64?,
    under condition: ServerRecordCondition?, replacing: Bool
  ) async throws(AccountError) -> Account {
    if try await store.account(named: name) == nil {
      do throws(AccountError) {
        return try await store.insert(Account(name, credentials: [credential], created: time.now()), under: condition)
      } catch  where error.code == .alreadyExists {}  // made meanwhile
    }
    return try await change(name.description, under: condition) { account throws(AccountError) in
      let isOurs = account.version == version
      let rivals = account.credentials.keys.filter { $0.apiKeyID == nil && (!isOurs || $0 == credential.key) }
      if let there = rivals.min(by: { $0.suite.description < $1.suite.description }), !replacing {
        throw AccountError(.alreadyExists, "name: the account has a verifier for \(there.suite) already")
      }
      for key in rivals { account.removeCredential(key) }
      try account.set(credential)
    }
  }
}
