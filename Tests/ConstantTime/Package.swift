// swift-tools-version: 6.2
import PackageDescription

let passBind: [Target.Dependency] = [
  "PassBindCrypto", "PassBindExportedAuthenticators", "PassBindOPAQUE", "PassBindOPRF", "PassBindRistretto",
  "PassBindSASL", "PassBindSCRAM", "PassBindTLS",
].map { .product(name: $0, package: "swift-passbind") }

// A package of its own, so that nobody else needs valgrind's headers.
let package = Package(
  name: "ConstantTime",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "swift-passbind", path: "../..")],
  targets: [
    .target(name: "CMemcheck", linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "CWatch"),
    .target(name: "CInlineDispatch"),
    .target(name: "Inline", dependencies: ["CInlineDispatch"]),
    .executableTarget(name: "ConstantTime", dependencies: ["CMemcheck", "Inline"] + passBind),
    // Apart, as it has a free() of its own, which valgrind would have too.
    .executableTarget(name: "Remains", dependencies: ["CWatch", "Inline"] + passBind),
  ],
  swiftLanguageModes: [.v6]
)
