/// The constants of RFC 9496 section 4.1, in limbs. Tests/Ristretto checks each against the RFC's decimal digits and
/// against the equation that defines it.
extension FieldElement {
  /// d = -121665 / 121666, the constant of the curve -x^2 + y^2 = 1 + d x^2 y^2.
  static let d = Self(0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff)
  /// 2 d
  static let twoD = Self(0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff)
  /// SQRT_M1: the root of -1 that is not negative, called i.
  static let rootOfMinusOne = Self(0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d)
  /// -i
  static let minusRootOfMinusOne = Self(
    0x1e4d8b5f15f3d, 0x72a5a0370e762, 0x010a16342f39f, 0x07a6a597fb361, 0x547cdb7fb03e2)
  /// SQRT_AD_MINUS_ONE: the root of a d - 1, with a = -1.
  static let rootOfADMinusOne = Self(
    0x7f6a0497b2e1b, 0x1836f0a97afd2, 0x7d747f6be7638, 0x456079e7e6498, 0x376931bf2b834)
  /// INVSQRT_A_MINUS_D: the inverse root of a - d.
  static let inverseRootOfAMinusD = Self(
    0x0fdaa805d40ea, 0x2eb482e57d339, 0x007610274bc58, 0x6510b613dc8ff, 0x786c8905cfaff)
  /// ONE_MINUS_D_SQ: 1 - d^2
  static let oneMinusDSquared = Self(
    0x409c1945fc176, 0x719abc6a1fc4f, 0x1c37f90b20684, 0x06bccca55eedf, 0x029072a8b2b3e)
  /// D_MINUS_ONE_SQ: (d - 1)^2
  static let dMinusOneSquared = Self(
    0x55aaa44ed4d20, 0x59603c3332635, 0x26d3baf4a7928, 0x120a66e6997a9, 0x5968b37af66c2)
}
