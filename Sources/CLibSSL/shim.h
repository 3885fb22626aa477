// Only what gives this target a module: the headers themselves are included by Sources/COpenSSL, so that OpenSSL's
// thousands of names stay out of the Swift targets.
#include <openssl/opensslv.h>
