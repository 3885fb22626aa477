import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPRF

extension SecretBytes {
  var array: [UInt8] { span.indices.map { span[$0] } }
}

extension RistrettoScalar {
  init(_ hex: String) throws { try self.init(decoding: bytes(hex).span) }

  /// The 32 bytes of the encoding.
  var encoded: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 32)
    var span = bytes.mutableSpan
    do { try encode(into: &span) } catch { Issue.record(error) }
    return bytes
  }
}

// Closures of #expect can't consume what they capture, nor return what can't be copied; these can.

func made<T: ~Copyable>(_ value: consuming T) {}

func finalize(_ client: consuming OPRFClient, _ evaluated: [UInt8]) throws -> [UInt8] {
  let output = try client.finalize(evaluatedElement: evaluated.span)
  return output.array
}

func finalize(_ client: consuming VOPRFClient, _ evaluated: [UInt8], _ proof: [UInt8]) throws -> [UInt8] {
  let output = try client.finalize(evaluatedElements: evaluated.span, proof: proof.span)
  return output.array
}

func finalize(_ client: consuming POPRFClient, _ evaluated: [UInt8], _ proof: [UInt8]) throws -> [UInt8] {
  let output = try client.finalize(evaluatedElements: evaluated.span, proof: proof.span)
  return output.array
}
