internal import ArgumentParser
internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindOPAQUE

/// Both sides of OPAQUE over standard input and output, for scripts that let other programs talk to them
/// (Tests/Interop).
@main
struct OPAQUEPeer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passbind-opaque-peer",
    abstract: "OPAQUE (RFC 9807), client and server, a step a line. For tests: it prints keys.",
    discussion: """
      Each line of input is a command, answered by one line:

        ok KEY=VALUE ...      what the step gives
        error CODE REASON     OPAQUEError's code; or badCommand, unknownID, tooMany

      Values are hexadecimal digits; ids are numbers. Keys in brackets may be left
      out. The id of a session is good for one step.

      The client:
        client-register password=
          -> id request (32 bytes)
        client-register-finish id= response= stretching=KSF [IDS]
          -> record (192) export-key server-key
        client-login password=
          -> id ke1 (96)
        client-login-finish id= ke2= stretching=KSF [context=] [IDS]
          -> ke3 (64) session-key export-key

      The server; without a record, the user is an unknown one:
        setup [bytes=]
          -> id server-key
        setup-bytes id=
          -> bytes (128)
        server-register setup=ID request= credential=
          -> response (64)
        server-login setup=ID ke1= credential= [record=] [context=] [IDS]
          -> id ke2 (320)
        server-login-finish id= ke3=
          -> session-key

      Accounts as libopaque keeps them, with keys of their own:
        libopaque-account setup=ID credential= record=
          -> account (256)
        libopaque-login account= ke1= [context=] [IDS]
          -> id ke2

      KSF    insecure-identity, or argon2id,m=KIB,t=PASSES,p=LANES
      IDS    [client-identity=] [server-identity=]; without them, the public keys
      bytes  a setup as the Rust crate opaque-ke 4 keeps it; without, a new one

      The first steps of an account, ... being what the line before it gave:
        setup
        client-register password=70656e63696c
        server-register setup=1 request=... credential=75736572
        client-register-finish id=1 response=... stretching=argon2id,m=19456,t=2,p=1
      """)

  func run() async {
    var peer = Peer()
    while let line = readLine() { printOut(await peer.answer(line)) }
  }
}
