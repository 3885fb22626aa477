package import PassBindCrypto
package import PassBindOPRF
package import PassBindRistretto

// The client's oblivious function, with this module's errors.

extension OPRFClient {
  /// - Parameter blind: for test vectors; random without one.
  package init(password: borrowing SecretBytes, blind: consuming RistrettoScalar? = nil) throws(OPAQUEError) {
    guard password.count.isLengthInTwoBytes(from: 1) else {
      throw OPAQUEError(.invalidPassword, "a password has 1 to 65,535 bytes")
    }
    do throws(OPRFError) {
      if let blind {
        try self.init(input: password.span, blind: blind)
      } else {
        try self.init(input: password.span)
      }
    } catch {
      throw OPAQUEError(.invalidPassword, error.reason)
    }
  }

  /// The OPRF's output, 64 bytes, from the server's evaluated_message.
  package consuming func output(
    _ evaluated: ArraySlice<UInt8>, elseThrow code: OPAQUEError.Code
  ) throws(OPAQUEError) -> SecretBytes {
    do throws(OPRFError) {
      return try finalize(evaluatedElement: evaluated.span)
    } catch {
      throw OPAQUEError(code, "evaluated_message: \(error.reason)")
    }
  }
}

/// A server that sends the client's own element back would make it work on H(password) itself. The MACs would fail
/// later on; it is refused before anything is computed.
package func refuseReflection(of blinded: [UInt8], in evaluated: ArraySlice<UInt8>) throws(OPAQUEError) {
  if constantTimeEqual(evaluated.span, blinded.span) {
    throw OPAQUEError(.reflectedValue, "evaluated_message is the client's own blinded_message")
  }
}
