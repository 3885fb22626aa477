# What the interop scripts share; sourced by them, not run.

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scratch=$(mktemp -d "${TMPDIR:-/tmp}/passbind-interop.XXXXXX")
processes=()
passed=0 failed=0 skipped=0

is_over=no
exec {errors}>&2

finish() {
  local status=$?
  # Ended in the middle of a case: what it said is all there is to go by.
  [ "$is_over" = yes ] || [ "$status" -eq 0 ] || tail -n 20 "$scratch/check.log" >&"$errors" 2>/dev/null
  if [ ${#processes[@]} -gt 0 ]; then
    kill "${processes[@]}" 2>/dev/null || true
    wait "${processes[@]}" 2>/dev/null || true
  fi
  rm -rf "$scratch"
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

# check WHAT COMMAND...: one case, passed if the command succeeds. What it prints is shown if it does not.
check() {
  local what=$1
  shift
  if "$@" >"$scratch/check.log" 2>&1; then
    passed=$((passed + 1))
    printf 'PASS\t%s\n' "$what"
  else
    failed=$((failed + 1))
    printf 'FAIL\t%s\n' "$what"
    tail -n 20 "$scratch/check.log" | sed 's/^/  /'
  fi
}

# row DIRECTION MECHANISM BINDING TLS EXPECTED COMMAND...: one case as a row of the matrix, about the program $peer. The
# direction is `client` (our client, their server) or `server`; the binding type and the TLS version are - where there is none.
row() {
  local what
  what=$(printf '%s\t%s\t%s\t%s\t%s\t%s' "$peer" "$1" "$2" "$3" "$4" "$5")
  shift 5
  check "$what" "$@"
}

# needs COMMAND PACKAGE: goes on if the command is there or can be installed. Otherwise the script ends: skipped, or
# failed where CI=true.
needs() {
  command -v "$1" >/dev/null || Examples/install "$2" >&2 || true
  command -v "$1" >/dev/null || lacks "$1 is missing; install $2"
}

# needs_packages FOLDER: likewise for what the folder's `packages` lists, where no command shows whether it is there.
needs_packages() {
  # shellcheck disable=SC2046
  Examples/install $(sed 's/#.*//' "$1/packages") >&2 || lacks "not all of $1/packages can be installed"
}

# pip_install PIP-ARGUMENT...: into $python, the versions of constraints.txt, whatever is released tomorrow; no source packages,
# since what builds them is in no list.
pip_install() {
  "$python" -m pip install --quiet --retries 10 --only-binary :all: --constraint Tests/Interop/constraints.txt "$@"
}

# needs_python PIP-ARGUMENT...: sets $python to a Python that has these packages of PyPI, or ends the script likewise. The
# matrix has made one for all of its peers: $PASSBIND_PYTHON.
needs_python() {
  python=${PASSBIND_PYTHON:-}
  [ -z "$python" ] || return 0
  needs python3 python3-venv
  python=$scratch/venv/bin/python
  { [ -x "$python" ] || python3 -m venv "$scratch/venv"; } >"$scratch/pip.log" 2>&1 &&
    pip_install "$@" >"$scratch/pip.log" 2>&1 && return
  tail -n 3 "$scratch/pip.log" >&2
  lacks "pip cannot install $*"
}

lacks() {
  local status=SKIP
  [ "${CI:-}" != true ] || status=FAIL
  case ${0%/run} in
    */peers/*) printf '%s\t%s\t-\t-\t-\t-\t%s\n' "$status" "$(basename "${0%/run}")" "$1" ;;
  esac
  if [ "$status" = FAIL ]; then
    echo "error: $1 (CI runs everything)" >&2
    failed=1
  else
    echo "skipped: $1" >&2
    skipped=1
  fi
  outcome
}

# worker_cases SCRIPT ARGUMENT...: the cases of a Python script, one process for all of them. Without arguments it prints
# their names; with them it reads names, and ends what it prints about each by a line that says passed or failed.
worker_cases() {
  local script=$1 name
  shift
  "$python" "$script" >"$scratch/cases" && [ -s "$scratch/cases" ] || { echo "error: the cases cannot be listed" >&2; exit 1; }
  coproc worker { exec "$python" "$script" "$@" 2>&1; }
  processes+=("$worker_PID")
  # Copies, which outlive it.
  exec {from_worker}<&"${worker[0]}" {to_worker}>&"${worker[1]}"
  while IFS= read -r name; do
    check "$name" ask_worker "$name"
  done <"$scratch/cases"
}

# What the worker says about one case. One that says nothing for a minute and a half is stopped; what is left has failed then.
ask_worker() {
  local line
  # In a shell of its own, which a broken pipe ends.
  (echo "$1" >&"$to_worker")
  while IFS= read -r -t 90 line <&"$from_worker"; do
    case $line in
      passed) return 0 ;;
      failed) return 1 ;;
      *) echo "$line" ;;
    esac
  done
  [ -z "${worker_PID:-}" ] || kill "$worker_PID" 2>/dev/null
  echo "the worker says nothing more"
  return 1
}

# Prints the counts and ends the script; one that has tested nothing has not passed.
outcome() {
  is_over=yes
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ] && exit 0
  exit 1
}

# build_examples [OPTION...]: builds the example programs; $bin is where they are. Whoever has just built them all says so by
# $PASSBIND_BIN.
build_examples() {
  bin=${PASSBIND_BIN:-}
  [ -z "$bin" ] || return 0
  local build=(swift build -c release --package-path Examples)
  "${build[@]}" --quiet "$@" >&2 || { echo "error: Examples does not build" >&2; exit 1; }
  bin=$("${build[@]}" --show-bin-path)
}

# start NAME COMMAND...: as begin, and the script ends where that fails.
start() { begin "$@" || exit 1; }

# eventually COMMAND...: waits until it succeeds, for a minute or more.
eventually() {
  for _ in $(seq 1200); do
    "$@" && return
    sleep 0.05
  done
  return 1
}

# begin NAME COMMAND...: runs a command in the background; it must write the port it takes to $scratch/NAME.port.
begin() {
  local name=$1
  shift
  "$@" >"$scratch/$name.log" 2>&1 &
  processes+=($!)
  eventually has_begun "$name" && [ -s "$scratch/$name.port" ] && return
  cat "$scratch/$name.log" >&2
  echo "error: $name did not start" >&2
  return 1
}

# has_begun NAME: it has written its port, or is gone.
has_begun() { [ -s "$scratch/$1.port" ] || ! kill -0 "${processes[-1]}" 2>/dev/null; }

# start_server NAME [OPTION...]: a server by STARTTLS and by TLS, with the account user, password pencil. Sets $starttls
# and $tls to its ports.
start_server() {
  local name=$1
  shift
  certs/make "$scratch/certs" >/dev/null
  (umask 077 && echo pencil >"$scratch/password")
  "$bin/passbind-server" user add user --store "$scratch/$name.sqlite" --password-file "$scratch/password" \
    --iterations 4096 2>/dev/null
  start "$name" "$bin/passbind-server" serve --store "$scratch/$name.sqlite" --listen-tls 127.0.0.1:0 \
    --listen-starttls 127.0.0.1:0 --certificate "$scratch/certs/server.pem" --key "$scratch/certs/server.key" \
    --iterations 4096 --port-file "$scratch/$name.port" --json "$@"
  { read -r tls && read -r starttls; } <"$scratch/$name.port"
}

# last_login NAME: the server's line about its last login.
last_login() { grep '"message":"login ' "$scratch/$1.log" | tail -n 1; }

# logins NAME: how many the server has told of.
logins() { grep -c '"message":"login ' "$scratch/$1.log"; }
has_logins() { [ "$(logins "$1")" -ge "$2" ]; }

# login_of NAME COMMAND...: runs a client, whose status it has; $login is what the server said of the one login that it made,
# empty where there was not just one.
login_of() {
  local name=$1 before status
  shift
  before=$(logins "$name")
  "$@"
  status=$?
  eventually has_logins "$name" $((before + 1))
  login=
  [ "$(logins "$name")" -ne $((before + 1)) ] || login=$(last_login "$name")
  echo "server: $login"
  return $status
}

# says FIELD=VALUE...: $login does; a value of - is a field that it does not have.
says() {
  local field
  for field; do
    case ${field#*=} in
      -) [[ $login != *"\"${field%%=*}\":"* ]] || return ;;
      *) [[ $login == *"\"${field%%=*}\":\"${field#*=}\""* ]] || return ;;
    esac
  done
}

# is_accepted NAME MECHANISM BINDING TLS COMMAND...: the client succeeds, and the server saw a login of just that kind.
is_accepted() {
  login_of "$1" "${@:5}" && says outcome=accepted "mechanism=$2" "binding=$3" "tls=$4"
}

# is_refused NAME REASON TLS COMMAND...: the client is told no, and nothing more, and the server gave this reason for it.
is_refused() {
  login_of "$1" "${@:4}" >"$scratch/refused.log" 2>&1 && return 1
  cat "$scratch/refused.log"
  grep -q 'NO \[AUTHENTICATIONFAILED\] Authentication failed\.' "$scratch/refused.log" &&
    says outcome=refused "reason=$2" "tls=$3"
}
