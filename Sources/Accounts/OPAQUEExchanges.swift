internal import PassBindExportedAuthenticators
internal import PassBindOPAQUE
internal import PassBindSASL

// What a login needs of OPAQUE's mechanisms, each of which has steps of its own.

/// A server that knows who wants to log in, and needs the account's record.
protocol OPAQUELookup: ~Copyable {
  associatedtype Record: OPAQUEPasswordRecord

  var user: String { get }
  var authorizationIdentity: String? { get }
  var binding: LoginBinding? { get }

  consuming func challenge(
    with record: Record?, under keys: OPAQUEKeyring.Snapshot, refusing refusal: String?
  ) throws(OPAQUEError) -> OPAQUEChallenge
}

extension OPAQUESASLServerLookup: OPAQUELookup {
  var binding: LoginBinding? { LoginBinding(bindingType) }

  consuming func challenge(
    with record: OPAQUECredential?, under keys: OPAQUEKeyring.Snapshot, refusing refusal: String?
  ) throws(OPAQUEError) -> OPAQUEChallenge {
    .r255(try challenge(with: record, keys: keys.keys, refusing: refusal))
  }
}

extension OPAQUEEAServerLookup: OPAQUELookup {
  var binding: LoginBinding? { .exportedAuthenticator }

  consuming func challenge(
    with record: OPAQUEEACredential?, under keys: OPAQUEKeyring.Snapshot, refusing refusal: String?
  ) throws(OPAQUEError) -> OPAQUEChallenge {
    .ea(try challenge(with: record, keys: keys.eaKeys, refusing: refusal))
  }
}

/// A challenge that is out, and waits for the client's proof.
enum OPAQUEChallenge: ~Copyable, Sendable {
  case r255(OPAQUESASLServerChallenge)
  case ea(OPAQUEEAServerChallenge)

  var message: [UInt8] {
    switch self {
    case .r255(let challenge): challenge.message
    case .ea(let challenge): challenge.message
    }
  }

  consuming func receive(_ message: [UInt8]) throws(OPAQUEError) -> (user: String, authorizationIdentity: String?) {
    switch consume self {
    case .r255(let challenge):
      let acceptance = try challenge.receive(message)
      return (acceptance.user, acceptance.authorizationIdentity)
    case .ea(let challenge):
      let acceptance = try challenge.receive(message)
      return (acceptance.user, acceptance.authorizationIdentity)
    }
  }
}
