#define OPENSSL_SUPPRESS_DEPRECATED // RAND_set_rand_method is, for libraries; a test may
#include "CMemcheck.h"
#include <openssl/rand.h>
#include <stdlib.h>
#include <valgrind/memcheck.h>

int memcheck_is_running(void) { return RUNNING_ON_VALGRIND != 0; }
void memcheck_make_secret(uint8_t *bytes, size_t count) { (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, count); }
void memcheck_make_public(uint8_t *bytes, size_t count) { (void)VALGRIND_MAKE_MEM_DEFINED(bytes, count); }
unsigned memcheck_report_count(void) { return VALGRIND_COUNT_ERRORS; }

static int public_count;
static unsigned public_draws;

static int secret_bytes(unsigned char *bytes, int count) {
  static uint64_t state = 1;
  for (int i = 0; i < count; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    bytes[i] = (uint8_t)(state >> 56);
  }
  if (count == public_count) {
    public_draws++;
  } else {
    memcheck_make_secret(bytes, (size_t)count);
  }
  return 1;
}

unsigned memcheck_public_draw_count(void) { return public_draws; }

void memcheck_make_random_secret(int except) {
  public_count = except;
  static const RAND_METHOD method = {.bytes = secret_bytes, .pseudorand = secret_bytes};
  RAND_set_rand_method(&method);
}

// Reads what is no longer allocated, on purpose; so it is for runs without valgrind and without a sanitizer.
__attribute__((noinline)) unsigned memcheck_count_below(uint64_t word) {
  const volatile uint64_t *here = __builtin_frame_address(0);
  unsigned count = 0;
  for (int i = 32; i < 8192; i++) count += here[-i] == word;
  return count;
}

// The allocator gives out the block of that size that was freed last; what was in it is still there, but for the
// allocator's own notes in the first 16 bytes.
__attribute__((noinline)) unsigned memcheck_count_freed(size_t size, uint64_t word) {
  volatile uint64_t *block = malloc(size);
  unsigned count = 0;
  for (size_t i = 2; block != NULL && i < size / 8; i++) count += block[i] == word;
  free((void *)block);
  return count;
}

__attribute__((noinline)) void memcheck_leave_freed(size_t size, uint64_t word) {
  volatile uint64_t *block = malloc(size);
  for (size_t i = 0; block != NULL && i < size / 8; i++) block[i] = word;
  free((void *)block);
}
