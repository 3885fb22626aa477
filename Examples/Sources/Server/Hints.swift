internal import ExampleSupport
internal import PassBindAccounts

/// What an administrator can do about an error.
func hint(for error: AccountError) -> String {
  switch error.code {
  case .notFound: "user list shows the accounts"
  case .alreadyExists: "user passwd gives it another password, user invite --replace lets its owner choose one"
  case .conflict: "somebody else changed it meanwhile: try again"
  case .invalidName: "a name has 1 to 1,024 bytes of UTF-8, and no control characters (RFC 4013)"
  case .invalidPassword: "a password has no control characters, nor any that Unicode 3.2 does not know (RFC 4013)"
  case .invalidCredential: "--help says what it takes"
  case .notPermitted: "keys status shows how far a change of keys is"
  case .tooNew: "use the passbind-server that wrote it, or a newer one"
  case .corrupt: "is it the right file? If it is, bring back a copy of it"
  case .keysMissing: "passbind-server keys init makes them"
  case .keysSealed: "give the key file or passphrase that keys init was given"
  default:
    "the folder has to be there, with room on its disk, and this user must be able to write to it and to the database"
  }
}

/// Runs an administrator's call, and says in words what went wrong.
func explaining(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let error as AccountError {
    let isRefusal = [.notFound, .alreadyExists, .invalidName, .invalidPassword, .invalidCredential, .notPermitted]
      .contains(error.code)
    throw CommandError(error.reason, hint: hint(for: error), status: isRefusal ? .refused : .failed)
  }
}
