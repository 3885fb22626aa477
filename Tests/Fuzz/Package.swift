// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "swift-passbind", path: "../..")],
  targets: [
    .executableTarget(
      name: "fuzz-exported-authenticators",
      dependencies: [
        .product(name: "PassBindExportedAuthenticators", package: "swift-passbind"),
        .product(name: "PassBindTLS", package: "swift-passbind"),
      ],
      path: "Sources")
  ]
)
