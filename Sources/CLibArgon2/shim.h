// Only what gives this target a module: Sources/COpenSSL includes the header itself, and only under the trait Argon2.
#include <argon2.h>
