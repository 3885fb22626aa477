#include "peers.h"
#include <openssl/ssl.h>
#include <stdlib.h>
#include <time.h>

struct peer_tls {
  SSL_CTX *server, *client;
};

peer_tls *peer_tls_new(const char *chain, const char *key) {
  peer_tls *peer = calloc(1, sizeof *peer);
  if (peer == NULL) return NULL;
  peer->server = SSL_CTX_new(TLS_server_method());
  peer->client = SSL_CTX_new(TLS_client_method());
  if (peer->server == NULL || peer->client == NULL) return NULL;
  SSL_CTX_set_min_proto_version(peer->server, TLS1_3_VERSION);
  SSL_CTX_set_num_tickets(peer->server, 0);
  SSL_CTX_set_session_cache_mode(peer->server, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_use_certificate_chain_file(peer->server, chain) != 1) return NULL;
  if (SSL_CTX_use_PrivateKey_file(peer->server, key, SSL_FILETYPE_PEM) != 1) return NULL;
  return peer;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void move(BIO *from, BIO *to) {
  char buffer[16384];
  int count;
  while ((count = BIO_read(from, buffer, sizeof buffer)) > 0) BIO_write(to, buffer, count);
}

double peer_tls_handshake(peer_tls *peer) {
  SSL *client = SSL_new(peer->client);
  BIO *up = BIO_new(BIO_s_mem()), *down = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(down, -1);
  SSL_set_bio(client, down, up);
  SSL_set_connect_state(client);

  double spent = 0, start = now();
  SSL *server = SSL_new(peer->server);
  BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in, -1);
  SSL_set_bio(server, in, out);
  SSL_set_accept_state(server);
  spent += now() - start;

  for (int round = 0; round < 8 && !(SSL_is_init_finished(client) && SSL_is_init_finished(server)); round++) {
    SSL_do_handshake(client);
    start = now();
    move(up, in);
    SSL_do_handshake(server);
    move(out, down);
    spent += now() - start;
  }
  int ok = SSL_is_init_finished(client) && SSL_is_init_finished(server);
  start = now();
  SSL_free(server);
  spent += now() - start;
  SSL_free(client);
  return ok ? spent : -1;
}
