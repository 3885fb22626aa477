internal import PassBindCrypto
internal import PassBindSASL

/// Why a SCRAM exchange, credential or verifier was refused: a code to switch on and a sentence for a log. Two errors
/// are equal if their codes are. On a server it is for the log alone: the peer gets ``SCRAMServer/failureMessage``.
public struct SCRAMError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    // What any message can get wrong.

    /// A message outside the grammar of RFC 5802 section 7.
    public static let malformedMessage = Code(description: "malformedMessage")
    /// A message longer than ``SCRAMMessage/maximumCount``.
    public static let messageTooLong = Code(description: "messageTooLong")
    /// Base64 outside its strict form, or text that is not UTF-8.
    public static let invalidEncoding = Code(description: "invalidEncoding")
    /// A user name or authorization identity that is malformed, or that SASLprep refuses.
    public static let invalidName = Code(description: "invalidName")
    /// A password that SASLprep refuses.
    public static let invalidPassword = Code(description: "invalidPassword")
    /// A mandatory extension (`m=`), of which none is known (RFC 5802 section 5.1).
    public static let unsupportedExtension = Code(description: "unsupportedExtension")
    /// A nonce that does not continue or repeat the one sent before.
    public static let nonceMismatch = Code(description: "nonceMismatch")
    /// A nonce shorter than the policy allows.
    public static let weakNonce = Code(description: "weakNonce")
    /// A step out of order: an exchange used twice, or a success claimed before the server proved itself.
    public static let outOfOrder = Code(description: "outOfOrder")

    // Channel binding and negotiation.

    /// Binding data or GS2 header in `c=` that are not those of this connection and this exchange.
    public static let channelBindingMismatch = Code(description: "channelBindingMismatch")
    /// The client says that no -PLUS mechanism was offered, while one was: somebody took it off the list.
    public static let channelBindingDowngrade = Code(description: "channelBindingDowngrade")
    /// The mechanism's name, its hash and the GS2 flag do not fit each other or the credential.
    public static let mechanismMismatch = Code(description: "mechanismMismatch")
    /// A mechanism that this server did not offer on this connection.
    public static let mechanismNotOffered = Code(description: "mechanismNotOffered")
    /// A channel binding type that this server did not offer or this connection does not have.
    public static let unsupportedBindingType = Code(description: "unsupportedBindingType")
    /// Channel binding asked for on a connection that has none.
    public static let channelBindingNotSupported = Code(description: "channelBindingNotSupported")
    /// The server's policy wants channel binding, and the client does not bind.
    public static let channelBindingRequired = Code(description: "channelBindingRequired")
    /// The client's policy wants channel binding, and it cannot be had.
    public static let channelBindingUnavailable = Code(description: "channelBindingUnavailable")
    /// The server offers no mechanism that the client's policy accepts.
    public static let noAcceptableMechanism = Code(description: "noAcceptableMechanism")
    /// The server's hash of its offer (XEP-0474) is not that of the offer that arrived, or is missing though required.
    public static let offerDowngrade = Code(description: "offerDowngrade")
    /// The server's TLS version (XEP-0515) is not the client's, or is missing though required.
    public static let tlsVersionDowngrade = Code(description: "tlsVersionDowngrade")

    // What a client finds.

    /// An iteration count below the policy's floor or above its cap.
    public static let iterationCountRefused = Code(description: "iterationCountRefused")
    /// A salt shorter than the policy allows.
    public static let weakSalt = Code(description: "weakSalt")
    /// The server sent an error (`e=`): see ``SCRAMError/serverError``.
    public static let serverRefused = Code(description: "serverRefused")
    /// The server's signature is wrong: it does not know the verifier, or is not the one this exchange was with.
    public static let serverSignatureWrong = Code(description: "serverSignatureWrong")
    /// The keys or salted password belong to another hash, salt or count than the server names, and no password was
    /// given.
    public static let credentialOutdated = Code(description: "credentialOutdated")

    // What a server finds.

    /// A proof that does not fit the verifier: a wrong password.
    public static let invalidProof = Code(description: "invalidProof")
    /// No account of that name has a verifier for this mechanism.
    public static let unknownUser = Code(description: "unknownUser")
    /// The caller refused the login for a reason of its own.
    public static let refused = Code(description: "refused")

    // Verifiers, and the machine.

    /// A verifier, or the text of one, that cannot be used; the reason names the field.
    public static let invalidVerifier = Code(description: "invalidVerifier")
    /// The task was cancelled during key stretching.
    public static let cancelled = Code(description: "cancelled")
    /// OpenSSL, as configured on this machine, does not offer the hash.
    public static let unavailable = Code(description: "unavailable")
  }

  /// What kind of failure this is.
  public let code: Code
  /// The failure in words; it never holds a secret.
  public let reason: String
  /// The error that the server sent, where the code is `serverRefused`.
  public let serverError: SCRAMServerError?

  /// The code and the reason.
  public var description: String { "\(code): \(reason)" }

  package init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
    serverError = nil
  }

  init(from server: SCRAMServerError) {
    code = .serverRefused
    reason = "the server says \(server)"
    serverError = server
  }

  init(_ error: CryptoError) {
    self.init(error.code == .cancelled ? .cancelled : .unavailable, error.reason)
  }

  init(_ error: SASLError) {
    let code: Code =
      switch error.code {
      case .invalidBase64: .invalidEncoding
      case .invalidHeader: .malformedMessage
      case .tooLong: .invalidName
      default: Code(description: error.code.description)  // the others go by the same name here
      }
    self.init(code, error.reason)
  }

  /// Equal codes make equal errors.
  public static func == (a: SCRAMError, b: SCRAMError) -> Bool { a.code == b.code }
}

/// Runs `work`, and says what it throws in SCRAM's words.
func crypto<R: ~Copyable>(_ work: () throws(CryptoError) -> R) throws(SCRAMError) -> R {
  do { return try work() } catch { throw SCRAMError(error) }
}

/// Runs `work`, and says what it throws in SCRAM's words.
func sasl<R>(_ work: () throws(SASLError) -> R) throws(SCRAMError) -> R {
  do { return try work() } catch { throw SCRAMError(error) }
}
