/// A signature algorithm of TLS 1.3 with its hash and curve (RFC 8446 section 4.2.3): those fit for a CertificateVerify
/// that PassBind makes and checks.
public enum SignatureScheme: UInt16, CaseIterable, Sendable {
  /// Ed25519 (RFC 8032).
  case ed25519 = 0x0807
  /// ECDSA on P-256 with SHA-256.
  case ecdsaSecp256r1Sha256 = 0x0403
  /// ECDSA on P-384 with SHA-384.
  case ecdsaSecp384r1Sha384 = 0x0503
  /// RSASSA-PSS with SHA-256, by a key that says rsaEncryption.
  case rsaPssRsaeSha256 = 0x0804
  /// RSASSA-PSS with SHA-384, by a key that says rsaEncryption.
  case rsaPssRsaeSha384 = 0x0805
  /// RSASSA-PSS with SHA-512, by a key that says rsaEncryption.
  case rsaPssRsaeSha512 = 0x0806
  /// RSASSA-PSS with SHA-256, by a key that says RSASSA-PSS.
  case rsaPssPssSha256 = 0x0809
  /// RSASSA-PSS with SHA-384, by a key that says RSASSA-PSS.
  case rsaPssPssSha384 = 0x080a
  /// RSASSA-PSS with SHA-512, by a key that says RSASSA-PSS.
  case rsaPssPssSha512 = 0x080b
}
