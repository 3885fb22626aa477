#include "passbind_error.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <string.h>

void passbind_error_text(char *out, size_t capacity) {
  if (capacity == 0) return;
  size_t used = 0;
  unsigned long error;
  const char *data;
  int flags;
  while ((error = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
    // The system's own errors have no text in OpenSSL.
    const char *reason = ERR_SYSTEM_ERROR(error) ? strerror(ERR_GET_REASON(error)) : ERR_reason_error_string(error);
    int has_data = (flags & ERR_TXT_STRING) != 0 && data != NULL && data[0] != 0;
    int wrote = BIO_snprintf(out + used, capacity - used, "%s%s%s%s%s", used > 0 ? "; " : "",
                             reason ? reason : "unnamed error", has_data ? " (" : "", has_data ? data : "",
                             has_data ? ")" : "");
    if (wrote < 0) break; // full: the first errors are the ones that matter
    used += (size_t)wrote;
  }
  out[used] = 0;
  ERR_clear_error();
}
