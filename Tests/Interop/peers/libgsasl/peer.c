/* GNU SASL's library as either side of SCRAM, for the lines of `passbind-interop-peer --help`. */
#include <gsasl.h>

#include "peer.h"

static Gsasl *library;
static Gsasl_session *session;
static char *user, *password, *iterations;
static int is_server;

/* The library asks for what it has not been given; so whether there is an account is for the application to say. */
static int callback(Gsasl *unused, Gsasl_session *asking, Gsasl_property property) {
  (void)unused;
  if (property != GSASL_PASSWORD) return GSASL_NO_CALLBACK;
  const char *name = gsasl_property_fast(asking, GSASL_AUTHID);
  if (is_server && (!name || strcmp(name, user))) return GSASL_NO_PASSWORD;
  return gsasl_property_set(asking, GSASL_PASSWORD, password);
}

static void bind_session(const char *binding) {
  if (!binding) return;
  const char *colon = strchr(binding, ':');
  Gsasl_property property = !strncmp(binding, "tls-unique:", 11) ? GSASL_CB_TLS_UNIQUE : GSASL_CB_TLS_EXPORTER;
  size_t count;
  char *data = bytes(colon + 1, &count), *base64;
  gsasl_base64_to(data, count, &base64, NULL);
  gsasl_property_set(session, property, base64);
  gsasl_free(base64);
  free(data);
}

static int begin(int (*start)(Gsasl *, const char *, Gsasl_session **)) {
  if (session) gsasl_finish(session);
  session = NULL;
  free(user), free(password), free(iterations);
  user = text("user"), password = text("password"), iterations = NULL;
  int status = start(library, value("mechanism"), &session);
  if (status) {
    answer("refused", NULL, 0, gsasl_strerror_name(status));
    return 0;
  }
  bind_session(value("binding"));
  return 1;
}

static void begin_client(void) {
  is_server = 0;
  if (!begin(gsasl_client_start)) return;
  gsasl_property_set(session, GSASL_AUTHID, user);
  gsasl_property_set(session, GSASL_PASSWORD, password);
  step("", 0);
}

static void begin_server(void) {
  is_server = 1;
  if (!begin(gsasl_server_start)) return;
  if (value("iterations")) gsasl_property_set(session, GSASL_SCRAM_ITER, value("iterations"));
  char *mechanisms;
  gsasl_server_mechlist(library, &mechanisms);
  answer("ready", NULL, 0, mechanisms);
  gsasl_free(mechanisms);
}

static void step(const char *message, size_t count) {
  if (!session) {
    puts("error badCommand");
    return;
  }
  char *output = NULL;
  size_t length = 0;
  int status = gsasl_step(session, message, count, &output, &length);
  if (status == GSASL_NEEDS_MORE) answer("message", output, length, "");
  else if (status != GSASL_OK) answer("refused", output, length, gsasl_strerror_name(status));
  else {
    const char *name = gsasl_property_fast(session, GSASL_AUTHID);
    printf("accepted ");
    hexadecimal(output, length);
    printf(" %s - ", gsasl_mechanism_name(session));
    hexadecimal(name, is_server ? strlen(name) : 0);
    puts(" -");
  }
  gsasl_free(output);
}

int main(int count, char **arguments) {
  if (count > 1 && !strcmp(arguments[1], "--version")) return puts(gsasl_check_version(NULL)), 0;
  if (gsasl_init(&library)) return 1;
  gsasl_callback_set(library, callback);
  return answer_commands();
}
