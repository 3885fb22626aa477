internal import ArgumentParser
internal import ExampleSupport
internal import Foundation
internal import NIOCore
internal import PassBindTLS

@main
struct Mitm: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passbind-mitm",
    abstract: "Attacks logins, for you to see what becomes of them. For your own server alone.",
    usage: "passbind-mitm <attack> <options>\npassbind-mitm lab [--json] --certificates <folder>",
    discussion: """
      Most attacks sit between a client and a server: point a client at them, with its certificate check off or its trust misplaced, \
      and see what becomes of the login. The lab does it all by itself. passbind-mitm ATTACK --help says what must happen.

      ATTACKS, and what each does:
      \(Attack.list)
      """,
    subcommands: [Lab.self])

  // An attack is a row of a table, and its command is made of that, so it is looked up before the command line is read.
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let attack = Attack.named(arguments.first) else { await runCommand(Mitm.self) }
    let rest = Array(arguments.dropFirst())
    switch attack.means {
    case .between, .withServersKey, .beforeTLS, .besideTLS: await runCommand(Between.self, rest)
    case .asClient: await runCommand(AsClient.self, rest)
    case .asThief: await runCommand(AsThief.self, rest)
    case .asServer: await runCommand(AsServer.self, rest)
    }
  }
}

/// A command that is an attack: the one that the program was started with.
protocol AttackCommand: AsyncParsableCommand {}

extension AttackCommand {
  static var configuration: CommandConfiguration {
    let attack = Attack.named(CommandLine.arguments.dropFirst().first)
    return CommandConfiguration(
      commandName: "passbind-mitm \(attack?.name ?? "")", abstract: attack?.does ?? "",
      discussion: attack?.must ?? "")
  }

  var attack: Attack {
    get throws {
      guard let attack = Attack.named(CommandLine.arguments.dropFirst().first) else {
        throw ValidationError("there is no such attack")
      }
      return attack
    }
  }
}

struct Between: AttackCommand {
  @OptionGroup var options: InterceptorOptions

  func validate() throws {
    guard try attack.wantsSigningKey else { return }
    guard let file = options.signingKey else { throw ValidationError("this attack wants --signing-key") }
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw CommandError(
        "cannot read the signing key \(printable(file))", hint: "a PEM file with the server's Ed25519 key of OPAQUE-EA")
    }
  }

  func run() async throws {
    let (scenario, begins, ends) =
      switch try attack.means {
      case .between(let scenario), .withServersKey(let scenario): (scenario, options.starttls, true)
      case .beforeTLS(let scenario): (scenario, true, true)
      case .besideTLS(let scenario): (scenario, true, false)
      default: throw ValidationError("this attack has no place between two sides")
      }
    let interceptor = try Interceptor(
      scenario,
      Interceptor.Manner(
        takesOver: options.takeOver, beginsInClear: begins, endsTLS: ends, signingKey: options.signingKey),
      showing: options.certificate, key: options.key, newest: options.tlsMax, server: options.server,
      to: options.json ? .machines : .people)
    let listener: any Channel
    do {
      listener = try await interceptor.listen(on: options.listen)
    } catch {
      throw CommandError.cannotListen(on: options.listen, error)
    }
    let port = listener.localAddress?.port ?? options.listen.port
    try options.write(port: port)
    printError("between clients on \(options.listen.host):\(port) and \(options.server)")
    try await listener.closeFuture.get()
  }
}

struct AsClient: AttackCommand {
  @OptionGroup var options: IntruderOptions

  func run() async throws {
    guard case .asClient(let act) = try attack.means else { throw ValidationError("this is no client's attack") }
    try await act(options.intrusion()).show(isJSON: options.json)
  }
}

struct AsThief: AttackCommand {
  @OptionGroup var options: IntruderOptions
  @OptionGroup var password: PasswordOptions

  func run() async throws {
    guard case .asThief(let act) = try attack.means else { throw ValidationError("this attack wants no password") }
    var intrusion = options.intrusion()
    intrusion.login.password = PasswordLogin.Password(try password.read(prompt: "Password of \(options.user)"))
    try await act(intrusion).show(isJSON: options.json)
  }
}

struct AsServer: AttackCommand {
  @OptionGroup var options: ImpostorOptions

  func run() async throws {
    guard case .asServer(let act) = try attack.means else { throw ValidationError("this is no server's attack") }
    try await act(options.intrusion()).show(isJSON: options.json)
  }
}

extension Intrusion.Finding {
  /// Prints it.
  func show(isJSON: Bool) {
    if isJSON {
      let fields: [(String, JSON)] = [
        ("event", .string("finding")), ("outcome", .string(outcome.rawValue)), ("seen", .string(loot.description)),
        ("finding", .string(text)),
      ]
      printOut(JSON.object(fields).description)
    } else {
      printOut(text)
      printOut("seen: \(loot.description)")
    }
  }
}
