internal import LoginSupport
internal import PassBindSASL

extension Element {
  /// What the features offer to log in with: mechanisms (RFC 6120 section 6.4.1) and binding types (XEP-0440).
  var offer: SASLOffer {
    get throws(ProtocolError) {
      guard let mechanisms = child("mechanisms", Namespace.sasl) else {
        throw ProtocolError("the server offers nothing to log in with")
      }
      // The server's hash is over the names as they are: none may be passed over.
      var names: [MechanismName] = []
      for child in mechanisms.children where child.is("mechanism", Namespace.sasl) {
        guard let name = MechanismName(child.text) else { throw ProtocolError("a mechanism's name that is none") }
        names.append(name)
      }
      guard let list = self.child("sasl-channel-binding", Namespace.channelBinding) else {
        return SASLOffer(mechanisms: names, bindingTypes: nil)
      }
      var types: [ChannelBindingType] = []
      for child in list.children where child.is("channel-binding", Namespace.channelBinding) {
        guard let type = child.attributes["type"].flatMap({ ChannelBindingType($0) }) else {
          throw ProtocolError("a binding type's name that is none")
        }
        types.append(type)
      }
      return SASLOffer(mechanisms: names, bindingTypes: types)
    }
  }
}

/// Data as it stands in an element: base64, and `=` for no bytes (RFC 6120 section 6.4.2).
func saslData(_ bytes: [UInt8]) -> String { bytes.isEmpty ? "=" : Base64.string(bytes) }

/// The data in an element; nil where there is none.
func saslData(_ element: Element) throws(SASLError) -> [UInt8]? {
  switch element.text {
  case "": nil
  case "=": []
  case let text: try Base64.decode(text.utf8)
  }
}
