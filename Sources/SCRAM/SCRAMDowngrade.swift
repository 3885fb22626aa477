internal import PassBindCrypto
internal import PassBindSASL

// What a server says about itself in its first message, under its signature, so that a client notices when somebody
// changed the offer (XEP-0474, `h=`) or the TLS version (XEP-0515, `t=`) on the way.

enum SCRAMDowngrade {
  static let offerHashName = UInt8(ascii: "h")
  static let tlsVersionName = UInt8(ascii: "t")

  /// XEP-0474 section 4: the mechanisms in octet order with 0x1E between them; then, if binding types were listed, 0x1F
  /// and those likewise; all that hashed, in base64.
  static func offerHash(_ offer: SASLOffer, hash: HashFunction) throws(SCRAMError) -> [UInt8] {
    var input = sorted(offer.mechanisms.map(\.description))
    if let types = offer.bindingTypes, !types.isEmpty {
      input.append(0x1f)
      input += sorted(types.map(\.name))
    }
    return Base64.encode(try crypto { () throws(CryptoError) in try hash.digest(of: input.span) })
  }

  /// XEP-0515: the version's two bytes as four lower-case hexadecimal digits.
  static func text(_ version: ChannelBindings.TLSVersion) -> [UInt8] {
    let digits = String(version.rawValue, radix: 16)
    return Array((String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits).utf8)
  }

  /// What the server sends.
  static func extensions(
    offer: SASLOffer, bindings: ChannelBindings, hash: HashFunction, policy: SCRAMServerPolicy
  ) throws(SCRAMError) -> [SCRAMMessage.Attribute] {
    guard policy.dialect == .rfc5802 else { return [] }
    var list: [SCRAMMessage.Attribute] = []
    if policy.sendsOfferHash {
      list.append(SCRAMMessage.Attribute(name: offerHashName, value: try offerHash(offer, hash: hash)[...]))
    }
    if policy.sendsTLSVersion, let version = bindings.tlsVersion {
      list.append(SCRAMMessage.Attribute(name: tlsVersionName, value: text(version)[...]))
    }
    return list
  }

  /// What the client makes of it.
  static func check(
    _ message: SCRAMMessage.ServerFirst, offer: SASLOffer?, tlsVersion: ChannelBindings.TLSVersion?,
    hash: HashFunction, policy: SCRAMClientPolicy
  ) throws(SCRAMError) {
    let wantedHash = try offer.map { offer throws(SCRAMError) in try offerHash(offer, hash: hash) }
    try check(
      message, offerHashName, wantedHash, policy.offerCheck, .offerDowngrade, "hash of the mechanisms it offers")
    try check(
      message, tlsVersionName, tlsVersion.map(text), policy.tlsVersionCheck, .tlsVersionDowngrade,
      "statement of the TLS version")
  }

  private static func check(
    _ message: SCRAMMessage.ServerFirst, _ name: UInt8, _ wanted: [UInt8]?, _ check: SCRAMDowngradeCheck,
    _ code: SCRAMError.Code, _ what: String
  ) throws(SCRAMError) {
    if check == .ignore { return }
    let sent = message.extensions.first { $0.name == name }?.value
    guard let sent, let wanted else {
      guard check == .verifyIfPresent else {
        throw SCRAMError(code, sent == nil ? "the server sent no \(what)" : "there is nothing to check its \(what) by")
      }
      return
    }
    guard sent.elementsEqual(wanted) else {
      throw SCRAMError(code, "the server's \(what) is not what arrived here: somebody changed it on the way")
    }
  }

  private static func sorted(_ names: [String]) -> [UInt8] {
    Array(names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }.joined(separator: [0x1e]))
  }
}
