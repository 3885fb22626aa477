import PassBindLineProfile
import PassBindSASL

let scram = MechanismName("SCRAM-SHA-512-PLUS")
let opaque = MechanismName("OPAQUE-R255")
let offer = SASLOffer(
  mechanisms: ["SCRAM-SHA-512-PLUS", "SCRAM-SHA-512"].compactMap { MechanismName($0) },
  bindingTypes: [.tlsExporter, .tlsServerEndPoint])

/// Everything the profile has to say now, in words: sent lines as they are, the rest in brackets.
func drain(_ profile: inout ServerProfile) -> [String] {
  var out: [String] = []
  while let action = profile.next() {
    switch action {
    case .send(let bytes): out += lines(bytes)
    case .startTLS(let bytes): out += lines(bytes) + ["[startTLS]"]
    case .begin(let name, let message): out.append("[begin \(name) \(text(message))]")
    case .message(let message): out.append("[message \(text(message))]")
    case .abandon: out.append("[abandon]")
    case .refusedLogin(let name, let message): out.append("[refused \(name) \(message.map(text) ?? "-")]")
    case .refusedRegistration(let name): out.append("[refused REGISTER \(name)]")
    case .loggedIn(let identity): out.append("[loggedIn \(identity)]")
    case .request(let request): out.append("[\(words(request))]")
    case .close(let bytes): out += lines(bytes) + ["[close]"]
    }
  }
  return out
}

/// What the profile has to say once it has received `input`.
func say(_ input: String, to profile: inout ServerProfile) -> [String] {
  profile.receive(Array(input.utf8))
  return drain(&profile)
}

func drain(_ profile: inout ClientProfile) throws -> [String] {
  var out: [String] = []
  while let action = try profile.next() {
    switch action {
    case .send(let bytes): out += lines(bytes)
    case .startTLS: out.append("[startTLS]")
    case .offered(let offer): out.append("[offered \(offer.mechanisms) \(offer.bindingTypes ?? [])]")
    case .challenge(let bytes): out.append("[challenge \(text(bytes))]")
    case .accepted(let wanted): out.append("[accepted\(wanted.map { " \($0)" } ?? "")]")
    case .refused(let text): out.append("[refused \(text)]")
    case .identity(let identity): out.append("[identity \(identity ?? "none")]")
    case .registrations(let names): out.append("[registrations \(names)]")
    case .answer(let answer): out.append("[\(words(answer))]")
    case .loggedOut: out.append("[loggedOut]")
    }
  }
  return out
}

func say(_ input: String, to profile: inout ClientProfile) throws -> [String] {
  profile.receive(Array(input.utf8))
  return try drain(&profile)
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

private func words(_ request: AccountRequest) -> String {
  switch request {
  case .register(let mechanism, let message): "register \(mechanism) \(text(message))"
  case .unregister: "unregister"
  case .noteNames: "noteNames"
  case .note(let name): "note \(name)"
  case .setNote(let name, let note): "setNote \(name) \(text(note))"
  case .deleteNote(let name): "deleteNote \(name)"
  }
}

private func words(_ answer: AccountAnswer) -> String {
  switch answer {
  case .done: "done"
  case .noteNames(let names): "noteNames \(names)"
  case .note(let note): "note \(text(note))"
  case .declined(let refusal): "declined \(refusal.code?.description ?? "-") \(refusal.text)"
  }
}

private func lines(_ bytes: [UInt8]) -> [String] {
  text(bytes).split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
}
