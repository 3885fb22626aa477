// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "swift-passbind", path: "../..")],
  targets: [
    // The constant-time tests' own, by symbolic link: what waits for no other thread is quicker, and the same each
    // time.
    .target(name: "CInlineDispatch"),
    .target(name: "Inline", dependencies: ["CInlineDispatch"]),
    .executableTarget(
      name: "fuzz",
      dependencies: ["Inline"]
        + [
          "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindOPAQUE", "PassBindOPRF", "PassBindRistretto",
          "PassBindSASL", "PassBindTLS",
        ].map { .product(name: $0, package: "swift-passbind") }),
  ],
  swiftLanguageModes: [.v6]
)
