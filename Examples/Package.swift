// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that whoever depends on the library gets none of what the examples need.

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func passBind(_ names: String...) -> [Target.Dependency] {
  names.map { .product(name: $0, package: "swift-passbind") }
}

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "passbind-examples",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "swift-passbind", path: "..", traits: ["Argon2", "NIO", "SQLite"]),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(
      name: "ExampleSupport",
      dependencies: passBind(
        "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindLineProfile", "PassBindOPAQUE", "PassBindSASL",
        "PassBindSCRAM", "PassBindTLS") + nio + [argumentParser],
      path: "Sources/Support", swiftSettings: strict),
    .executableTarget(
      name: "passbind-client",
      dependencies: passBind(
        "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindLineProfile", "PassBindNIO", "PassBindOPAQUE",
        "PassBindSASL", "PassBindSCRAM", "PassBindTLS") + nio + ["ExampleSupport", argumentParser],
      path: "Sources/Client", swiftSettings: strict),
    .executableTarget(
      name: "passbind-server",
      dependencies: passBind(
        "PassBindAccounts", "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindNIO", "PassBindOPAQUE",
        "PassBindSASL", "PassBindSCRAM", "PassBindSQLite", "PassBindTLS") + nio + [
          "ExampleSupport", argumentParser,
          .product(name: "Logging", package: "swift-log"),
          .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
          .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        ],
      path: "Sources/Server", swiftSettings: strict),
    .executableTarget(
      name: "bound-login", dependencies: passBind("PassBindCrypto", "PassBindSASL", "PassBindSCRAM"),
      path: "Sources/BoundLogin", swiftSettings: strict),
    .executableTarget(
      name: "opaque-login", dependencies: passBind("PassBindCrypto", "PassBindOPAQUE"),
      path: "Sources/OPAQUELogin", swiftSettings: strict),
    .executableTarget(
      name: "opaque-ea-login",
      dependencies: passBind(
        "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindOPAQUE", "PassBindSASL", "PassBindTLS"),
      path: "Sources/OPAQUEEALogin", swiftSettings: strict),
    .executableTarget(
      name: "second-identity", dependencies: passBind("PassBindExportedAuthenticators", "PassBindTLS"),
      path: "Sources/SecondIdentity", swiftSettings: strict),
    .executableTarget(
      name: "passbind-authenticator-peer",
      dependencies: passBind("PassBindCrypto", "PassBindExportedAuthenticators", "PassBindNIO", "PassBindTLS") + nio
        + ["ExampleSupport", argumentParser],
      path: "Sources/AuthenticatorPeer", swiftSettings: strict),
    .executableTarget(
      name: "passbind-interop-peer",
      dependencies: passBind("PassBindCrypto", "PassBindSASL", "PassBindSCRAM") + [
        "ExampleSupport", argumentParser,
      ],
      path: "Sources/InteropPeer", swiftSettings: strict),
    .executableTarget(
      name: "passbind-tls-peer",
      dependencies: passBind("PassBindNIO", "PassBindSASL", "PassBindTLS") + nio + ["ExampleSupport", argumentParser],
      path: "Sources/TLSPeer", swiftSettings: strict),
    .executableTarget(
      name: "passbind-oprf-peer",
      dependencies: passBind("PassBindCrypto", "PassBindOPRF") + ["ExampleSupport", argumentParser],
      path: "Sources/OPRFPeer", swiftSettings: strict),
    .executableTarget(
      name: "passbind-opaque-peer",
      dependencies: passBind("PassBindCrypto", "PassBindOPAQUE") + ["ExampleSupport", argumentParser],
      path: "Sources/OPAQUEPeer", swiftSettings: strict),
    .executableTarget(
      name: "passbind-mitm",
      dependencies: passBind(
        "PassBindAccounts", "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindLineProfile", "PassBindNIO",
        "PassBindOPAQUE", "PassBindSASL", "PassBindSCRAM", "PassBindTLS") + nio + ["ExampleSupport", argumentParser],
      path: "Sources/Mitm", swiftSettings: strict),

    // Logins in protocols of others, over PassBindNIO's TLS.
    .target(
      name: "LoginSupport",
      dependencies: passBind("PassBindNIO", "PassBindSASL", "PassBindSCRAM", "PassBindTLS") + nio
        + ["ExampleSupport", argumentParser],
      path: "Sources/LoginSupport", swiftSettings: strict),
    .executableTarget(
      name: "xmpp-login",
      dependencies: passBind("PassBindCrypto", "PassBindSASL", "PassBindSCRAM", "PassBindTLS") + [
        "ExampleSupport", "LoginSupport", argumentParser,
      ],
      path: "Sources/XMPPLogin", swiftSettings: strict),
    .target(
      name: "PostgreSQLWire", dependencies: ["LoginSupport"], path: "Sources/PostgreSQLWire", swiftSettings: strict),
    .executableTarget(
      name: "postgresql-login",
      dependencies: passBind("PassBindCrypto", "PassBindSASL", "PassBindSCRAM", "PassBindTLS") + [
        "ExampleSupport", "LoginSupport", "PostgreSQLWire", argumentParser,
      ],
      path: "Sources/PostgreSQLLogin", swiftSettings: strict),
    .executableTarget(
      name: "postgresql-front",
      dependencies: passBind(
        "PassBindAccounts", "PassBindCrypto", "PassBindNIO", "PassBindSASL", "PassBindSCRAM", "PassBindSQLite",
        "PassBindTLS") + nio + ["ExampleSupport", "LoginSupport", "PostgreSQLWire", argumentParser],
      path: "Sources/PostgreSQLFront", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
