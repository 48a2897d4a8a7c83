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
home="$(mktemp -d)"
server=

stop() {
  [[ -n "$server" ]] && kill -TERM "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$home"
}
trap stop EXIT

THROUGHCARE_HOME="$home/data" THROUGHCARE_DEMO=false THROUGHCARE_IMPORT_FILES=/ SERVER_PORT="$PORT" \
  java -jar target/throughcare.jar >"$home/server.log" 2>&1 &
server=$!
for ((i = 0; i < 600; i++)); do
  [[ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:$PORT/fhir/metadata")" == 200 ]] && break
  kill -0 "$server" 2>/dev/null || { tail -n 40 "$home/server.log" >&2; exit 1; }
  sleep 0.2
done
sleep 30 # until what starts in the background is done

for folder in "$@"; do
  python3 - "$(realpath "$folder")" "http://127.0.0.1:$PORT/fhir" "$server" "$(head -1 "$home/data/data/postmaster.pid")" "$home/data/data" <<'PYTHON'
import glob, json, os, subprocess, sys, time, urllib.request

folder, base, server, postgres, data = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
HZ = os.sysconf("SC_CLK_TCK")


def ticks(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()


def cpu():
    own = sum(int(t) for t in ticks(server)[11:13])
    pg = sum(int(t) for t in ticks(postgres)[11:15])
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            t = ticks(pid)
        except OSError:
            continue
        if int(t[1]) == postgres:
            pg += int(t[11]) + int(t[12])
    return own / HZ, pg / HZ


def du():
    return int(subprocess.run(["du", "-sb", os.path.join(data, "base")], capture_output=True, text=True).stdout.split()[0])


inputs = [{"name": "inputFormat", "valueCode": "application/fhir+ndjson"}] + [
    {"name": "input", "part": [{"name": "type", "valueCode": os.path.basename(f)[:-7]}, {"name": "url", "valueUrl": "file://" + f}]}
    for f in sorted(glob.glob(os.path.join(folder, "*.ndjson")))]
request = urllib.request.Request(base + "/$import", json.dumps({"resourceType": "Parameters", "parameter": inputs}).encode(),
                                 {"Content-Type": "application/fhir+json", "Prefer": "respond-async"})
disk, before, began = du(), cpu(), time.time()
with urllib.request.urlopen(request) as answer:
    location = answer.headers["Content-Location"]
while True:
    with urllib.request.urlopen(location) as answer:
        if answer.status == 200:
            result = json.load(answer)
            break
    time.sleep(0.2)
seconds, after = time.time() - began, cpu()
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
