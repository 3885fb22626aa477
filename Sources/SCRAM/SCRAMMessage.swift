internal import PassBindSASL

/// The messages of RFC 5802 section 7 as values. What was received keeps its bytes, because AuthMessage is made of them
/// and never of a re-encoding.
public enum SCRAMMessage {
  /// The longest message that is read, in bytes. No RFC sets a limit; every receiver needs one.
  public static let maximumCount = 8192

  /// `attr-val`: a letter, and one byte of value or more.
  struct Attribute: Equatable {
    let name: UInt8
    let value: ArraySlice<UInt8>
  }

  /// `client-first-message`.
  struct ClientFirst {
    let header: GS2Header
    /// `client-first-message-bare`, as sent.
    let bare: ArraySlice<UInt8>
    /// The user name, still escaped.
    let user: ArraySlice<UInt8>
    let nonce: ArraySlice<UInt8>
    let extensions: [Attribute]
  }

  /// `server-first-message`.
  struct ServerFirst {
    /// Both nonces, joined.
    let nonce: ArraySlice<UInt8>
    let salt: [UInt8]
    let iterations: Int
    let extensions: [Attribute]
  }

  /// `client-final-message`.
  struct ClientFinal {
    /// `client-final-message-without-proof`, as sent.
    let withoutProof: ArraySlice<UInt8>
    /// `cbind-input`: the GS2 header and the binding data.
    let bindingInput: [UInt8]
    let nonce: ArraySlice<UInt8>
    let proof: [UInt8]
  }

  /// `server-final-message`.
  enum ServerFinal: Equatable {
    case signature([UInt8])
    case error(SCRAMServerError)
  }
}
