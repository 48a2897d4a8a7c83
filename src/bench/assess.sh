#!/usr/bin/env bash
# What $assess costs beside a plain POST of the same PHQ-9: CPU of server and PostgreSQL per request, and their ratio. Starts a
# server on an empty home, warms both up, then takes turns, so that other work on the machine hits both. Fails if the server's CPU for
# $assess is more than ten times that of the POST, or if one answer is wrong.
#
#   mvn -q -DskipTests package && src/bench/assess.sh [ROUNDS, default 6] [REQUESTS a round and kind, default 300]
#
# Java options come from JAVA_TOOL_OPTIONS. Needs Linux (/proc), curl and python3.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly ROUNDS="${1:-6}" REQUESTS="${2:-300}" PORT="${SERVER_PORT:-18082}"
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

python3 - "$ROUNDS" "$REQUESTS" "$PORT" "$server" "$(head -1 "$home/data/data/postmaster.pid")" <<'PYTHON'
import http.client, json, os, sys

rounds, requests, port, server, postgres = map(int, sys.argv[1:6])
HZ = os.sysconf("SC_CLK_TCK")
ITEMS = "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8".split()
POINTS = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
connection = http.client.HTTPConnection("127.0.0.1", port)


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


def post(path, body):
    connection.request("POST", "/fhir" + path, json.dumps(body), {"Content-Type": "application/fhir+json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 201):
        sys.exit(f"POST {path}: {answer.status} {text[:500]}")
    return json.loads(text)


def response(patient, points):
    return {"resourceType": "QuestionnaireResponse", "status": "completed",
            "questionnaire": "https://throughcare.github.io/ig/Questionnaire/phq-9",
            "subject": {"reference": "Patient/" + patient}, "authored": "2026-11-02T10:30:00-05:00",
            "item": [{"linkId": "/" + i, "answer": [{"valueCoding": {"system": "http://loinc.org", "code": POINTS[p]}}]}
                     for i, p in zip(ITEMS, points)]}


def plain(points, total, entries):
    post("/QuestionnaireResponse", response(patient(), points))


def assess(points, total, entries):
    who = patient()
    bundle = post(f"/Patient/{who}/$assess", {"resourceType": "Parameters", "parameter": [
        {"name": "response", "resource": response(who, points)}]})
    values = [e["resource"]["valueQuantity"]["value"] for e in bundle["entry"] if "valueQuantity" in e["resource"]]
    if values != [total] or len(bundle["entry"]) != entries:
        sys.exit(f"wrong answer: {values}, {len(bundle['entry'])} entries")


def patient():
    return patients.pop()


# points, total, entries of the answer: nothing to do; a need, an alert with Flag and Task
CASES = {"quiet": ([0, 0, 1, 0, 0, 1, 0, 0, 0], 2, 11), "need and alert": ([2, 2, 2, 1, 1, 2, 1, 1, 1], 13, 14)}
spent = {}
for name, case in CASES.items():
    for turn in range(-max(3, rounds // 2), rounds):
        for kind in (plain, assess):
            patients = [post("/Patient", {"resourceType": "Patient", "gender": "female"})["id"] for _ in range(requests)]
            before = cpu()
            for _ in range(requests):
                kind(*case)
            after = cpu()
            if turn >= 0:
                spent.setdefault((name, kind.__name__), []).append([(a - b) / requests * 1000 for a, b in zip(after, before)])
worst = 0.0
for name in CASES:
    middle = {}
    for kind in ("plain", "assess"):
        runs = sorted(r[0] for r in spent[name, kind])
        pg = sorted(r[1] for r in spent[name, kind])
        middle[kind] = (runs[len(runs) // 2], pg[len(pg) // 2])
        print(f"{name:15} {kind:7} server {middle[kind][0]:6.2f} ms ({runs[0]:.2f} - {runs[-1]:.2f}), PostgreSQL {middle[kind][1]:.2f} ms")
    ratio = middle["assess"][0] / middle["plain"][0]
    worst = max(worst, ratio)
    print(f"{name:15} ratio   server {ratio:.1f}, with PostgreSQL {sum(middle['assess']) / sum(middle['plain']):.1f}")
sys.exit(1 if worst > 10 else 0)
PYTHON
