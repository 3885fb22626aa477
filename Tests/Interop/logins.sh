# What the peers share where our client logs in to a daemon of theirs, or theirs to one of ours, in a protocol of theirs; sourced
# behind lib.sh.

# home_of USER: makes $scratch/USER, for a daemon that runs as that user; as ours, if we are not root. Sets $as to what runs a command so.
home_of() {
  as=()
  mkdir "$scratch/$1"
  [ "$(id -u)" -eq 0 ] || return 0
  as=(setpriv "--reuid=$1" "--regid=$(id -g "$1")" --clear-groups)
  chmod 711 "$scratch"
  chown "$1" "$scratch/$1"
}

# A port that nobody has, and that nobody is given who takes any: those are above.
free_port() {
  python3 - <<'TEXT'
import random, socket
while True:
    port = random.randrange(20000, 32000)
    try:
        socket.create_server(("127.0.0.1", port)).close()
        print(port)
        break
    except OSError:
        pass
TEXT
}

# interceptor NAME PROTOCOL SERVER-PORT CERTIFICATE [WHAT...]: see interceptor.py. Sets $port to where it waits.
interceptor() {
  local name=$1 protocol=$2 server=$3 certificate=$4
  shift 4
  start "$name" python3 Tests/Interop/interceptor.py "$protocol" "$server" "$scratch/certs/$certificate.pem" \
    "$scratch/certs/$certificate.key" "$scratch/$name.port" "$@"
  read -r port <"$scratch/$name.port"
}

# accepted MECHANISM BINDING TLS COMMAND...: our client, which the command runs, reports a login of just this kind.
accepted() {
  local binding=\"$2\"
  [ "$2" != - ] || binding=null
  local wanted="\"mechanism\":\"$1\",\"binding\":$binding,\"tls\":\"$3\",\"outcome\":\"accepted\""
  shift 3
  "$@" | tee "$scratch/report"
  [ "${PIPESTATUS[0]}" -eq 0 ] && grep -qF "$wanted" "$scratch/report"
}

# refused SIDE REASON COMMAND...: our client, which the command runs, reports that this side refused the login, for a reason with
# these words in it.
refused() {
  local side=$1 reason=$2
  shift 2
  "$@" | tee "$scratch/report"
  [ "${PIPESTATUS[0]}" -eq 1 ] && grep -q "\"outcome\":\"refused\",\"by\":\"$side\",\"reason\":\".*$reason" "$scratch/report"
}

# seen TEXT COMMAND...: the command succeeds, and their log, $log, then has a new line with this text in it.
seen() {
  local text=$1 before
  shift
  before=$(wc -c <"$log")
  "$@" || return
  for _ in $(seq 200); do
    tail -c "+$((before + 1))" "$log" | grep -q -- "$text" && return
    sleep 0.05
  done
  echo "the server's log does not say: $text"
  tail -c "+$((before + 1))" "$log"
  return 1
}

# What postgresql-front logs, for seen: took MECHANISM BINDING TLS, or left REASON.
took() {
  local binding=\"$2\"
  [ "$2" != - ] || binding=null
  echo "\"outcome\":\"accepted\",\"user\":\"user\",.*\"mechanism\":\"$1\",\"binding\":$binding,\"tls\":\"$3\""
}
left() { echo "\"outcome\":\"refused\".*\"reason\":\"$1\""; }

# hostile_rows PROTOCOL LOGIN-OPTION...: our client, which login runs, meets every server of hostile.py.
hostile_rows() {
  local protocol=$1 peer="hostile server" port name by reason
  shift
  start hostile python3 Tests/Interop/hostile.py "$protocol" "$scratch/certs/server.pem" "$scratch/certs/server.key" \
    "$scratch/hostile.port"
  while IFS=$'\t' read -r port name by reason; do
    if [ "$by" = client ]; then name="refused by our client: $name"; else name="refused: $name"; fi
    row client - - - "$name" refused "$by" "$reason" login "$port" 1.3 "$@"
  done <"$scratch/hostile.port"
}
