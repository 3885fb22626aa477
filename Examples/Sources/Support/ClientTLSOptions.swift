package import ArgumentParser
package import PassBindSASL
package import PassBindTLS

/// Whom a client trusts, and which versions of TLS it speaks.
package struct ClientTLSOptions: ParsableArguments, Sendable {
  @Option(help: ArgumentHelp("The authorities to trust, a PEM file; without it, the system's.", valueName: "file"))
  package var caFile: String?

  @Flag(help: "Take any certificate, so that anybody on the way can be the server. For demonstrations of just that.")
  package var insecureSkipCertificateCheck = false

  @Option(help: "The oldest TLS version to use: 1.2 or 1.3.") package var tlsMin = TLSVersion.tls12
  @Option(help: "The newest TLS version to use: 1.2 or 1.3.") package var tlsMax = TLSVersion.tls13

  package init() {}

  package func validate() throws {
    guard tlsMin <= tlsMax else { throw ValidationError("--tls-min is newer than --tls-max") }
    guard caFile == nil || !insecureSkipCertificateCheck else {
      throw ValidationError("--ca-file and --insecure-skip-certificate-check exclude each other")
    }
  }

  /// The context for such connections. Warns where it checks no certificate.
  package func context() throws(TLSError) -> TLSClientContext {
    let trust = caFile.map { TLSTrust.file($0) } ?? .system
    var configuration = TLSClientContext.Configuration(
      trust: insecureSkipCertificateCheck ? .dangerouslyUnverified : trust)
    configuration.versions = tlsMin...tlsMax
    if insecureSkipCertificateCheck {
      printError(
        "warning: the certificate is not checked: anybody on the way can be the server; only channel binding protects this "
          + "login")
    }
    return try TLSClientContext(configuration)
  }
}
