import PassBindCrypto
import Testing

/// Byte examples of RFC 9261 sections 5 and 6, made by a Python program with the `cryptography` package; the RFC itself
/// has none. In all of them, cert_data is an Ed25519 SubjectPublicKeyInfo instead of a certificate: it keeps them
/// short, and the bytes around it are the same.
struct Example: Sendable, CustomTestStringConvertible {
  let hash: HashFunction
  /// Whether the server makes the authenticator, for a client's request.
  let byServer: Bool
  /// The byte that the exporter values of the sender's role consist of.
  let handshakeContext, finishedKey: UInt8
  let toBeSignedHash, signature, finished, emptyFinished: String

  var testDescription: String { "\(hash) by the \(byServer ? "server" : "client")" }

  static let context = (0..<32).map { UInt8($0) }
  static let seed = [UInt8](repeating: 0x42, count: 32)
  static let subjectPublicKeyInfo = bytes(
    "302a300506032b65700321002152f8d19b791d24453242e15f2eab6cb7cffa7b6a5ed30097960e069881db12")
  /// Certificate: the header, the context, one entry without extensions.
  static let certificate = bytes("0b00005520") + context + bytes("00003100002c") + subjectPublicKeyInfo + [0, 0]

  /// The request: the header, the context, signature_algorithms with Ed25519.
  var request: [UInt8] { [byServer ? 17 : 13] + bytes("00002b20") + Self.context + bytes("0008000d000400020807") }
  var certificateVerify: [UInt8] { bytes("0f00004408070040" + signature) }
  var authenticator: [UInt8] { Self.certificate + certificateVerify + message(finished) }
  var emptyAuthenticator: [UInt8] { message(emptyFinished) }

  private func message(_ verifyData: String) -> [UInt8] { [0x14, 0, 0, UInt8(hash.digestCount)] + bytes(verifyData) }

  static let all = [
    Example(
      hash: .sha256, byServer: false, handshakeContext: 0x10, finishedKey: 0x11,
      toBeSignedHash: "06dce79443c9bf1fad8dd9611b163d1d7f9011054d2c4e730d37fd315d7bb645",
      signature: "2d004f79f9cdec3b20b14d110136c511548c57a24085d9e4220927db0d604faf7559a84ed627e320d52f4ac8697bb094"
        + "48463975dee61fd819209ce521af6d00",
      finished: "c76b4a8847958ab2f24e31e7a2fa8fcda12da37cdff51af3a0d9536e81424b91",
      emptyFinished: "f69b896cfaa4e6833742aab95ac13b8ede62f9a3b8138ddd860c1c695ec9808f"),
    Example(
      hash: .sha256, byServer: true, handshakeContext: 0x20, finishedKey: 0x21,
      toBeSignedHash: "9ad0fb9e61605da7fd2e997fe5b69de37deda3b3a23d4303bbb79bcdd3b7fb76",
      signature: "19b2b335f715ffba86df28ea9584a533dd29eda5a8ffd8fb3489c37be121b1e160b52911290a9f4ca3b7feb7e3977fc2"
        + "7608ebe80090a3b1f8906365f9ee7e0a",
      finished: "adefb64a73623a1c92e5310e615ddd3c626854cd29d7b67e37ed5e099b44096b",
      emptyFinished: "af1da923d26ecbc72b3f4ed4e99d368c5bdcb1cbee4fe2bad924e6bb317beb45"),
    Example(
      hash: .sha384, byServer: false, handshakeContext: 0x10, finishedKey: 0x11,
      toBeSignedHash:
        "3132962359dd5589492340541fc8b38a6eba18a6d1d2bd29b1090ac941e488a7c303a4e5fded92439b46e179a9a7612c",
      signature: "3d2cfb9452f5555d7bc973d156784078c8ef023d321742bf0171d02e496166d6b7adc69a03498e6d96dca2cd894dc686"
        + "c9d5e6856d9e5c306a3a669d8e9da201",
      finished: "4671be16adfae6462f7b909e9467b3d0526058f2b7e70abf87b7295f33ae7ded33facd5da66752e05c0eebb4dcc28e29",
      emptyFinished: "745baa5e2e1703facd573aea940e3ad4238fe453bb78cfb9cc792b315dad5521b468e963177811a605d657a9096c4ec8"),
    Example(
      hash: .sha384, byServer: true, handshakeContext: 0x20, finishedKey: 0x21,
      toBeSignedHash:
        "bac502f4c450c9d12b7ac081de5d56adbf537eb7ce55925cea32eca1b91685c8cead4644b7a9f9abdf1aaed458c94645",
      signature: "7e5d8984683599b2ec8e88d3f7f525b1fc014bed83f91576845f54c7eb5c4db8b346ab9ee4fc06681bdedd26a121a8e8"
        + "766494cdf77c2e85b85cf9378981e20c",
      finished: "cb79382ca8cc9dbfa7b0f4edc1de5685a0694bf10db65c0496f8824fba01fda59a2cd4e6321762160fe5c5496eca5402",
      emptyFinished: "73edeb3acf7bbaa2df911ba73306ba86dd53a6178e740f264d201bab8fe0f10f631a74ac58aaa0563ca7747d6f2c66d4"),
  ]
}
