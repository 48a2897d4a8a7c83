#!/usr/bin/env bash
# One transaction as large as they come: 25,000 entries, 55 MB, each Observation linked to the Patient and to another. Prints the
# status, the seconds and the most memory that the server ever had; fails when not all of it is there afterwards.
#
#   mvn -q -DskipTests package && src/bench/large-transaction.sh [ENTRIES, default 25000] [JAVA HEAP, default 512m]
#
# Needs Linux (/proc), awk and curl. Its home is a temporary one.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly ENTRIES="${1:-25000}" HEAP="${2:-512m}" PORT="${SERVER_PORT:-18083}"
source src/bench/server.sh

awk -v n="$ENTRIES" 'BEGIN {
  for (i = 0; i < 1500; i++) text = text substr("abcdefghij klmnop", i % 17 + 1, 1)
  patient = "urn:uuid:0d6f5a3e-0000-4000-8000-000000000000"
  printf "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"fullUrl\":\"%s\",\"resource\":{\"resourceType\":\"Patient\"},\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}", patient
  for (i = 1; i < n; i++) {
    from = i == 1 ? "" : sprintf(",\"derivedFrom\":[{\"reference\":\"urn:uuid:0d6f5a3e-0000-4000-8000-%012d\"}]", i - 1)
    printf ",{\"fullUrl\":\"urn:uuid:0d6f5a3e-0000-4000-8000-%012d\",\"resource\":{\"resourceType\":\"Observation\",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"laboratory\"}]}],\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"%d-1\"}]},\"subject\":{\"reference\":\"%s\"}%s,\"effectiveDateTime\":\"2026-01-01T00:00:00Z\",\"valueQuantity\":{\"value\":%d.50,\"unit\":\"mg\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg\"},\"note\":[{\"text\":\"%s%d\"}]},\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}", i, 1000 + i % 500, patient, from, i, text, i
  }
  printf "]}"
}' >"$home/bundle.json"

start_server "-Xmx$HEAP"
echo "entries $ENTRIES  bytes $(stat -c %s "$home/bundle.json")  heap $HEAP"
curl -s -o "$home/answer.json" -w 'status %{http_code}  seconds %{time_total}\n' -H 'Content-Type: application/fhir+json' \
  --data-binary @"$home/bundle.json" "http://127.0.0.1:$PORT/fhir"
awk '/VmHWM/ { printf "resident at most %d MB\n", $2 / 1024 }' "/proc/$server/status"
curl -s "http://127.0.0.1:$PORT/fhir/Observation?_summary=count" | grep -q "\"total\":$((ENTRIES - 1))" || { echo "not all is there" >&2; exit 1; }
