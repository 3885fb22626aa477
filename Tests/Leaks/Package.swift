// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "leaks",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "swift-passbind", path: "../..")],
  targets: [
    // The constant-time tests' own, by symbolic link.
    .target(name: "CInlineDispatch"),
    .target(name: "Inline", dependencies: ["CInlineDispatch"]),
    .executableTarget(
      name: "leaks",
      dependencies: ["Inline"]
        + [
          "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindOPAQUE", "PassBindSASL", "PassBindTLS",
        ].map { .product(name: $0, package: "swift-passbind") }),
  ],
  swiftLanguageModes: [.v6]
)
