#!/usr/bin/env bash
# How long the first care plan after a start takes: starts the server on a home that holds the golden patient of a programme, waits so
# many seconds after the first answer, and asks for a preview of the plan; each wait a start of its own. Prints seconds until the first
# answer, seconds of the first and the second call, and CPU seconds of the server since its start, before and after the first call.
#
#   mvn -q -DskipTests package && src/bench/first-plan.sh [PROGRAMME, default social-needs] [WAIT ..., default 0 5 20]
#
# Java options come from JAVA_TOOL_OPTIONS. Needs Linux (/proc), curl and python3.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly PROGRAMME="${1:-social-needs}" PORT="${SERVER_PORT:-18083}"
shift || true
readonly WAITS=("${@:-0 5 20}")
source src/bench/server.sh

start_server
patient="$(curl -s -H 'Content-Type: application/fhir+json' --data-binary "@ig/input/examples/golden/$PROGRAMME.json" \
  "http://127.0.0.1:$PORT/fhir" | python3 -c '
import json, sys
print(next(e["response"]["location"].split("Patient/")[1].split("/")[0] for e in json.load(sys.stdin)["entry"] if "/Patient/" in "/" + e["response"]["location"]))')"
kill -TERM "$server" && wait "$server" || true

for wait in ${WAITS[*]}; do
  began="$(date +%s%N)"
  start_server
  started="$(date +%s%N)"
  sleep "$wait"
  python3 - "$PROGRAMME" "$patient" "http://127.0.0.1:$PORT/fhir" "$server" "$postgres" "$wait" "$(((started - began) / 1000000))" <<'PYTHON'
import json, sys, time, urllib.request
from usage import cpu

programme, patient, base, server, postgres, wait, start = sys.argv[1:]
body = json.dumps({"resourceType": "Parameters", "parameter": [
    {"name": "program", "valueCanonical": "https://throughcare.github.io/ig/PlanDefinition/" + programme},
    {"name": "preview", "valueBoolean": True}]}).encode()


def plan():
    began = time.time()
    request = urllib.request.Request(f"{base}/Patient/{patient}/$generate-care-plan", body, {"Content-Type": "application/fhir+json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        entries = len(json.load(answer)["entry"])
    return time.time() - began, entries


before = cpu(int(server), int(postgres))[0]
first, entries = plan()
after = cpu(int(server), int(postgres))[0]
second, _ = plan()
print(f"start {int(start) / 1000:.1f} s; {wait} s later: first plan {first:.2f} s, second {second:.2f} s, {entries} entries; "
      f"CPU of the server {before:.1f} s before, {after:.1f} s after")
PYTHON
  kill -TERM "$server" && wait "$server" || true
done
