#!/usr/bin/env bash
# How long the server takes from `java -jar` to the first 200 on /fhir/metadata, with an empty home and then with what
# that left, and what the idle JVM holds. One line a run: case, seconds, MB of resident memory (JVM alone, PostgreSQL not
# counted; 25 seconds after the first answer, when nothing runs in the background any more). The empty home gets the demo.
#
#   mvn -q -DskipTests package && src/bench/start.sh [runs on the existing home, default 3]
#
# Java options come from JAVA_TOOL_OPTIONS. Needs Linux (/proc) and curl. Its home is a temporary one.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly RUNS="${1:-3}" PORT="${SERVER_PORT:-18080}" PATIENCE_SECONDS=180
home="$(mktemp -d)"
server=

stop() {
  [[ -n "$server" ]] || return 0
  kill -TERM "$server" 2>/dev/null || true
  for ((i = 0; i < 300; i++)); do # 30 s
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}
trap 'stop; rm -rf "$home"' EXIT

now() { date +%s%N; }

measure() {
  local began ended
  began="$(now)"
  THROUGHCARE_HOME="$home/data" THROUGHCARE_DEMO=true SERVER_PORT="$PORT" \
    java -jar target/throughcare.jar >"$home/server.log" 2>&1 &
  server=$!
  until [[ "$(curl -s -o "$home/metadata" -m 10 -w '%{http_code}' "http://127.0.0.1:$PORT/fhir/metadata")" == 200 ]]; do
    if ! kill -0 "$server" 2>/dev/null || (($(now) - began > PATIENCE_SECONDS * 1000000000)); then
      echo "no answer; the end of the log:" >&2
      tail -n 40 "$home/server.log" >&2
      exit 1
    fi
    sleep 0.1 # a closer look would take the cores that the start needs
  done
  ended="$(now)"
  sleep 25 # until what starts in the background is done
  awk -v what="$1" -v ns="$((ended - began))" \
    '/^VmRSS/ { printf "%-14s %6.2f s %5d MB\n", what, ns / 1e9, $2 / 1024 }' "/proc/$server/status"
  stop
}

[[ -f target/throughcare.jar ]] || { echo "Nothing is built: mvn -q -DskipTests package" >&2; exit 1; }
if curl -s -o /dev/null -m 2 "http://127.0.0.1:$PORT/"; then
  echo "Port $PORT is taken; set SERVER_PORT." >&2
  exit 1
fi
measure "empty home"
for ((run = 0; run < RUNS; run++)); do
  measure "existing home"
done
