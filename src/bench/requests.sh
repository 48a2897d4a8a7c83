#!/usr/bin/env bash
# What each kind of request costs: starts a server on an empty home, loads a folder of transaction Bundles (Synthea's fhir folder, say;
# files with "Information" in their names first), makes Goals and Tasks of it, warms up with all kinds mixed, and then sends each kind
# over 8 connections. Prints requests a second, their median and 99th percentile in milliseconds, and CPU milliseconds a request of
# server and PostgreSQL, with what goes on in the background meanwhile. Fails if an answer is not 2xx, or if a search never finds anything.
#
#   mvn -q -DskipTests package && src/bench/requests.sh FOLDER [SECONDS, default 7] [WARM-UP SECONDS, default 150]
#
# The client is one Python process and takes a core itself: compare CPU, not requests a second. Java options come from
# JAVA_TOOL_OPTIONS. Needs Linux (/proc), curl and python3.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly FOLDER="${1:?usage: requests.sh FOLDER [SECONDS] [WARM-UP SECONDS]}" SECONDS_EACH="${2:-7}" WARM="${3:-150}" PORT="${SERVER_PORT:-18084}"
source src/bench/server.sh

start_server

python3 - "$FOLDER" "$SECONDS_EACH" "$WARM" "$PORT" "$server" "$postgres" <<'PYTHON'
import concurrent.futures as cf, glob, http.client, itertools, json, os, statistics, sys, threading, time
from urllib.parse import quote
from usage import cpu

folder, seconds, warm, port, server, postgres = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), *map(int, sys.argv[4:7])
JSON = {"Content-Type": "application/fhir+json"}
CONNECTIONS = 8
local = threading.local()


def send(method, path, body=None):
    link = getattr(local, "link", None) or http.client.HTTPConnection("127.0.0.1", port, timeout=900)
    local.link = link
    link.request(method, "/fhir" + path, body, JSON)
    answer = link.getresponse()
    text = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"{method} {path}: {answer.status} {text[:400]}")
    return text


def get(path):
    return json.loads(send("GET", path))


def found(path):
    """All resources of a search, over its pages."""
    all, page = [], get(path)
    while True:
        all += [e["resource"] for e in page.get("entry", [])]
        after = [l["url"] for l in page["link"] if l["relation"] == "next"]
        if not after:
            return all
        page = get(after[0].split("/fhir", 1)[1])


def load():
    files = sorted(glob.glob(os.path.join(folder, "*.json")), key=lambda f: ("Information" not in os.path.basename(f), f))
    with cf.ThreadPoolExecutor(2) as pool:
        for file in [f for f in files if "Information" in os.path.basename(f)]:
            send("POST", "", open(file, "rb").read())
        list(pool.map(lambda f: send("POST", "", open(f, "rb").read()), [f for f in files if "Information" not in os.path.basename(f)]))
    print(f"{len(files)} Bundles loaded", flush=True)


def derive(plans):
    """A Goal and two Tasks for each CarePlan: Synthea has no Tasks, and Goals of few only."""
    for block in range(0, len(plans), 100):
        entries = []
        for n, plan in enumerate(plans[block:block + 100]):
            for body in ({"resourceType": "Goal", "lifecycleStatus": "active" if n % 3 else "completed", "description": {"text": "Walk a little every day"}, "subject": plan["subject"]},
                         *({"resourceType": "Task", "status": status, "intent": "order", "for": plan["subject"], "authoredOn": f"2026-{1 + n % 9:02d}-{1 + n % 27:02d}T10:{n % 60:02d}:00Z",
                            "basedOn": [{"reference": "CarePlan/" + plan["id"]}]} for status in ("requested", "completed" if n % 2 else "in-progress"))):
                entries.append({"resource": body, "request": {"method": "POST", "url": body["resourceType"]}})
        send("POST", "", json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}))


load()
plans = found("/CarePlan?_count=200")
derive(plans)
people = found("/Patient?_count=200")
with_plan = sorted({p["subject"]["reference"].split("/")[1] for p in plans})
some = [p for p in people if p["id"] in set(with_plan[::max(1, len(with_plan) // 60)])]
conditions = found("/Condition?_count=1000&_elements=code")
often = {}
for c in conditions:
    for coding in c.get("code", {}).get("coding", []):
        key = coding.get("system", "") + "|" + coding["code"]
        often[key] = often.get(key, 0) + 1
codes = [quote(k) for k in sorted(often, key=often.get, reverse=True)[:30]]
observed = []
for p in some:
    seen = {}
    for o in get(f"/Observation?patient={p['id']}&_count=200&_sort=-date&_elements=code,effective")["entry"]:
        for coding in o["resource"]["code"].get("coding", [])[:1]:
            seen.setdefault(coding["system"] + "|" + coding["code"], []).append(o["resource"].get("effectiveDateTime", "2000")[:10])
    code = max(seen, key=lambda k: len(seen[k]))
    observed.append((p["id"], quote(code), sorted(seen[code])[len(seen[code]) // 2]))
tasks = found("/Task?status=completed&_count=200")[:300]
reads = [f"/Patient/{p['id']}" for p in some] + [f"/CarePlan/{p['id']}" for p in plans[:60]] + [f"/Condition/{c['id']}" for c in conditions[:60]]
number = itertools.count()


def vital(patient, **more):
    return json.dumps({"resourceType": "Observation", **more, "status": "final", "subject": {"reference": "Patient/" + patient},
                       "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
                       "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}, "effectiveDateTime": "2026-11-01T08:00:00Z",
                       "valueQuantity": {"value": 60 + next(number) % 70, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
                       "note": [{"text": f"Number {next(number)}"}]})


kept = [json.loads(send("POST", "/Observation", vital(p["id"])))["id"] for p in some]


def put_task(n, **more):
    task = dict(tasks[n % len(tasks)], description=f"Number {next(number)}", **more)
    return "PUT", "/Task/" + task["id"], json.dumps({k: v for k, v in task.items() if k != "meta"})


def put_observation(n):
    k = n % len(kept)
    return "PUT", "/Observation/" + kept[k], vital(some[k]["id"], id=kept[k])


def search(paths):
    return lambda n: ("GET", paths[n % len(paths)], None)


def each(form):
    return search(["/" + form.format(id=p["id"], family=quote(p["name"][0]["family"]), born=p["birthDate"],
                                     identifier=quote(p["identifier"][0].get("system", "") + "|" + p["identifier"][0]["value"])) for p in some])


kinds = {
    "read by id (Patient, CarePlan, Condition)": search(reads),
    "CarePlan?patient&status=active": each("CarePlan?patient={id}&status=active"),
    "CarePlan?patient&category": each("CarePlan?patient={id}&category=assess-plan"),
    "Condition?patient&clinical-status=active": each("Condition?patient={id}&clinical-status=active"),
    "Observation?patient&code&date=ge&_sort=-date&_count=20": search([f"/Observation?patient={p}&code={c}&date=ge{d}&_sort=-date&_count=20" for p, c, d in observed]),
    "Encounter?patient&date=ge": each("Encounter?patient={id}&date=ge2015-06-15"),
    "Patient?family&birthdate": each("Patient?family={family}&birthdate={born}"),
    "Patient?identifier": each("Patient?identifier={identifier}"),
    "Goal?patient&lifecycle-status=active": each("Goal?patient={id}&lifecycle-status=active"),
    "Task?patient&status=requested,in-progress": each("Task?patient={id}&status=requested,in-progress"),
    "Task?status=requested&_sort=-authored-on&_count=50": search(["/Task?status=requested&_sort=-authored-on&_count=50"]),
    "CarePlan?patient.family": each("CarePlan?patient.family={family}"),
    "CarePlan?patient&_include care-team, goal": each("CarePlan?patient={id}&_include=CarePlan:care-team&_include=CarePlan:goal"),
    "Patient?_id&_revinclude CarePlan, Condition": each("Patient?_id={id}&_revinclude=CarePlan:patient&_revinclude=Condition:patient"),
    "Patient?_has:Condition:patient:code&_count=20": search([f"/Patient?_has:Condition:patient:code={c}&_count=20" for c in codes]),
    "Condition?code&_summary=count": search([f"/Condition?code={c}&_summary=count" for c in codes]),
    "Observation?_count=100": search(["/Observation?_count=100"]),
    "Patient/$everything?_count=100": each("Patient/{id}/$everything?_count=100"),
    "POST Observation": lambda n: ("POST", "/Observation", vital(some[n % len(some)]["id"])),
    "PUT Task": put_task,
    "PUT Task that names something to be due by": lambda n: put_task(n, restriction={"period": {"end": f"2027-0{1 + n % 9}-01T10:00:00Z"}}),
    "PUT Observation": put_observation,
}
for name, request in kinds.items():
    answers = [json.loads(send(*request(n))) for n in range(60 if request(0)[0] == "GET" else 1)]
    if "?" in name and not any(a.get("entry") or a.get("total") for a in answers):
        raise SystemExit(f"{name} never finds anything: {request(0)[1]}")


def run(requests, until):
    def one(worker):
        times, n = [], worker * 7
        while time.time() < until:
            for request in requests:
                began = time.time()
                send(*request(n))
                times.append(time.time() - began)
            n += 1
        return times

    with cf.ThreadPoolExecutor(CONNECTIONS) as pool:
        return sorted(t for times in pool.map(one, range(CONNECTIONS)) for t in times)


run(list(kinds.values()), time.time() + warm)
print("| request | a second | p50 ms | p99 ms | CPU ms a request, server + PostgreSQL |\n|---|---|---|---|---|")
for name, request in kinds.items():
    time.sleep(min(3, warm))  # what the last kind left to be done
    run([request], time.time() + min(3, warm))
    before, began = cpu(server, postgres), time.time()
    times = run([request], began + seconds)
    after, took = cpu(server, postgres), time.time() - began
    own, pg = ((b - a) / len(times) * 1000 for a, b in zip(before, after))
    print(f"| `{name}` | {len(times) / took:.0f} | {statistics.median(times) * 1000:.1f} | {times[int(len(times) * .99)] * 1000:.1f} | {own:.2f} + {pg:.2f} |", flush=True)
PYTHON
