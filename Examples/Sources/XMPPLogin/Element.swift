/// An element of an XML stream: its name and namespace, its attributes without a prefix, and what is in it.
struct Element: Sendable, Equatable {
  let name: String
  let namespace: String
  var attributes: [String: String] = [:]
  var children: [Element] = []
  var text = ""

  func `is`(_ name: String, _ namespace: String) -> Bool { self.name == name && self.namespace == namespace }

  func child(_ name: String, _ namespace: String) -> Element? { children.first { $0.is(name, namespace) } }
}

extension Element: CustomStringConvertible {
  var description: String { "<\(name) xmlns='\(namespace)'>" }
}

/// Text as it stands in XML.
func escaped(_ text: String) -> String {
  var out = ""
  for character in text {
    switch character {
    case "<": out += "&lt;"
    case ">": out += "&gt;"
    case "&": out += "&amp;"
    case "'": out += "&apos;"
    case "\"": out += "&quot;"
    default: out.append(character)
    }
  }
  return out
}
