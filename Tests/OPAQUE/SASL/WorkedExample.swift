import PassBindRistretto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// A worked example of the specification: paragraphs of a name and its value, whose line ends count for nothing.
struct WorkedExample: Sendable, CustomTestStringConvertible {
  let source: String
  private let values: [String: String]

  init(_ source: String) {
    self.source = source
    var values: [String: String] = [:]
    for paragraph in (Self.keys + "\n\n" + source).split(separator: "\n\n") {
      let lines = paragraph.split(separator: "\n")
      values[String(lines[0])] = lines.dropFirst().joined()
    }
    self.values = values
  }

  var testDescription: String { text("mechanism") }

  func optional(_ name: String) -> String? { values[name] }

  func text(_ name: String) -> String {
    guard let value = values[name] else { preconditionFailure("the example has no \(name)") }
    return value
  }

  func hex(_ name: String) -> [UInt8] { bytes(text(name)) }

  func scalar(_ name: String) throws -> RistrettoScalar { try RistrettoScalar(decoding: hex(name).span) }

  var offer: SASLOffer {
    SASLOffer(
      mechanisms: text("offered mechanisms").split(separator: " ").compactMap { MechanismName($0) },
      bindingTypes: optional("offered binding types")?.split(separator: " ").compactMap { ChannelBindingType($0) })
  }

  var binding: ChannelBinding? {
    optional("tls-exporter").flatMap { ChannelBinding(.tlsExporter, data: bytes($0)) }
  }

  var choice: ClientNegotiationPolicy.Choice {
    ClientNegotiationPolicy.Choice(
      mechanism: MechanismName(known: text("mechanism")),
      flag: binding.map { .required($0.type) } ?? .notOffered, binding: binding)
  }
}

extension WorkedExample {
  /// What both examples share.
  static let keys = """
    oprf_seed
    404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f
    707172737475767778797a7b7c7d7e7f

    server_private_key
    2222222222222222222222222222222222222222222222222222222222222202

    server_public_key
    363bd158068fabdb91f06f38c93eed0fe180eb06446c594babc9a146465dc862

    envelope_nonce
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa

    blind
    1111111111111111111111111111111111111111111111111111111111111101

    client_nonce
    bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb

    client_keyshare_seed
    cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc

    masking_nonce
    dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd

    server_nonce
    eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee

    server_keyshare_seed
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
    """

  static let all = [WorkedExample(bound), WorkedExample(unbound)]

  private static let bound = """
    mechanism
    OPAQUE-R255-PLUS

    offered mechanisms
    SCRAM-SHA-512-PLUS OPAQUE-R255-PLUS SCRAM-SHA-512 OPAQUE-R255

    offered binding types
    tls-exporter tls-server-end-point

    tls-exporter
    000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

    user_name
    alice

    password
    correct horse battery staple

    key_stretching
    scrypt,n=32768,r=8,p=1

    record
    de563b7b72e7ff7b0fa88db78152be3bcfd6773f4bd6e6d5b468656f367c1d06de5cd75719547734b4b010619d45e4d7
    9240db43a712d3f5363f495760660da05bdcdfdb8f9210219f52ea019bb96197eb3e477ee8d689b77d11265fbf762b0b
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa9c1186532f61df741a50e48c57a7e56f
    ae98e77e78b8fa440bfa3bd36ff7911349bc4c634c69a4b36e5fc301c223d3f4f0590fb3fd96e3eb36068e82a84631a2

    export_key
    8ef794bc4e3bf8fb432bd79c0ac93751a174f5d53fe686b903cad27237a16622b4163e1e08ee0d6134009d1bb9eb6af1
    55df01ea777f0dc66c11aea2064efda2

    client-first
    p=tls-exporter,,n=alice,k=LPr7gsL3g4j31SvsOQ+BRXGJGxes8xwKiYwk8rDepVS7u7u7u7u7u7u7u7u7u7u7u7u7u7
    u7u7u7u7u7u7u7u0YlCC1Y06BcN3APzwjVfa6U1DmY1DiF2jWsHs169o4C

    context
    00175061737342696e642d5341534c2d4f50415155452d763100104f50415155452d523235352d504c5553009a703d74
    6c732d6578706f727465722c2c6e3d616c6963652c6b3d4c50723767734c3367346a33315376734f512b425258474a47
    7865733878774b6959776b38724465705653377537753775377537753775377537753775377537753775377537753775
    37753775377537753775377530596c43433159303642634e3341507a776a566661365531446d5931446946326a577348
    733136396f344300167363727970742c6e3d33323736382c723d382c703d310020000102030405060708090a0b0c0d0e
    0f101112131415161718191a1b1c1d1e1f003d4f50415155452d523235352c4f50415155452d523235352d504c55532c
    534352414d2d5348412d3531322c534352414d2d5348412d3531322d504c55530021746c732d6578706f727465722c74
    6c732d7365727665722d656e642d706f696e74

    server-first
    k=9DpNBsJ35cPfMMru0jwwHj+5O/4kO2eWrerDgFjL2EXd3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3QMeOxtfCv
    G3gpbHpUg9+R0ZlNCVollNaK59iMATs5XnQyzSI4wjejyeE6Xi3ueGpadFrVZ8Xgbn7BfOtjinuRGLc8tDmBGsR6SsYq022I
    xPT1zWIVWkbe79rtpjsLnxl6Cc3Se2wzPsItsTHybWBMbV8hM2QUwtDwl2KGStL76Z7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u
    7u7u7u7u7u7u4kaDI4pIWCYKPqUxlONGAu3M76SOEo3lvZtdRG7ZtZCW/yxEwSvihiTCqjVbVesy9MWRvjTVc3tsVX+c0V15
    vdDSZ529F5JL6PRUQYHZbdx2HGk0rYFUJ3JK7LivJCCHM=,s=scrypt,n=32768,r=8,p=1

    client-final
    k=k7J5HE+FAw5AVVXv/eJ91geMcqf1EJnXCejh+Wy1o/yXwJpmYI5wDFxb6we0naw5gG4MWm6ytWSOfl+mBKBTvw==

    session_key
    2feabe649590ca182d01574de8bf33d1eb52b8d44fc908b777cab1978c56e301fcb5075875d7288297d9c3e14a45851e
    968e53d0786be310a5dbdc2b2e2e678d
    """

  private static let unbound = """
    mechanism
    OPAQUE-R255

    offered mechanisms
    OPAQUE-R255

    user_name
    a,b=c

    authorization_identity
    admin

    password
    Ⅸ gladiators

    key_stretching
    scrypt,n=65536,r=8,p=2

    record
    58481eb1d614b5f7ba4bf1b94232dcb444f359aa17b2ac95080f7ddfc794ea23eb1c6c27e102d895efebe113b5862176
    d7766b6fdf48adaea379b26438909230d225cafe85f74c3b5be67e13be954f01872b225fbb79fabb193fe57b563af64c
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabf262685634ba4aec580906dbb6189f6
    a17ac1822d66f09848e33965538d6edffff08983afd3e78db0e5a6b6fdeccf35bef38f956a03fd1fc29326a51b355637

    export_key
    aab7732654885cd57d547798545c9d85619dab7c926ddb9e02f0ba2d7cc9df8927fae2ba2eb0df1a71c908fccc7341d4
    424be8b39111923c74412e3ffd4a4d80

    client-first
    y,a=admin,n=a=2Cb=3Dc,k=XuTLOYFaCp40okQrhjzfdTVoLTz5Yue/3sBIyK3OH267u7u7u7u7u7u7u7u7u7u7u7u7u7u7
    u7u7u7u7u7u7u0YlCC1Y06BcN3APzwjVfa6U1DmY1DiF2jWsHs169o4C

    context
    00175061737342696e642d5341534c2d4f50415155452d7631000b4f50415155452d523235350098792c613d61646d69
    6e2c6e3d613d3243623d3344632c6b3d5875544c4f594661437034306f6b5172686a7a666454566f4c547a355975652f
    33734249794b334f48323637753775377537753775377537753775377537753775377537753775377537753775377537
    753775377530596c43433159303642634e3341507a776a566661365531446d5931446946326a577348733136396f3443
    00167363727970742c6e3d36353533362c723d382c703d320000000b4f50415155452d523235350000

    server-first
    k=iFrfyysOGhLWVwaIzLqWdp1YHIkf6RrnK2QNQfqLY0Dd3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3XlqYq9qm/
    kC9hc+0HpK14sME/a6qmE7uwQnrasOzSEWQpucFyorZFlGAqsmC6IMFrP+9kCYu77RidAAw4nCrERUoDbM5ffopiWDm7xxVk
    0+aLew+jfF9pVjnl9PidHDDwUMESe9M+6i7ZNByWgKK9Y05S5tMjwRKkLWwGXNsmGB7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u
    7u7u7u7u7u7u4kaDI4pIWCYKPqUxlONGAu3M76SOEo3lvZtdRG7ZtZCfPY5PC+qHIqdcMy9gc+18xBRLVJ0jTsb+lnxN9o/3
    92HSJOGcALCsHSpabg0hD7sorc1vmvbXQhY8TEJHwuKTE=,s=scrypt,n=65536,r=8,p=2

    client-final
    k=F5GEl6YsHfpyvilGEpulUHhrdHiUISw1bsUNH92EAuTyaeCLjKca63nV0PN1q6RntxgMgBSUX+x7D7kfG+nBRA==

    session_key
    7e5f4c1ad47ebd456ed868ccb3a0c94408cfa85c706503aaca20cda2daf9f04a6dc450847406ec4f2015793724275150
    abbba716557cb5805ef32af932b4ed03
    """
}
