#!/usr/bin/env bash
# What loading costs: sends every transaction Bundle of a folder (Synthea's fhir folder, say) to a server it starts on an
# empty home, files with "Information" in their names first, and prints resources, seconds, CPU of server and PostgreSQL per
# resource, and bytes on disk. Fails if one Bundle or one entry is refused, or if a type's count differs from the files'.
#
#   mvn -q -DskipTests package && src/bench/load.sh FOLDER [CLIENTS, default 2]
#
# Java options come from JAVA_TOOL_OPTIONS. Needs Linux (/proc), curl and python3.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly FOLDER="${1:?usage: load.sh FOLDER [CLIENTS]}" CLIENTS="${2:-2}" PORT="${SERVER_PORT:-18081}"
source src/bench/server.sh

start_server

python3 - "$FOLDER" "$CLIENTS" "http://127.0.0.1:$PORT/fhir" "$server" "$postgres" "$home/data/data" <<'PYTHON'
import collections, concurrent.futures as cf, glob, json, os, subprocess, sys, time, urllib.request
from usage import cpu

folder, clients, base, server, postgres, data = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), sys.argv[6]
files = sorted(glob.glob(os.path.join(folder, "*.json")))
first = [f for f in files if "Information" in os.path.basename(f)]
rest = [f for f in files if f not in first]


def send(file):
    with open(file, "rb") as body:
        request = urllib.request.Request(base, body.read(), {"Content-Type": "application/fhir+json"})
    with urllib.request.urlopen(request, timeout=900) as answer:
        entries = json.load(answer)["entry"]
    refused = [e["response"]["status"] for e in entries if not e["response"]["status"].startswith("2")]
    return len(entries), refused


expected = collections.Counter()
for file in files:
    with open(file, encoding="utf-8") as f:
        expected.update(e["resource"]["resourceType"] for e in json.load(f)["entry"])
for file in first:
    print(os.path.basename(file), *send(file))
before, began, done, bad = cpu(server, postgres), time.time(), 0, []
with cf.ThreadPoolExecutor(clients) as pool:
    for count, refused in pool.map(send, rest):
        done += count
        bad += refused
seconds, after = time.time() - began, cpu(server, postgres)
own, pg = after[0] - before[0], after[1] - before[1]
disk = int(subprocess.run(["du", "-sb", os.path.join(data, "base")], capture_output=True, text=True).stdout.split()[0])
print(f"{done} resources in {seconds:.1f} s: {done / seconds:.0f}/s, CPU per resource {own / done * 1000:.3f} ms server + {pg / done * 1000:.3f} ms PostgreSQL, {disk / done:.0f} bytes on disk")
differ = {}
for kind, count in sorted(expected.items()):
    with urllib.request.urlopen(f"{base}/{kind}?_summary=count") as answer:
        stored = json.load(answer)["total"]
    if stored != count:
        differ[kind] = (count, stored)
print("counts equal the files'" if not differ else f"counts differ (file, store): {differ}")
sys.exit(1 if bad else 0)
PYTHON
