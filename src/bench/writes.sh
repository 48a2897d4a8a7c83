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
source src/bench/server.sh

start_server
curl -s -o /dev/null -X PUT -H 'Content-Type: application/fhir+json' "http://127.0.0.1:$PORT/fhir/Patient/bench" \
  -d '{"resourceType":"Patient","id":"bench"}'
java -Xmx128m -cp 'target/lib/*' src/bench/java/WriteBench.java "$PORT" "$home/data" "$server" "$CLIENTS" "$SECONDS_A_TURN" "$TURNS"
