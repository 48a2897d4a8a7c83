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
source src/bench/server.sh

start_server

python3 - "$ROUNDS" "$REQUESTS" "$PORT" "$server" "$postgres" <<'PYTHON'
import http.client, json, os, sys
from usage import cpu

rounds, requests, port, server, postgres = map(int, sys.argv[1:6])
ITEMS = "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8".split()
POINTS = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
connection = http.client.HTTPConnection("127.0.0.1", port)


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
            before = cpu(server, postgres)
            for _ in range(requests):
                kind(*case)
            after = cpu(server, postgres)
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
