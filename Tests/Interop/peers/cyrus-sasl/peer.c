/* Cyrus SASL as either side of SCRAM, for the lines of `passbind-interop-peer --help`. Its one account is in memory. */
#include <sasl/sasl.h>
#include <sasl/saslplug.h>
#include <sasl/saslutil.h>

#include "peer.h"

static sasl_conn_t *connection;
static char *user, *password, *binding_data, *iterations, *mechanism;
static char type[64];
static int is_server, has_started;

static int option(void *context, const char *plugin, const char *name, const char **result, unsigned *length) {
  (void)context, (void)plugin;
  *result = NULL;
  if (!strcmp(name, "auxprop_plugin")) *result = "memory";
  if (!strcmp(name, "scram_iteration_counter")) *result = iterations;
  if (length) *length = *result ? strlen(*result) : 0;
  return *result ? SASL_OK : SASL_FAIL;
}

static int silent(void *context, int level, const char *message) {
  (void)context, (void)level, (void)message;
  return SASL_OK;
}

static int name(void *context, int id, const char **result, unsigned *length) {
  (void)context, (void)id;
  *result = user;
  if (length) *length = strlen(user);
  return SASL_OK;
}

static int secret(sasl_conn_t *asking, void *context, int id, sasl_secret_t **result) {
  static union {
    sasl_secret_t secret;
    char room[sizeof(sasl_secret_t) + 1024];
  } kept;
  (void)asking, (void)context, (void)id;
  kept.secret.len = strlen(password);
  memcpy(kept.secret.data, password, kept.secret.len + 1);
  *result = &kept.secret;
  return SASL_OK;
}

static sasl_callback_t callbacks[] = {
  {SASL_CB_GETOPT, (int (*)(void))option, NULL},
  {SASL_CB_LOG, (int (*)(void))silent, NULL},
  {SASL_CB_USER, (int (*)(void))name, NULL},
  {SASL_CB_AUTHNAME, (int (*)(void))name, NULL},
  {SASL_CB_PASS, (int (*)(void))secret, NULL},
  {SASL_CB_LIST_END, NULL, NULL},
};

/* Where the server looks a password up. */
static int look_up(void *context, sasl_server_params_t *server, unsigned flags, const char *asked, unsigned length) {
  (void)context, (void)flags;
  if (length != strlen(user) || memcmp(asked, user, length)) return SASL_NOUSER;
  return server->utils->prop_set(server->propctx, "*" SASL_AUX_PASSWORD_PROP, password, -1);
}

static int memory(const sasl_utils_t *utils, int most, int *version, sasl_auxprop_plug_t **plugin, const char *unused) {
  static sasl_auxprop_plug_t kept = {.auxprop_lookup = look_up, .name = "memory"};
  (void)utils, (void)most, (void)unused;
  *version = SASL_AUXPROP_PLUG_VERSION;
  *plugin = &kept;
  return SASL_OK;
}

/* What stands in the output of a step that failed is not meant to be sent. */
static void refuse(void) { answer("refused", NULL, 0, connection ? sasl_errdetail(connection) : "no connection"); }

static void begin(void) {
  if (connection) sasl_dispose(&connection);
  connection = NULL, has_started = 0;
  free(user), free(password), free(iterations), free(mechanism);
  user = text("user"), password = text("password");
  iterations = strdup(value("iterations") ? value("iterations") : "4096");
  mechanism = strdup(value("mechanism"));
}

/* Whether the mechanism has to bind, or only may: then the client says that it could (`y`). */
static void bind_connection(void) {
  static sasl_channel_binding_t binding;
  const char *given = value("binding");
  if (!given) return;
  size_t count;
  free(binding_data);
  binding_data = bytes(strchr(given, ':') + 1, &count);
  snprintf(type, sizeof type, "%.*s", (int)strcspn(given, ":"), given);
  binding = (sasl_channel_binding_t){.name = type, .critical = 0, .len = count, .data = (unsigned char *)binding_data};
  sasl_setprop(connection, SASL_CHANNEL_BINDING, &binding);
}

static void begin_client(void) {
  is_server = 0;
  begin();
  int status = sasl_client_new("test", "localhost", NULL, NULL, NULL, SASL_SUCCESS_DATA, &connection);
  if (status) return refuse();
  bind_connection();
  const char *output = NULL, *chosen;
  unsigned length = 0;
  status = sasl_client_start(connection, mechanism, NULL, &output, &length, &chosen);
  if (status != SASL_CONTINUE) return refuse();
  answer("message", output, length, chosen);
}

static void begin_server(void) {
  is_server = 1;
  begin();
  int status = sasl_server_new("test", "localhost", NULL, NULL, NULL, NULL, SASL_SUCCESS_DATA, &connection);
  if (status) return refuse();
  bind_connection();
  const char *mechanisms;
  sasl_listmech(connection, NULL, "", " ", "", &mechanisms, NULL, NULL);
  answer("ready", NULL, 0, mechanisms);
}

static void accept_login(const char *output, unsigned length) {
  const void *name = NULL;
  sasl_getprop(connection, SASL_AUTHUSER, &name);
  printf("accepted ");
  hexadecimal(output, length);
  printf(" - - "); // its SASL_MECHNAME lacks the -PLUS
  hexadecimal(name, is_server && name ? strlen(name) : 0);
  puts(" -");
}

static void step(const char *message, size_t count) {
  const char *output = NULL;
  unsigned length = 0;
  int status;
  if (!connection) {
    puts("error badCommand");
    return;
  }
  if (!is_server) status = sasl_client_step(connection, message, count, NULL, &output, &length);
  else if (has_started) status = sasl_server_step(connection, message, count, &output, &length);
  else status = sasl_server_start(connection, mechanism, message, count, &output, &length);
  has_started = 1;
  if (status == SASL_CONTINUE) answer("message", output, length, "");
  else if (status == SASL_OK) accept_login(output, length);
  else refuse();
}

int main(int count, char **arguments) {
  if (count > 1 && !strcmp(arguments[1], "--version")) {
    int version;
    sasl_version(NULL, &version);
    return printf("%d.%d.%d\n", version >> 24, version >> 16 & 255, version & 0xffff), 0;
  }
  if (sasl_client_init(callbacks) || sasl_server_init(callbacks, "passbind-peer")) return 1;
  if (sasl_auxprop_add_plugin("memory", memory)) return 1;
  return answer_commands();
}
