#define _GNU_SOURCE
#include "CWatch.h"
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define SECRETS 32
#define WINDOW 8

static struct {
  uint8_t masked[WATCH_MAX];
  size_t count;
  unsigned freed;
} secrets[SECRETS];
static size_t secret_count;
static int is_watching_free;
// Which secrets have a window that begins with this pair of bytes, a bit each, so that little has to be compared.
static uint32_t starts[1 << 16];

void watch_for(const uint8_t *masked, size_t count) {
  if (secret_count == SECRETS || count < WINDOW || count > WATCH_MAX) abort();
  memcpy(secrets[secret_count].masked, masked, count);
  secrets[secret_count].count = count;
  for (size_t i = 0; i + WINDOW <= count; i++) starts[masked[i] << 8 | masked[i + 1]] |= 1u << secret_count;
  secret_count++;
}

static int holds(const volatile uint8_t *at, size_t secret) {
  for (size_t i = 0; i + WINDOW <= secrets[secret].count; i++) {
    size_t k = 0;
    while (k < WINDOW && (at[k] ^ WATCH_MASK) == secrets[secret].masked[i + k]) k++;
    if (k == WINDOW) return 1;
  }
  return 0;
}

static unsigned count_in(const volatile uint8_t *bytes, size_t count, size_t secret) {
  unsigned found = 0;
  for (size_t i = 0; i + WINDOW <= count; i++) {
    uint32_t candidates = starts[(bytes[i] ^ WATCH_MASK) << 8 | (bytes[i + 1] ^ WATCH_MASK)];
    if (candidates >> secret & 1) found += (unsigned)holds(bytes + i, secret);
  }
  return found;
}

// This program's own free(), which all of its libraries use, as they are linked dynamically.
extern void __libc_free(void *block);
void free(void *block) {
  if (is_watching_free && block != NULL) {
    for (size_t i = 0; i < secret_count; i++) secrets[i].freed += count_in(block, malloc_usable_size(block), i) > 0;
  }
  __libc_free(block);
}

void watch_free(int is_on) { is_watching_free = is_on; }
unsigned watch_freed(size_t secret) { return secrets[secret].freed; }

// Reads what is no longer owned by anybody, on purpose.
__attribute__((noinline)) unsigned watch_below(size_t secret) {
  const volatile uint8_t *here = __builtin_frame_address(0);
  return count_in(here - (256 << 10), (256 << 10) - 256, secret);
}

__attribute__((noinline)) void watch_leave_below(const uint8_t *masked, size_t count) {
  volatile uint8_t copy[4096];
  for (size_t i = 0; i < count && i < sizeof copy; i++) copy[i] = masked[i] ^ WATCH_MASK;
}
