#pragma once
#include <stddef.h>
#include <stdint.h>

// Watches this process for secrets that it leaves behind. What is watched for is given masked, so that the watch holds
// no copy of it; 8 bytes in a row are enough to be found.

/// What each byte is xored with.
#define WATCH_MASK 0x5a
/// How many bytes of a secret are looked at, at most.
#define WATCH_MAX 64

/// Watches for another secret from now on. Its number is how many there were before it.
void watch_for(const uint8_t *masked, size_t count);
/// Whether free() looks into what it is given.
void watch_free(int is_on);
/// In how many blocks a secret has stood when they were given back.
unsigned watch_freed(size_t secret);
/// How often a secret stands in the 256 KiB of the stack below the caller, which no living function owns.
unsigned watch_below(size_t secret);
/// Leaves a masked secret there, unmasked.
void watch_leave_below(const uint8_t *masked, size_t count);
