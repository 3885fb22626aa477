import PassBindCrypto
import PassBindSASL
import PassBindSCRAM

// What the tests share: the parties of an exchange, and shorthands for the values they take.

func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func secret(_ text: String) -> SecretBytes { SecretBytes(copying: text.utf8) }

let exporter = ChannelBinding(.tlsExporter, data: Array(0...31))

/// A connection over TLS 1.3 that has tls-exporter, or one without any binding.
func connection(bound: Bool) -> ChannelBindings {
  ChannelBindings(tlsVersion: .tls13, available: bound ? [exporter].compactMap { $0 } : [])
}

/// The offer of a server with one hash.
func offer(_ hash: HashFunction, bound: Bool) -> SASLOffer {
  SASLOffer(
    mechanisms: (bound ? [SCRAMMechanism(hash, isPlus: true).name] : []) + [SCRAMMechanism(hash).name],
    bindingTypes: bound ? [.tlsExporter] : nil)
}

func decoys() throws -> SCRAMDecoys { try SCRAMDecoys(secret: SecretBytes(copying: [UInt8](repeating: 7, count: 32))) }
