// swift-tools-version: 6.2
import PackageDescription

// The lowest floors as the trait FIPS has them, and their tests: the files of Sources and Tests themselves, by symbolic
// link. A package of its own, since `swift test --traits FIPS` at the top would build all that is above them too.

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "fips",
  platforms: [.macOS(.v26)],
  targets: [
    .systemLibrary(name: "CPassBindLibSSL", path: "Sources/CLibSSL", pkgConfig: "openssl"),
    .target(
      name: "CPassBindOpenSSL", dependencies: ["CPassBindLibSSL"], path: "Sources/COpenSSL",
      cSettings: [.define("PASSBIND_FIPS")]),
    .target(
      name: "PassBindCrypto", dependencies: ["CPassBindOpenSSL"], path: "Sources/Crypto",
      swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
    .testTarget(
      name: "PassBindCryptoTests", dependencies: ["PassBindCrypto"], path: "Tests/Crypto", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
