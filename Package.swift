// swift-tools-version: 6.2
import PackageDescription

// Folders carry the plain name of what lives in them; targets carry the PassBind prefix, because a target name must be
// unique in the whole package graph of whoever depends on this one, and names such as COpenSSL are already taken there.

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "swift-passbind",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "PassBindCrypto", targets: ["PassBindCrypto"]),
    .library(name: "PassBindSASL", targets: ["PassBindSASL"]),
    .library(name: "PassBindRistretto", targets: ["PassBindRistretto"]),
    .library(name: "PassBindOPRF", targets: ["PassBindOPRF"]),
    .library(name: "PassBindOPAQUE", targets: ["PassBindOPAQUE"]),
    .library(name: "PassBindSCRAM", targets: ["PassBindSCRAM"]),
    .library(name: "PassBindLineProfile", targets: ["PassBindLineProfile"]),
    .library(name: "PassBindNIO", targets: ["PassBindNIO"]),
    .library(name: "PassBindTLS", targets: ["PassBindTLS"]),
    .library(name: "PassBindExportedAuthenticators", targets: ["PassBindExportedAuthenticators"]),
    .library(name: "PassBindAccounts", targets: ["PassBindAccounts"]),
    .library(name: "PassBindSQLite", targets: ["PassBindSQLite"]),
  ],
  traits: [
    .trait(
      name: "FIPS",
      description: "Hashes, HMAC and PBKDF2 through OpenSSL's EVP alone, so that a FIPS provider is obeyed (slower)."),
    .trait(
      name: "Argon2",
      description: "Argon2id from libargon2, where OpenSSL is older than 3.2 and has none."),
    .trait(name: "SQLite", description: "PassBindSQLite: accounts in a SQLite database, through GRDB."),
    .trait(name: "NIO", description: "PassBindNIO: SwiftNIO handlers for TLS and the line profile."),
    .default(enabledTraits: []),
  ],
  dependencies: [
    // Each belongs to a trait: with all traits off, as they are by default, none is fetched.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
  ],
  targets: [
    // Floor 0: OpenSSL, and libargon2 where the trait asks for it.
    .systemLibrary(
      name: "CPassBindLibSSL", path: "Sources/CLibSSL", pkgConfig: "openssl",
      providers: [.apt(["libssl-dev", "pkg-config"]), .brew(["openssl@3", "pkg-config"])]),
    .systemLibrary(
      name: "CPassBindLibArgon2", path: "Sources/CLibArgon2", pkgConfig: "libargon2",
      providers: [.apt(["libargon2-dev"]), .brew(["argon2"])]),
    .target(
      name: "CPassBindOpenSSL",
      dependencies: [
        "CPassBindLibSSL", .target(name: "CPassBindLibArgon2", condition: .when(traits: ["Argon2"])),
      ],
      path: "Sources/COpenSSL",
      cSettings: [
        .define("PASSBIND_FIPS", .when(traits: ["FIPS"])), .define("PASSBIND_ARGON2", .when(traits: ["Argon2"])),
      ]),

    // Floor 1: the shim's Swift face, and a group.
    .target(
      name: "PassBindCrypto", dependencies: ["CPassBindOpenSSL"], path: "Sources/Crypto",
      swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "PassBindRistretto", path: "Sources/Ristretto", swiftSettings: strict),

    // Floor 2: SASL's vocabulary, and the oblivious function under OPAQUE.
    // SASL needs the shim's face for SecretBytes: SASLprep takes a password and gives one back, and wipes what lies
    // between.
    .target(
      name: "PassBindSASL", dependencies: ["PassBindCrypto"], path: "Sources/SASL",
      exclude: ["SASLprep/generate-tables.py"], swiftSettings: strict),
    .target(
      name: "PassBindOPRF", dependencies: ["PassBindCrypto", "PassBindRistretto"], path: "Sources/OPRF",
      swiftSettings: strict),

    // Floor 3: a standard each.
    .target(
      name: "PassBindSCRAM", dependencies: ["PassBindCrypto", "PassBindSASL"], path: "Sources/SCRAM",
      swiftSettings: strict),
    .target(
      name: "PassBindLineProfile", dependencies: ["PassBindSASL"], path: "Sources/LineProfile",
      exclude: ["PROFILE.md"], swiftSettings: strict),
    .target(
      name: "PassBindTLS", dependencies: ["CPassBindOpenSSL", "PassBindCrypto", "PassBindSASL"], path: "Sources/TLS",
      swiftSettings: strict),
    .target(
      name: "PassBindOPAQUE", dependencies: ["PassBindCrypto", "PassBindOPRF", "PassBindRistretto", "PassBindSASL"],
      path: "Sources/OPAQUE", exclude: ["SASL/OPAQUE-R255.md", "SASL/REGISTRATION.md"], swiftSettings: strict),

    // Floor 4: RFC 9261, and OPAQUE on it.
    .target(
      name: "PassBindExportedAuthenticators",
      dependencies: [
        "PassBindCrypto", "PassBindOPAQUE", "PassBindOPRF", "PassBindRistretto", "PassBindSASL", "PassBindTLS",
      ],
      path: "Sources/ExportedAuthenticators", exclude: ["OPAQUE-EA/OPAQUE-EA.md"], swiftSettings: strict),

    // Floor 5: accounts.
    .target(
      name: "PassBindAccounts",
      dependencies: [
        "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindOPAQUE", "PassBindSASL", "PassBindSCRAM",
      ],
      path: "Sources/Accounts", swiftSettings: strict),

    // Floor 6: where accounts are kept, and servers. A trait's targets are empty while the trait is off.
    .target(
      name: "PassBindSQLite",
      dependencies: [
        "PassBindAccounts", "PassBindCrypto",
        .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
      ],
      path: "Sources/SQLite", swiftSettings: strict),
    .target(
      name: "PassBindNIO",
      dependencies: [
        "PassBindAccounts", "PassBindExportedAuthenticators", "PassBindLineProfile", "PassBindSASL", "PassBindTLS",
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["NIO"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["NIO"])),
      ],
      path: "Sources/NIO", swiftSettings: strict),

    .testTarget(
      name: "PassBindCryptoTests", dependencies: ["PassBindCrypto"], path: "Tests/Crypto", swiftSettings: strict),
    .testTarget(
      name: "PassBindSASLTests", dependencies: ["PassBindSASL", "PassBindCrypto"], path: "Tests/SASL",
      exclude: ["SASLprep/oracle.py", "SASLprep/scalars.txt", "SASLprep/strings.txt"], swiftSettings: strict),
    .testTarget(
      name: "PassBindSCRAMTests", dependencies: ["PassBindCrypto", "PassBindSASL", "PassBindSCRAM"],
      path: "Tests/SCRAM", swiftSettings: strict),
    .testTarget(
      name: "PassBindRistrettoTests", dependencies: ["PassBindRistretto"], path: "Tests/Ristretto",
      swiftSettings: strict),
    // Compiles some of Sources/Ristretto once more, by symbolic link, against a limb that stands for all numbers.
    .testTarget(name: "PassBindRistrettoProof", path: "Tests/RistrettoProof", swiftSettings: strict),
    .testTarget(
      name: "PassBindOPRFTests", dependencies: ["PassBindCrypto", "PassBindOPRF", "PassBindRistretto"],
      path: "Tests/OPRF", swiftSettings: strict),
    .testTarget(
      name: "PassBindOPAQUETests",
      dependencies: ["PassBindCrypto", "PassBindOPAQUE", "PassBindOPRF", "PassBindRistretto", "PassBindSASL"],
      path: "Tests/OPAQUE", exclude: ["Attacks.md"], swiftSettings: strict),
    .testTarget(
      name: "PassBindLineProfileTests", dependencies: ["PassBindLineProfile", "PassBindSASL"],
      path: "Tests/LineProfile", swiftSettings: strict),
    .testTarget(
      name: "PassBindTLSTests", dependencies: ["PassBindCrypto", "PassBindSASL", "PassBindTLS"], path: "Tests/TLS",
      swiftSettings: strict),
    .testTarget(
      name: "PassBindExportedAuthenticatorsTests",
      dependencies: [
        "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindOPAQUE", "PassBindOPRF", "PassBindRistretto",
        "PassBindSASL", "PassBindTLS",
      ],
      path: "Tests/ExportedAuthenticators", exclude: ["Attacks.md"], swiftSettings: strict),
    .testTarget(
      name: "PassBindAccountsTests",
      dependencies: [
        "PassBindAccounts", "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindOPAQUE", "PassBindSASL",
        "PassBindSCRAM", "PassBindSQLite", "PassBindTLS",
      ],
      path: "Tests/Accounts", swiftSettings: strict),
    .testTarget(
      name: "PassBindSQLiteTests",
      dependencies: [
        "PassBindCrypto", "PassBindAccounts", "PassBindSQLite",
        .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
      ],
      path: "Tests/SQLite", swiftSettings: strict),
    .testTarget(
      name: "PassBindNIOTests",
      dependencies: [
        "PassBindAccounts", "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindLineProfile", "PassBindNIO",
        "PassBindOPAQUE", "PassBindSASL",
        "PassBindSCRAM", "PassBindTLS",
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["NIO"])),
        .product(name: "NIOEmbedded", package: "swift-nio", condition: .when(traits: ["NIO"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["NIO"])),
      ],
      path: "Tests/NIO", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
