#!/usr/bin/env bash
# What $import costs: loads every NDJSON file (named Type.ndjson) of folders, one after the other, into a server it starts on an empty
# home, and prints for each folder resources a second, CPU of server and PostgreSQL per resource, bytes on disk per resource, and the
# server's memory. The first folder warms the JVM up.
#
#   mvn -q -DskipTests package && src/bench/import.sh FOLDER...
#
# Java options come from JAVA_TOOL_OPTIONS. Needs Linux (/proc), curl and python3.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly PORT="${SERVER_PORT:-18083}"
: "${1:?usage: import.sh FOLDER...}"
source src/bench/server.sh

THROUGHCARE_IMPORT_FILES=/ start_server
sleep 30 # until what starts in the background is done

for folder in "$@"; do
  python3 - "$(realpath "$folder")" "http://127.0.0.1:$PORT/fhir" "$server" "$postgres" "$home/data/data" <<'PYTHON'
import glob, json, os, subprocess, sys, time, urllib.request
from usage import cpu

folder, base, server, postgres, data = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]


def du():
    return int(subprocess.run(["du", "-sb", os.path.join(data, "base")], capture_output=True, text=True).stdout.split()[0])


inputs = [{"name": "inputFormat", "valueCode": "application/fhir+ndjson"}] + [
    {"name": "input", "part": [{"name": "type", "valueCode": os.path.basename(f)[:-7]}, {"name": "url", "valueUrl": "file://" + f}]}
    for f in sorted(glob.glob(os.path.join(folder, "*.ndjson")))]
request = urllib.request.Request(base + "/$import", json.dumps({"resourceType": "Parameters", "parameter": inputs}).encode(),
                                 {"Content-Type": "application/fhir+json", "Prefer": "respond-async"})
disk, before, began = du(), cpu(server, postgres), time.time()
with urllib.request.urlopen(request) as answer:
    location = answer.headers["Content-Location"]
while True:
    with urllib.request.urlopen(location) as answer:
        if answer.status == 200:
            result = json.load(answer)
            break
    time.sleep(0.2)
seconds, after = time.time() - began, cpu(server, postgres)
parts = [{p["name"]: p.get("valueInteger") for p in o["part"]} for o in result["parameter"] if o["name"] == "output"]
done = sum(p["count"] for p in parts)
own, pg = after[0] - before[0], after[1] - before[1]
rss = [l for l in open(f"/proc/{server}/status") if l.startswith(("VmRSS", "VmHWM"))]
print(f"{done} resources in {seconds:.1f} s: {done / seconds:.0f}/s, CPU per resource {own / done * 1000:.3f} ms server + {pg / done * 1000:.3f} ms PostgreSQL, "
      f"{(du() - disk) / done:.0f} bytes on disk, refused {sum(p['refused'] for p in parts)}, unchanged {sum(p['unchanged'] for p in parts)}, "
      + ", ".join(f"{l.split()[0]} {int(l.split()[1]) // 1024} MB" for l in rss))
for p in [p for p in result["parameter"] if p["name"] == "error"][:3]:
    print(json.dumps(p))
PYTHON
done
