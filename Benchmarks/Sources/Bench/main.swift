let wanted = Set(CommandLine.arguments.dropFirst())

let comparisons: [(name: String, rounds: Int, make: () async throws -> Comparison)] = [
  ("pbkdf2-sha512", 15, { pbkdf2Comparison(.sha512, bits: 512, iterations: 50_000) }),
  ("pbkdf2-sha256", 15, { pbkdf2Comparison(.sha256, bits: 256, iterations: 50_000) }),
  ("scram-server-exchange", 101, scramServerComparison),
  ("bound-login-scram", 31, boundSCRAMComparison),
  ("bound-login-opaque", 31, boundOPAQUEComparison),
  ("bound-login-opaque-ea", 31, boundOPAQUEEAComparison),
  ("ristretto-scalarmult", 101, RistrettoBench.multiplication),
  ("ristretto-base", 101, RistrettoBench.generatorMultiplication),
  ("ristretto-map", 101, RistrettoBench.map),
  ("ristretto-decode", 101, RistrettoBench.decoding),
  ("scalar-invert", 101, RistrettoBench.inversion),
  ("opaque-server-group", 101, RistrettoBench.opaqueServer),
  ("opaque-server-login", 101, opaqueServerComparison),
]

for (name, rounds, make) in comparisons where wanted.isEmpty || wanted.contains(name) {
  print(try await make().run(rounds: rounds))
}
