internal import ArgumentParser
internal import ExampleSupport

/// Either side of SCRAM over standard input and output, one login after the other, for scripts that let other programs
/// talk to it (Tests/Interop).
@main
struct InteropPeer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passbind-interop-peer",
    abstract: "SCRAM, client and server, a step a line. For tests.",
    discussion: """
      Each line of input is a command, answered by one line:

        message HEX             what to send to the other side
        ready                   a server that waits for the first message
        accepted HEX|- MECHANISM TYPE|- USER|- API-KEY-ID|-
                                the other side proved itself; HEX is a last message
        refused HEX|- REASON    it did not
        error CODE REASON       badCommand

      Names, passwords and messages are hexadecimal digits. Values in brackets may be
      left out. A login ends the one before it.

        client (mechanism=NAME | offer=NAME,NAME) user= [password=]
               [binding=TYPE:HEX] [flag=y] [dialect=trueNAS]
          With an offer, it chooses as a client does that was told nothing else.
          Without a password, it takes the keys of the last login that it made.
        server mechanism=NAME user= (password= [iterations=] | verifier=RFC-5803)
               [binding=TYPE:HEX] [dialect=trueNAS]
        step message=
      """)

  func run() async {
    var peer = Peer()
    while let line = readLine() { printOut(await peer.answer(line)) }
  }
}
