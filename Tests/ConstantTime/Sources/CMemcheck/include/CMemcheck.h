#pragma once
#include <stddef.h>
#include <stdint.h>

// Valgrind's client requests, which are macros of inline assembly and do nothing outside of valgrind.

/// Whether this runs under valgrind.
int memcheck_is_running(void);
/// Marks bytes as secret: memcheck calls it undefined, and reports every branch and address that depends on them.
void memcheck_make_secret(uint8_t *bytes, size_t count);
/// Marks bytes as public.
void memcheck_make_public(uint8_t *bytes, size_t count);
/// From now on OpenSSL's generator gives out bytes that are marked as secret, and the same ones in each run; but for
/// draws of so many bytes, which are not marked.
void memcheck_make_random_secret(int except);
/// How many of those there were.
unsigned memcheck_public_draw_count(void);
/// How many reports there have been.
unsigned memcheck_report_count(void);
/// How often these 8 bytes stand in the 64 KiB of the stack below the caller, which no living function owns.
unsigned memcheck_count_below(uint64_t word);
/// How often these 8 bytes stand in the block of memory of that size that was freed last.
unsigned memcheck_count_freed(size_t size, uint64_t word);
/// Frees a block of memory full of these 8 bytes.
void memcheck_leave_freed(size_t size, uint64_t word);
