/// A secret that several copies of a value share, and that is wiped when the last of them is gone.
package final class SharedSecret: Sendable {
  package let bytes: SecretBytes

  package init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
}
