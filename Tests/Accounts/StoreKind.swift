#if SQLite
  import Foundation
  import PassBindSQLite
#endif
import PassBindAccounts
import Testing

/// The stores that there are, so that every test of a store is one of all of them.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case inMemory
  #if SQLite
    case sqlite
  #endif

  var testDescription: String { rawValue }

  /// Runs `body` with an empty store.
  func withStore(_ body: (any CredentialStore) async throws -> Void) async throws {
    switch self {
    case .inMemory: try await body(InMemoryCredentialStore())
    #if SQLite
      case .sqlite:
        let folder = FileManager.default.temporaryDirectory.appending(path: "passbind-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteCredentialStore(path: folder.appending(path: "accounts.db").path)
        try await body(store)
        try store.close()
    #endif
    }
  }
}
