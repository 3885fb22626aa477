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

# reserve_port: sets $port to one that nobody else is given until the script ends, since a process holds it, which does not listen.
# Who means to listen there can, by SO_REUSEADDR, which daemons set.
reserve_port() {
  start reserved python3 -c 'import os, signal, socket, sys
held = socket.socket()
held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
held.bind(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w") as file:
    print(held.getsockname()[1], file=file)
os.rename(sys.argv[1] + ".new", sys.argv[1])
signal.pause()' "$scratch/reserved.port"
  read -r port <"$scratch/reserved.port"
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
  eventually is_new "$before" "$text" && return
  echo "the server's log does not say: $text"
  tail -c "+$((before + 1))" "$log"
  return 1
}

# is_new COUNT TEXT: behind so many bytes of the log there is this text.
is_new() { tail -c "+$(($1 + 1))" "$log" | grep -q -- "$2"; }

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
