internal import PassBindCrypto
internal import PassBindSASL

/// The language of the messages.
public enum SCRAMDialect: Sendable {
  /// The standard: RFC 5802.
  case rfc5802
  /// What TrueNAS's pyscram 0.1 speaks, which no RFC 5802 peer understands. SCRAM-SHA-512 only, no authorization
  /// identities, no extensions, and:
  ///
  /// - nonces are base64 of 32 random bytes, and the server's message holds base64 of both nonces' bytes joined, so
  ///   that the text does not begin with the client's text;
  /// - names are not escaped, so they have no `,` and no `=`; an API key is named `user:ID`, the id being 1 to
  ///   2,147,483,647;
  /// - passwords (or API keys) are not normalised, whatever the policy says;
  /// - salts have 16 bytes, counts are 50,000 to 5,000,000;
  /// - in `c=`, the GS2 header may lack its `,,`.
  case trueNAS

  /// What is random in a nonce of this dialect, as it travels.
  func nonce(fromRandom bytes: [UInt8]) -> [UInt8] { Base64.encode(bytes) }

  /// How many random bytes a nonce is made of.
  var randomCount: Int { self == .trueNAS ? 32 : 18 }

  // MARK: Names

  /// A normalised name as it travels.
  func encode(name: String) throws(SCRAMError) -> [UInt8] {
    switch self {
    case .rfc5802: return try sasl { () throws(SASLError) in try SASLName.escape(name) }
    case .trueNAS:
      _ = try TrueNASName(name)
      return Array(name.utf8)
    }
  }

  /// The name that bytes from the wire stand for.
  func decode(name: ArraySlice<UInt8>) throws(SCRAMError) -> String {
    switch self {
    case .rfc5802: return try sasl { () throws(SASLError) in try SASLName.unescape(name) }
    case .trueNAS:
      guard let text = String(validating: name, as: UTF8.self) else {
        throw SCRAMError(.invalidName, "a name must be UTF-8")
      }
      return text
    }
  }

  // MARK: Nonces

  /// The nonce of the server's message, made of the client's and the server's own.
  func join(client: ArraySlice<UInt8>, server: [UInt8]) throws(SCRAMError) -> [UInt8] {
    switch self {
    case .rfc5802: return client + server
    case .trueNAS: return Base64.encode(try Self.rawNonce(client, count: 32) + Self.rawNonce(server[...], count: 32))
    }
  }

  /// How many characters the server added to the client's nonce; nil where `joined` does not continue it.
  func serverPart(of joined: ArraySlice<UInt8>, client: [UInt8]) throws(SCRAMError) -> Int? {
    switch self {
    case .rfc5802: return joined.starts(with: client) ? joined.count - client.count : nil
    case .trueNAS:
      let raw = try Self.rawNonce(joined, count: 64)
      return raw.starts(with: try Self.rawNonce(client[...], count: 32)) ? 44 : nil
    }
  }

  static func rawNonce(_ text: ArraySlice<UInt8>, count: Int) throws(SCRAMError) -> [UInt8] {
    let raw = try sasl { () throws(SASLError) in try Base64.decode(text) }
    guard raw.count == count else { throw SCRAMError(.malformedMessage, "a TrueNAS nonce here has \(count) bytes") }
    return raw
  }

  // MARK: Channel binding

  /// Whether `c=` holds what this exchange's header and binding make, in a time that depends on the lengths alone.
  func isBindingInput(_ received: [UInt8], header: [UInt8], data: [UInt8]) -> Bool {
    let standard = header + data
    if constantTimeEqual(received.span, standard.span) { return true }
    guard self == .trueNAS else { return false }
    let shortened = header.dropLast(2) + data
    return constantTimeEqual(received.span, shortened.span)
  }
}

/// A user name of the TrueNAS dialect: `user` or `user:ID`.
struct TrueNASName {
  let user: String
  let apiKeyID: Int32?

  init(_ name: String) throws(SCRAMError) {
    guard !name.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "=") || $0 == 0 }) else {
      throw SCRAMError(.invalidName, "a TrueNAS name has no comma, no = and no NUL")
    }
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, !first.isEmpty, name.utf8.count <= 256 else {
      throw SCRAMError(.invalidName, "a TrueNAS name has 1 to 256 bytes")
    }
    user = String(first)
    guard parts.count == 2 else {
      apiKeyID = nil
      return
    }
    // Only the form that pyscram writes: it reads others too, but signs what it would have written.
    guard let id = Int32(parts[1]), id > 0, String(id) == parts[1] else {
      throw SCRAMError(.invalidName, "behind the colon of a TrueNAS name stands an API key's id, 1 to 2147483647")
    }
    apiKeyID = id
  }
}
