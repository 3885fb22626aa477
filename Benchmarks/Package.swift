// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "passbind-benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "swift-passbind", path: "..")],
  targets: [
    // The peers that ours is timed against, called directly: OpenSSL's own PBKDF2 and TLS, GNU gsasl,
    // libsodium.
    .target(
      name: "CPeers",
      linkerSettings: ["ssl", "crypto", "gsasl", "sodium", "m"].map { .linkedLibrary($0) }),
    .executableTarget(
      name: "bench",
      dependencies: [
        "CPeers",
        .product(name: "PassBindCrypto", package: "swift-passbind"),
        .product(name: "PassBindExportedAuthenticators", package: "swift-passbind"),
        .product(name: "PassBindOPAQUE", package: "swift-passbind"),
        .product(name: "PassBindRistretto", package: "swift-passbind"),
        .product(name: "PassBindSASL", package: "swift-passbind"),
        .product(name: "PassBindSCRAM", package: "swift-passbind"),
        .product(name: "PassBindTLS", package: "swift-passbind"),
      ],
      path: "Sources/Bench"),
  ],
  swiftLanguageModes: [.v6]
)
