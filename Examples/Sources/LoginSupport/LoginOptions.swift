package import ArgumentParser
internal import ExampleSupport
package import PassBindSASL
package import PassBindSCRAM

/// How the example clients log in.
package struct LoginOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Whether the login is bound to the TLS connection: require, prefer or disable.", valueName: "policy"))
  package var channelBinding = ChannelBindingPolicy.require

  @Option(
    help: ArgumentHelp(
      "What to bind by: tls-exporter, tls-unique or tls-server-end-point. Repeat it for several, best first.",
      valueName: "type"))
  package var bindingType: [ChannelBindingType] = []

  @Option(
    help: ArgumentHelp(
      "A mechanism to use, such as SCRAM-SHA-512. Repeat it for several, best first.",
      discussion: "Without it, the best that the server offers; never SCRAM-SHA-1.", valueName: "name"))
  package var mechanism: [SCRAMMechanism] = []

  @Flag(help: "Print one JSON object.") package var json = false

  package init() {}

  /// What to choose by among what a server offers.
  ///
  /// - Parameter bindingTypes: the types that the protocol has, best first.
  package func negotiation(
    bindingTypes: [ChannelBindingType] = ChannelBindingType.preferred
  ) -> ClientNegotiationPolicy {
    ClientNegotiationPolicy(
      mechanisms: mechanism.isEmpty ? SCRAMMechanism.preferred : mechanism.map(\.name.base),
      channelBinding: channelBinding, bindingTypes: bindingType.isEmpty ? bindingTypes : bindingType)
  }
}
