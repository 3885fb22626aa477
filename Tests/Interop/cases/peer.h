/* A peer in C that speaks the lines of `passbind-interop-peer --help`: reading commands, and answering them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char command[1 << 16];

/* What stands behind KEY= in the command; NULL if the key is not there. Valid until the next but three. */
static const char *value(const char *key) {
  static char values[4][1 << 15];
  static int turn;
  char wanted[64];
  snprintf(wanted, sizeof wanted, " %s=", key);
  const char *start = strstr(command, wanted);
  if (!start) return NULL;
  start += strlen(wanted);
  char *copy = values[turn++ % 4];
  snprintf(copy, sizeof values[0], "%.*s", (int)strcspn(start, " \n"), start);
  return copy;
}

/* The bytes of hexadecimal digits, with a NUL behind them, in memory that is the caller's. */
static char *bytes(const char *digits, size_t *count) {
  size_t length = digits ? strlen(digits) / 2 : 0;
  char *out = malloc(length + 1);
  for (size_t i = 0; i < length; i++) {
    unsigned byte = 0;
    sscanf(digits + 2 * i, "%2x", &byte);
    out[i] = (char)byte;
  }
  out[length] = 0;
  if (count) *count = length;
  return out;
}

static char *text(const char *key) { return bytes(value(key), NULL); }

static void hexadecimal(const char *data, size_t count) {
  if (!count) putchar('-');
  for (size_t i = 0; i < count; i++) printf("%02x", (unsigned char)data[i]);
}

/* WORD, the message in hexadecimal digits or -, and words about it. */
static void answer(const char *word, const char *message, size_t count, const char *about) {
  printf("%s ", word);
  hexadecimal(message, count);
  printf(" %s\n", about);
}

static void begin_client(void);
static void begin_server(void);
static void step(const char *message, size_t count);

/* One answer a command, until there are no more. */
static int answer_commands(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  while (fgets(command, sizeof command, stdin)) {
    if (!strncmp(command, "client ", 7)) begin_client();
    else if (!strncmp(command, "server ", 7)) begin_server();
    else if (!strncmp(command, "step ", 5)) {
      size_t count;
      char *message = bytes(value("message"), &count);
      step(message, count);
      free(message);
    } else puts("error badCommand");
  }
  return 0;
}
