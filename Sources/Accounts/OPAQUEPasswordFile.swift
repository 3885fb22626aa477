public import PassBindCrypto
internal import PassBindOPAQUE
internal import PassBindSASL

extension AccountAdministration {
  /// Takes opaque-ke's password files (its `ServerRegistration`, 192 bytes): one account's a line, as `name:` and the
  /// bytes in base64 (RFC 4648 section 4). Lines are taken and refused as by
  /// ``importVerifiers(_:as:iterations:replacing:_:)``.
  ///
  /// The server's current keys must be those of there: see ``OPAQUEKeyring/create(in:under:from:)`` and
  /// `OPAQUEServerSetup(opaqueKE:)`. A name that SASLprep would change is refused, since opaque-ke made the record for
  /// the name's bytes. opaque-ke takes passwords as they are, too: a client whose password SASLprep would change logs
  /// in with `OPAQUESASLClientPolicy.preparesPassword` off. Notes of an account whose record is replaced open no more.
  ///
  /// - Parameters:
  ///   - lines: the lines without their ends, of 8,192 bytes at most each.
  ///   - stretching: how their clients stretched the passwords; a record does not say. Unknown users are shown
  ///     ``ServerPolicy/stretching``, so accounts with other parameters can be told from them.
  ///   - limits: refuse other key stretching: clients would.
  ///   - replacing: whether to put records in place of those, and of SCRAM's verifiers, that accounts have. Without it
  ///     such lines are refused.
  ///   - report: is called for each line, in order.
  /// - Throws: ``AccountError`` `keysMissing` without ``keyring``; `invalidCredential` for stretching beyond the
  ///   limits; `conflict` if the keys are changed meanwhile; `keysSealed`, `unavailable`. The lines reported so far are
  ///   done.
  public func importOPAQUERecords(
    _ lines: some Sequence<some StringProtocol>,
    stretching: KeyStretchingParameters = .opaqueKE, limits: KeyStretchingLimits = .default, replacing: Bool = false,
    _ report: (VerifierFileResult) -> Void
  ) async throws(AccountError) {
    do throws(CryptoError) { try limits.permits(stretching) } catch {
      throw AccountError(.invalidCredential, error.reason)
    }
    let now = try await currentKeys()
    try await importLines(lines, under: now.condition, replacing: replacing, report) { name, given, text in
      guard name.description.utf8.elementsEqual(given.utf8) else {
        return AccountLine(refusal: "name: SASLprep changes it, and the record was made for the name as it is here")
      }
      return Self.read(text, now.keys.current.keyID, stretching)
    }
  }

  private static func read(
    _ text: Substring, _ keyID: OPAQUEKeyID, _ stretching: KeyStretchingParameters
  ) -> AccountLine {
    let mechanism = OPAQUEMechanism().name
    let bytes: [UInt8]
    do throws(SASLError) {
      bytes = try Base64.decode(Array(text.utf8).span)
    } catch {
      return AccountLine(mechanism, refusal: "record: base64: \(error.reason)")
    }
    do {
      let record = try OPAQUERecord(bytes)
      let credential = try Credential(OPAQUECredential(record: record, keyID: keyID, stretching: stretching))
      return AccountLine(mechanism, credential)
    } catch let error as OPAQUEError {
      return AccountLine(mechanism, refusal: "record: \(error.reason)")
    } catch {
      return AccountLine(mechanism, refusal: "record: \(error)")
    }
  }
}
