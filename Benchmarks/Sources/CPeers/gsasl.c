#include "peers.h"
#include <gsasl.h>
#include <stdlib.h>
#include <string.h>

struct peer_gsasl {
  Gsasl *library;
  Gsasl_session *session;
  char *mechanism, *iterations, *salt, *stored_key, *server_key;
};

static int answer(Gsasl *library, Gsasl_session *session, Gsasl_property property) {
  const struct peer_gsasl *peer = gsasl_callback_hook_get(library);
  switch (property) {
  case GSASL_SCRAM_ITER: return gsasl_property_set(session, property, peer->iterations);
  case GSASL_SCRAM_SALT: return gsasl_property_set(session, property, peer->salt);
  case GSASL_SCRAM_STOREDKEY: return gsasl_property_set(session, property, peer->stored_key);
  case GSASL_SCRAM_SERVERKEY: return gsasl_property_set(session, property, peer->server_key);
  default: return GSASL_NO_CALLBACK;
  }
}

peer_gsasl *peer_gsasl_new(const char *mechanism, const char *iterations, const char *salt, const char *stored_key,
                           const char *server_key) {
  peer_gsasl *peer = calloc(1, sizeof *peer);
  if (peer == NULL || gsasl_init(&peer->library) != GSASL_OK) return NULL;
  peer->mechanism = strdup(mechanism);
  peer->iterations = strdup(iterations);
  peer->salt = strdup(salt);
  peer->stored_key = strdup(stored_key);
  peer->server_key = strdup(server_key);
  gsasl_callback_hook_set(peer->library, peer);
  gsasl_callback_set(peer->library, answer);
  return peer;
}

int peer_gsasl_begin(peer_gsasl *peer) {
  return gsasl_server_start(peer->library, peer->mechanism, &peer->session) == GSASL_OK;
}

int peer_gsasl_step(peer_gsasl *peer, const uint8_t *in, size_t in_count, uint8_t *out, size_t out_room,
                    size_t *out_count) {
  char *answer = NULL;
  size_t count = 0;
  int status = gsasl_step(peer->session, (const char *)in, in_count, &answer, &count);
  int ok = (status == GSASL_OK || status == GSASL_NEEDS_MORE) && count <= out_room;
  if (ok)
    for (size_t i = 0; i < count; i++) out[i] = (uint8_t)answer[i];
  *out_count = ok ? count : 0;
  gsasl_free(answer);
  return ok;
}

void peer_gsasl_end(peer_gsasl *peer) {
  gsasl_finish(peer->session);
  peer->session = NULL;
}
