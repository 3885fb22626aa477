# What the peers share that compare channel-binding values; sourced after lib.sh, not run.
#
# On each connection the server tells what it has, and the client prints that beside what it has itself:
#   connection NUMBER, SIDE tls VERSION, SIDE resumed true|false, SIDE TYPE HEXADECIMAL|none WHY; SIDE is client or server.

certificates=$scratch/certs
values=$scratch/values # what the client printed last
direction=             # client: ours is the client; server: ours is the server

# visit DIRECTION COMMAND...: runs a client, which prints its connections.
visit() {
  direction=$1
  shift
  timeout 60 "$@" >"$values" 2>"$scratch/client.log" || cat "$scratch/client.log" >>"$values"
}

# said SIDE WORD: what ours or theirs said of the connection.
said() {
  local side=$direction
  if [ "$1" = theirs ]; then [ "$direction" = client ] && side=server || side=client; fi
  awk -v now="$number" -v side="$side" -v word="$2" '$1 == "connection" { connection = $2 }
    connection == now && $1 == side && $2 == word { sub("^[^ ]+ [^ ]+ ", ""); print; exit }' "$values"
}

# The version, and whether the session was resumed, as both ends see it.
is_handshake() {
  local side
  for side in ours theirs; do
    [ "$(said $side tls)" = "$1" ] && [ "$(said $side resumed)" = "$2" ] && continue
    echo "$side: TLS $(said $side tls), resumed $(said $side resumed)"
    cat "$values"
    return 1
  done
}

# is_binding VERDICT TYPE TLS RESUMED: the connection is of that kind, and its binding is
#   equal            both have one, the same, and no other connection of this visit had it, unless it is of the certificate
#   absent:PATTERN   ours has none, for a reason that matches, and theirs has none either
#   theirs:PATTERN   ours has none, for a reason that matches, but theirs has one
#   ours             ours has one, theirs does not
is_binding() {
  local a b
  is_handshake "$3" "$4" || return
  a=$(said ours "$2") b=$(said theirs "$2")
  printf 'ours   %s\ntheirs %s\n' "$a" "$b"
  case $1 in
    equal)
      [[ $a =~ ^([0-9a-f]{2})+$ ]] && [ "$a" = "$b" ] &&
        { [ "$2" = tls-server-end-point ] || [ "$(grep -c " $a\$" "$values")" -eq 2 ]; }
      ;;
    absent:*) [[ $a == none*"${1#*:}"* && $b == none* ]] ;;
    theirs:*) [[ $a == none*"${1#*:}"* && $b =~ ^([0-9a-f]{2})+$ ]] ;;
    ours) [[ $a =~ ^([0-9a-f]{2})+$ && $b == none* ]] ;;
    *) return 1 ;;
  esac
}

# binding TYPE TLS RESUMED VERDICT HANDSHAKE: a row about connection $number of the last visit.
binding() {
  local expected why=${4#*:}
  case $4 in
    equal) expected="equal: $5" ;;
    absent:*) expected="absent at both ends${why:+ ($why)}: $5" ;;
    theirs:*) expected="absent at ours${why:+ ($why)}, though theirs has one: $5" ;;
    ours) expected="present at ours, absent at theirs: $5" ;;
  esac
  row "$direction" - "$1" "$2" "$expected" is_binding "$4" "$1" "$2" "$3"
}

# connection TLS RESUMED EXPORTER UNIQUE END-POINT HANDSHAKE: the rows of the visit's next connection, a verdict a type; - is no row.
connection() {
  local types=(tls-exporter tls-unique tls-server-end-point) verdicts=("${@:3:3}") i
  number=$((number + 1))
  for i in 0 1 2; do
    [ "${verdicts[i]}" = - ] || binding "${types[i]}" "$1" "$2" "${verdicts[i]}" "$6"
  done
}

# The certificates by the signature that is on them, and the hash that RFC 5929 section 4.1 makes of it; as certs/make --all
# makes them.
kinds=(rsa-sha224 rsa-sha256 rsa-sha384 rsa-sha512 rsa-sha3-256 pss-sha256 pss-sha384 pss-sha512 p256-sha256 p256-sha384
  p256-sha512 p384-sha256 p384-sha384 p384-sha512 ed25519 ed448 rsa-by-ed25519 pss-two-hashes)
weak_kinds=(rsa-md5 rsa-sha1 pss-sha1 p256-sha3-384) # which our server refuses to show

# A certificate and its key, for each kind: what a server takes as arguments.
pairs() {
  local kind
  for kind in "$@"; do echo "$certificates/$kind.pem" "$certificates/$kind.key"; done
}

# What our ends say where they have none.
no_unique="absent:TLS 1.3 has no tls-unique"
no_secret="without the extended master secret"
# The certificate of the handshakes that are not about certificates, and whom our client trusts there.
one=(--certificate "$certificates/server.pem" --key "$certificates/server.key")
trust=(--ca-file "$certificates/authority.pem")

# start_ours NAME OPTION...: our server, which tells. Sets $ports.
start_ours() {
  local name=$1
  shift
  start "$name" "$bin/passbind-tls-peer" serve --port-file "$scratch/$name.port" "$@"
  mapfile -t ports <"$scratch/$name.port"
}

# ours OPTION... PORT...: our client's visit.
ours() { visit client "$bin/passbind-tls-peer" connect "$@"; }

# start_ours_apart: our server with a port for each of the kinds.
start_ours_apart() {
  local kind options=()
  for kind in "${kinds[@]}"; do options+=(--certificate "$certificates/$kind.pem" --key "$certificates/$kind.key"); done
  start_ours apart --apart "${options[@]}"
}

# signatures TLS KIND...: a row a kind, of which the visit had one connection each.
signatures() {
  local version=$1 kind
  shift
  number=0
  for kind in "$@"; do
    number=$((number + 1))
    binding tls-server-end-point "$version" false "$(verdict "$kind")" "certificate $kind"
  done
}
