#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Lets this process have as many files open as it may: a connection is one, and the usual limit of 1,024 is for old
/// programs.
package func raiseFileLimit() {
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    let resource = RLIMIT_NOFILE
  #endif
  var limit = rlimit()
  guard unsafe getrlimit(resource, &limit) == 0 else { return }
  limit.rlim_cur = limit.rlim_max
  unsafe setrlimit(resource, &limit)
}
