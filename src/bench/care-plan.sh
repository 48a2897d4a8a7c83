#!/usr/bin/env bash
# What a care plan costs: starts a server on an empty home, stores the golden patient of a programme with 500 resources more,
# and calls $generate-care-plan: the first call's seconds, then server and PostgreSQL CPU milliseconds a call, warm: for the
# programme named, for every active programme, as a preview, and for $apply alone.
#
#   mvn -q -DskipTests package && src/bench/care-plan.sh [PROGRAMME, default social-needs] [CALLS, default 300]
#
# Java options come from JAVA_TOOL_OPTIONS. Needs Linux (/proc), curl and python3.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly PROGRAMME="${1:-social-needs}" CALLS="${2:-300}" PORT="${SERVER_PORT:-18082}"
source src/bench/server.sh

start_server

python3 - "$PROGRAMME" "$CALLS" "http://127.0.0.1:$PORT/fhir" "$server" "$postgres" <<'PYTHON'
import json, os, sys, time, http.client, urllib.parse
from usage import cpu

programme, calls, base, server, postgres = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
url = urllib.parse.urlparse(base)
link = http.client.HTTPConnection(url.hostname, url.port, timeout=300)


def call(method, path, body=None):
    link.request(method, "/fhir" + path, None if body is None else json.dumps(body), {"Content-Type": "application/fhir+json"})
    answer = link.getresponse()
    text = answer.read()
    if answer.status >= 300:
        sys.exit(f"{method} {path}: {answer.status} {text[:500]}")
    return json.loads(text)


def observation(patient, n):
    return {"resourceType": "Observation", "status": "final", "subject": {"reference": patient},
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}], "text": "Body weight"},
            "effectiveDateTime": f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}T08:00:00Z",
            "valueQuantity": {"value": 70 + n % 9, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}}


def encounter(patient, n):
    return {"resourceType": "Encounter", "status": "finished", "subject": {"reference": patient},
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "period": {"start": f"2023-{n % 12 + 1:02d}-{n % 28 + 1:02d}T08:00:00Z", "end": f"2023-{n % 12 + 1:02d}-{n % 28 + 1:02d}T09:00:00Z"}}


def condition(patient, n):
    return {"resourceType": "Condition", "subject": {"reference": patient},
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved"}]},
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "J06.9"}], "text": "Cold"},
            "onsetDateTime": f"20{n % 20:02d}-03-01", "abatementDateTime": f"20{n % 20:02d}-03-09"}


def medication(patient, n):
    return {"resourceType": "MedicationRequest", "status": "completed", "intent": "order", "subject": {"reference": patient},
            "medicationCodeableConcept": {"text": f"Medicine {n}"}, "authoredOn": f"20{n % 20:02d}-05-01"}


def parameters(*more):
    return {"resourceType": "Parameters", "parameter": list(more)}


with open(f"ig/input/examples/golden/{programme}.json", encoding="utf-8") as f:
    golden = json.load(f)
patient = next(e["response"]["location"].split("/_history")[0] for e in call("POST", "", golden)["entry"]
               if "/Patient/" in "/" + e["response"]["location"])
patient = "Patient/" + patient.rsplit("/", 1)[1]
more = [observation(patient, n) for n in range(300)] + [encounter(patient, n) for n in range(100)]
more += [condition(patient, n) for n in range(60)] + [medication(patient, n) for n in range(40)]
call("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": [
    {"resource": r, "request": {"method": "POST", "url": r["resourceType"]}} for r in more]})
named = {"name": "program", "valueCanonical": "https://throughcare.github.io/ig/PlanDefinition/" + programme}
generate = f"/{patient}/$generate-care-plan"
began, before = time.time(), cpu(server, postgres)
plan = call("POST", generate, parameters(named))
print(f"first call: {time.time() - began:.2f} s by the clock, {cpu(server, postgres)[0] - before[0]:.2f} s CPU of the server and all it does meanwhile, {len(plan['entry'])} entries, {len(golden['entry']) + len(more)} resources of the patient")
cases = {
    "generate, programme named, plan is there": ("POST", generate, parameters(named)),
    "generate, every active programme": ("POST", generate, parameters()),
    "generate, preview": ("POST", generate, parameters(named, {"name": "preview", "valueBoolean": True})),
    "PlanDefinition/$apply": ("POST", f"/PlanDefinition/{programme}/$apply", parameters({"name": "subject", "valueString": patient})),
}
for _ in range(max(1, calls // 100)):
    for request in cases.values():
        for _ in range(100):
            call(*request)
for name, request in cases.items():
    before, began = cpu(server, postgres), time.time()
    for _ in range(calls):
        call(*request)
    seconds, after = time.time() - began, cpu(server, postgres)
    print(f"{name}: CPU a call {(after[0] - before[0]) / calls * 1000:.1f} ms server + {(after[1] - before[1]) / calls * 1000:.1f} ms PostgreSQL, {seconds / calls * 1000:.1f} ms by the clock")
PYTHON
