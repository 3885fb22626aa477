// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody else needs valgrind's headers.
let package = Package(
  name: "ConstantTime",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "swift-passbind", path: "../..")],
  targets: [
    .target(name: "CMemcheck", linkerSettings: [.linkedLibrary("crypto")]),
    .executableTarget(
      name: "ConstantTime",
      dependencies: [
        "CMemcheck",
        .product(name: "PassBindCrypto", package: "swift-passbind"),
        .product(name: "PassBindOPAQUE", package: "swift-passbind"),
        .product(name: "PassBindOPRF", package: "swift-passbind"),
        .product(name: "PassBindRistretto", package: "swift-passbind"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
