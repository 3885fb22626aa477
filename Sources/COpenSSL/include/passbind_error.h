#ifndef PASSBIND_ERROR_H
#define PASSBIND_ERROR_H

#include <stddef.h>

/// Empties the thread's error queue into a text that ends with a NUL. Exists because the queue is per thread: it has to
/// be read in the same breath as the call that filled it.
void passbind_error_text(char *out, size_t capacity);

#endif
