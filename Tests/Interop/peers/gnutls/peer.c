// One end of TLS connections on GnuTLS: a server that tells its channel bindings, one port a certificate, or a client that
// prints them beside its own.
//
//   peer serve PRIORITY tickets|memory PORT-FILE (CERTIFICATE KEY)...
//   peer connect PRIORITY CONNECTIONS PORT...

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PORTS = 64, SESSIONS = 64, DEADLINE = 60000 };

static gnutls_priority_t priority;

static void must(int result, const char *what) {
  if (result >= 0) return;
  fprintf(stderr, "%s: %s\n", what, gnutls_strerror(result));
  exit(1);
}

// ---- What an end says ------------------------------------------------------------------------------------------------

static size_t account(gnutls_session_t session, char *out, size_t capacity) {
  static const struct {
    const char *name;
    gnutls_channel_binding_t type;
  } types[] = {{"tls-exporter", GNUTLS_CB_TLS_EXPORTER},
               {"tls-unique", GNUTLS_CB_TLS_UNIQUE},
               {"tls-server-end-point", GNUTLS_CB_TLS_SERVER_END_POINT}};
  const char *version = gnutls_protocol_get_version(session) == GNUTLS_TLS1_3 ? "1.3" : "1.2";
  size_t used = (size_t)snprintf(out, capacity, "tls %s\nresumed %s\n", version,
                                 gnutls_session_is_resumed(session) ? "true" : "false");
  for (size_t i = 0; i < 3; i++) {
    gnutls_datum_t data = {NULL, 0};
    int result = gnutls_session_channel_binding(session, types[i].type, &data);
    used += (size_t)snprintf(out + used, capacity - used, "%s %s", types[i].name, result < 0 ? "none " : "");
    if (result < 0) used += (size_t)snprintf(out + used, capacity - used, "%s", gnutls_strerror_name(result));
    for (unsigned j = 0; result >= 0 && j < data.size; j++) {
      used += (size_t)snprintf(out + used, capacity - used, "%02x", data.data[j]);
    }
    used += (size_t)snprintf(out + used, capacity - used, "\n");
    gnutls_free(data.data);
  }
  return used;
}

static int shake_hands(gnutls_session_t session, int socket) {
  gnutls_transport_set_int(session, socket);
  gnutls_handshake_set_timeout(session, DEADLINE);
  gnutls_record_set_timeout(session, DEADLINE);
  int result;
  do result = gnutls_handshake(session);
  while (result < 0 && !gnutls_error_is_fatal(result));
  return result;
}

// ---- The server ------------------------------------------------------------------------------------------------------

static struct {
  gnutls_datum_t key, data;
} kept[SESSIONS];
static size_t kept_count;

static gnutls_datum_t copy(gnutls_datum_t datum) {
  gnutls_datum_t out = {gnutls_malloc(datum.size), datum.size};
  memcpy(out.data, datum.data, datum.size);
  return out;
}

static int keep(void *unused, gnutls_datum_t key, gnutls_datum_t data) {
  (void)unused;
  kept[kept_count % SESSIONS].key = copy(key);
  kept[kept_count++ % SESSIONS].data = copy(data);
  return 0;
}

static gnutls_datum_t find(void *unused, gnutls_datum_t key) {
  (void)unused;
  for (size_t i = 0; i < SESSIONS; i++) {
    if (kept[i].key.size == key.size && memcmp(kept[i].key.data, key.data, key.size) == 0) return copy(kept[i].data);
  }
  return (gnutls_datum_t){NULL, 0};
}

static int forget(void *unused, gnutls_datum_t key) {
  (void)unused, (void)key;
  return 0;
}

static void serve_one(int socket, gnutls_certificate_credentials_t credentials, const gnutls_datum_t *tickets) {
  char text[1024];
  gnutls_session_t session;
  must(gnutls_init(&session, GNUTLS_SERVER), "init");
  must(gnutls_priority_set(session, priority), "priority");
  must(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials), "credentials");
  if (tickets->size > 0) {
    must(gnutls_session_ticket_enable_server(session, tickets), "tickets");
  } else {
    gnutls_db_set_store_function(session, keep);
    gnutls_db_set_retrieve_function(session, find);
    gnutls_db_set_remove_function(session, forget);
  }
  int result = shake_hands(session, socket);
  if (result < 0) {
    fprintf(stderr, "handshake: %s\n", gnutls_strerror(result));
  } else {
    size_t count = account(session, text, sizeof text);
    gnutls_record_send(session, text, count);
    gnutls_record_send(session, ".\n", 2);
    while (gnutls_record_recv(session, text, sizeof text) > 0) continue;
    gnutls_bye(session, GNUTLS_SHUT_WR);
  }
  gnutls_deinit(session);
  close(socket);
}

static int serve(int count, char **arguments) {
  gnutls_datum_t tickets = {NULL, 0};
  if (strcmp(arguments[0], "tickets") == 0) must(gnutls_session_ticket_key_generate(&tickets), "ticket key");
  const char *port_file = arguments[1];
  char temporary[4096];
  snprintf(temporary, sizeof temporary, "%s.new", port_file);
  FILE *file = fopen(temporary, "w");
  static struct pollfd listeners[PORTS];
  static gnutls_certificate_credentials_t credentials[PORTS];
  nfds_t ports = 0;
  for (int i = 2; i + 1 < count && ports < PORTS; i += 2, ports++) {
    must(gnutls_certificate_allocate_credentials(&credentials[ports]), "credentials");
    must(gnutls_certificate_set_x509_key_file(credentials[ports], arguments[i], arguments[i + 1], GNUTLS_X509_FMT_PEM),
         arguments[i]);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
      return 1;
    }
    listeners[ports] = (struct pollfd){.fd = listener, .events = POLLIN};
    fprintf(file, "%d\n", ntohs(address.sin_port));
  }
  if (fclose(file) != 0 || rename(temporary, port_file) != 0) return 1;
  while (poll(listeners, ports, -1) > 0) {
    for (nfds_t i = 0; i < ports; i++) {
      if (listeners[i].revents != 0) serve_one(accept(listeners[i].fd, NULL, NULL), credentials[i], &tickets);
    }
  }
  return 1;
}

// ---- The client ------------------------------------------------------------------------------------------------------

static void print_lines(const char *side, char *text) {
  for (char *line = strtok(text, "\n"); line != NULL && strcmp(line, ".") != 0; line = strtok(NULL, "\n")) {
    printf("%s %s\n", side, line);
  }
}

static void visit(int port, gnutls_certificate_credentials_t credentials, gnutls_datum_t *resumed) {
  char theirs[4096] = "", ours[1024];
  size_t count = 0;
  gnutls_session_t session;
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
  int wire = socket(AF_INET, SOCK_STREAM, 0);
  must(connect(wire, (struct sockaddr *)&address, sizeof address), "connect");
  must(gnutls_init(&session, GNUTLS_CLIENT), "init");
  must(gnutls_priority_set(session, priority), "priority");
  must(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials), "credentials");
  must(gnutls_server_name_set(session, GNUTLS_NAME_DNS, "localhost", 9), "name");
  if (resumed->size > 0) must(gnutls_session_set_data(session, resumed->data, resumed->size), "session");
  int result = shake_hands(session, wire);
  while (result >= 0 && strstr(theirs, "\n.\n") == NULL && count + 1 < sizeof theirs) {
    ssize_t got = gnutls_record_recv(session, theirs + count, sizeof theirs - count - 1);
    if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED) continue;
    if (got <= 0) result = got == 0 ? GNUTLS_E_PREMATURE_TERMINATION : (int)got;
    if (got > 0) count += (size_t)got;
  }
  if (result < 0) {
    printf("client failed %s\n", gnutls_strerror(result));
  } else {
    print_lines("server", theirs);
    account(session, ours, sizeof ours);
    print_lines("client", ours);
    gnutls_free(resumed->data);
    *resumed = (gnutls_datum_t){NULL, 0};
    must(gnutls_session_get_data2(session, resumed), "session");
    gnutls_bye(session, GNUTLS_SHUT_WR);
  }
  gnutls_deinit(session);
  close(wire);
}

int main(int count, char **arguments) {
  signal(SIGPIPE, SIG_IGN);
  if (count == 2 && strcmp(arguments[1], "version") == 0) return puts(gnutls_check_version(NULL)) < 0;
  if (count < 5) return 2;
  must(gnutls_priority_init(&priority, arguments[2], NULL), "priority");
  if (strcmp(arguments[1], "serve") == 0) return serve(count - 3, arguments + 3);
  gnutls_certificate_credentials_t credentials;
  must(gnutls_certificate_allocate_credentials(&credentials), "credentials");
  int number = 0;
  for (int i = 4; i < count; i++) {
    gnutls_datum_t session = {NULL, 0};
    for (int j = 0; j < atoi(arguments[3]); j++) {
      printf("connection %d\n", ++number);
      visit(atoi(arguments[i]), credentials, &session);
    }
  }
  return 0;
}
