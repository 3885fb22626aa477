// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "passbind-benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "swift-passbind", path: "..")],
  targets: [
    // The peers that ours is timed against, called directly: OpenSSL's own PBKDF2, GNU gsasl.
    .target(name: "CPeers", linkerSettings: [.linkedLibrary("crypto"), .linkedLibrary("gsasl"), .linkedLibrary("m")]),
    .executableTarget(
      name: "bench",
      dependencies: ["CPeers", .product(name: "PassBindCrypto", package: "swift-passbind")],
      path: "Sources/Bench"),
  ],
  swiftLanguageModes: [.v6]
)
