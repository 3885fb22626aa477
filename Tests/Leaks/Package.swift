// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "leaks",
  dependencies: [.package(name: "swift-passbind", path: "../..")],
  targets: [
    .executableTarget(
      name: "leaks",
      dependencies: [
        .product(name: "PassBindCrypto", package: "swift-passbind"),
        .product(name: "PassBindExportedAuthenticators", package: "swift-passbind"),
        .product(name: "PassBindSASL", package: "swift-passbind"),
        .product(name: "PassBindTLS", package: "swift-passbind"),
      ],
      path: "Sources")
  ]
)
