import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPAQUE

/// The bytes of a string of hexadecimal digits.
func bytes(_ hex: some StringProtocol) -> [UInt8] {
  let digits = hex.compactMap { $0.hexDigitValue }
  precondition(digits.count == hex.count && digits.count % 2 == 0, "not hexadecimal: \(hex)")
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// A test vector: values by their names in the RFC.
struct Vector: Sendable, CustomTestStringConvertible {
  let name: String
  private let values: [String: [UInt8]]

  init(_ name: String, _ text: String) {
    self.name = name
    var values: [String: [UInt8]] = [:]
    for paragraph in text.split(separator: "\n\n") {
      let lines = paragraph.split(separator: "\n")
      values[String(lines[0])] = bytes(lines.dropFirst().joined())
    }
    self.values = values
  }

  var testDescription: String { name }

  subscript(name: String) -> [UInt8] {
    guard let value = values[name] else { preconditionFailure("the vector has no \(name)") }
    return value
  }

  func secret(_ name: String) -> SecretBytes { SecretBytes(copying: self[name]) }

  func scalar(_ name: String) throws -> RistrettoScalar { try RistrettoScalar(decoding: self[name].span) }

  var identities: OPAQUEIdentities {
    get throws { try OPAQUEIdentities(client: values["client_identity"], server: values["server_identity"]) }
  }

  /// The server's setup, with any decoys.
  var setup: OPAQUEServerSetup {
    get throws {
      try OPAQUEServerSetup(
        oprfSeed: secret("oprf_seed"), privateKey: scalar("server_private_key"),
        decoys: OPAQUEDecoys(seed: .random(count: 64)))
    }
  }

  var serverRandomness: ServerLoginRandomness {
    ServerLoginRandomness(
      maskingNonce: self["masking_nonce"], serverNonce: self["server_nonce"],
      serverKeyshareSeed: secret("server_keyshare_seed"))
  }
}

extension SecretBytes {
  /// The bytes, for a test to compare.
  var exposed: [UInt8] { publicBytes() }
}
