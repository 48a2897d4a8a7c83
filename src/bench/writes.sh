#!/usr/bin/env bash
# What a single write costs: creates and updates through the server beside the same by JDBC alone (one row, one commit) on the
# server's own PostgreSQL, in turns. Prints per second, CPU a request and, at the end, the ratios.
#
#   mvn -q -DskipTests package && src/bench/writes.sh [CLIENTS, default 4] [SECONDS a turn, default 6] [TURNS, default 3]
#
# Java options come from JAVA_TOOL_OPTIONS. Needs Linux (/proc) and curl. Its home is a temporary one.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly CLIENTS="${1:-4}" SECONDS_A_TURN="${2:-6}" TURNS="${3:-3}" PORT="${SERVER_PORT:-18082}"
home="$(mktemp -d)"
server=

stop() {
  [[ -n "$server" ]] && kill -TERM "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$home"
}
trap stop EXIT

THROUGHCARE_HOME="$home/data" THROUGHCARE_DEMO=false SERVER_PORT="$PORT" java -jar target/throughcare.jar >"$home/server.log" 2>&1 &
server=$!
for ((i = 0; i < 600; i++)); do
  [[ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:$PORT/fhir/metadata")" == 200 ]] && break
  kill -0 "$server" 2>/dev/null || { tail -n 40 "$home/server.log" >&2; exit 1; }
  sleep 0.2
done
curl -s -o /dev/null -X PUT -H 'Content-Type: application/fhir+json' "http://127.0.0.1:$PORT/fhir/Patient/bench" \
  -d '{"resourceType":"Patient","id":"bench"}'
java -Xmx128m -cp 'target/lib/*' src/bench/java/WriteBench.java "$PORT" "$home/data" "$server" "$CLIENTS" "$SECONDS_A_TURN" "$TURNS"
