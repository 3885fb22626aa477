internal import PassBindCrypto
internal import PassBindSASL

// Pure functions from bytes to a message or an error, strict to the letter of REGISTRATION.md.

extension OPAQUERegistrationMessage.Request {
  package init(parsing message: [UInt8]) throws(OPAQUEError) {
    let rest = try OPAQUESASLMessage.bounded(message)
    bytes = try OPAQUESASLMessage.decode(RegistrationRequest.self, OPAQUESASLMessage.last("k", rest))
  }
}

extension OPAQUERegistrationMessage.Response {
  package init(parsing message: [UInt8]) throws(OPAQUEError) {
    var rest = try OPAQUESASLMessage.bounded(message)
    let encoded = try OPAQUESASLMessage.attribute("k", before: UInt8(ascii: ","), &rest)
    bytes = try OPAQUESASLMessage.decode(RegistrationResponse.self, encoded)
    // The parameters have commas of their own: what stands behind the last one is `v=`.
    guard let comma = rest.lastIndex(of: UInt8(ascii: ",")) else {
      throw OPAQUEError(.malformedMessage, "attribute v is missing")
    }
    stretching = try OPAQUESASLMessage.stretching(OPAQUESASLMessage.last("s", rest[..<comma]))
    notes = try OPAQUERegistrationMessage.number(OPAQUESASLMessage.last("v", rest[(comma + 1)...]))
  }
}

extension OPAQUERegistrationMessage.Record {
  package init(parsing message: [UInt8]) throws(OPAQUEError) {
    let rest = try OPAQUESASLMessage.bounded(message)
    bytes = try OPAQUESASLMessage.decode(RegistrationRecord.self, OPAQUESASLMessage.last("k", rest))
  }
}

extension OPAQUERegistrationMessage.Note {
  package init(parsing message: [UInt8]) throws(OPAQUEError) {
    var rest = try OPAQUESASLMessage.bounded(message)
    let name = try OPAQUESASLMessage.attribute("n", before: UInt8(ascii: ","), &rest)
    guard SealedNotes.isName(name) else { throw OPAQUEVault.invalidNoteName }
    self.name = String(decoding: name, as: UTF8.self)
    sealed = try OPAQUERegistrationMessage.sealed(OPAQUESASLMessage.last("d", rest))
  }
}

extension OPAQUERegistrationMessage.ResealedNote {
  package init(parsing message: [UInt8]) throws(OPAQUEError) {
    let rest = try OPAQUESASLMessage.bounded(message)
    sealed = rest.isEmpty ? nil : try OPAQUERegistrationMessage.sealed(OPAQUESASLMessage.last("d", rest))
  }
}

extension OPAQUERegistrationMessage {
  fileprivate static func number(_ text: ArraySlice<UInt8>) throws(OPAQUEError) -> Int {
    // Compared as it is spelled: no sign, no leading zero.
    guard text.count <= 2,
      let number = (0...SealedNotes.maximumCount).first(where: { text.elementsEqual(String($0).utf8) })
    else {
      throw OPAQUEError(.malformedMessage, "v= is a number from 0 to \(SealedNotes.maximumCount)")
    }
    return number
  }

  fileprivate static func sealed(_ text: ArraySlice<UInt8>) throws(OPAQUEError) -> [UInt8] {
    let bytes = try sasl { () throws(SASLError) in try Base64.decode(text.span) }
    guard bytes.count <= SealedNotes.maximumSize else {
      throw OPAQUEError(.wrongLength, "a sealed note has \(SealedNotes.maximumSize) bytes at most, not \(bytes.count)")
    }
    return bytes
  }
}
