# Sourced by the benchmarks that start a server of their own: start_server [JAVA OPTION ...] runs target/throughcare.jar (or
# $THROUGHCARE_JAR) on an empty home and waits for its first answer. It sets server and postgres (process ids) and home; both end, and
# the home goes, when the script does. Java options also come from JAVA_TOOL_OPTIONS, settings from the environment.

export PYTHONPATH="src/bench" PYTHONDONTWRITEBYTECODE=1
home="$(mktemp -d)"
server=
postgres=

stop_server() {
  [[ -n "$server" ]] && kill -TERM "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$home"
}
trap stop_server EXIT

start_server() {
  THROUGHCARE_HOME="$home/data" THROUGHCARE_DEMO=false SERVER_PORT="$PORT" \
    java "$@" -jar "${THROUGHCARE_JAR:-target/throughcare.jar}" >"$home/server.log" 2>&1 &
  server=$!
  for ((i = 0; i < 900; i++)); do
    [[ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:$PORT/fhir/metadata")" == 200 ]] && break
    kill -0 "$server" 2>/dev/null || { tail -n 40 "$home/server.log" >&2; exit 1; }
    sleep 0.1
  done
  postgres="$(head -1 "$home/data/data/postmaster.pid")"
}
