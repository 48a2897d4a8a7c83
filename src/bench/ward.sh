#!/usr/bin/env bash
# What a house full of patients costs: starts a server on an empty home, and for each of the given numbers of current inpatient stays
#   - loads stays up to that number, each with three diagnoses, an earlier stay, two emergency visits, two results, a procedure, an open
#     Task, and for one in four an expected discharge;
#   - asks the worklist once, at once;
#   - flags every one of them ($flag-readmission-risk of the type, respond-async), twice: the first run stores, the second finds nothing new;
#   - flags 400 of them one by one;
#   - asks the worklist for its first page, for one ward, and for what is high, 200 times each.
# Prints stays/s, CPU of server and PostgreSQL a stay, the server's resident memory, and milliseconds (p50, p95) of a page, and how long
# what follows from the load (deliveries) took after it.
#
#   mvn -q -DskipTests package && src/bench/ward.sh 1000 10000 100000
#
# Java options come from JAVA_TOOL_OPTIONS. Needs Linux (/proc), curl and python3.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly PORT="${SERVER_PORT:-18083}"
source src/bench/server.sh

THROUGHCARE_ZONE=America/New_York start_server

python3 - "http://127.0.0.1:$PORT/fhir" "$server" "$postgres" "${@:-1000 10000}" <<'PYTHON'
import concurrent.futures as cf, datetime as dt, http.client, json, os, random, sys, time, urllib.request
from usage import cpu, resident

base, server, postgres, sizes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), [int(n) for a in sys.argv[4:] for n in a.split()]
NOW = dt.datetime.now(dt.timezone.utc)
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
EXPECTED = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate"
ICD = ["I50.9", "J44.9", "E11.9", "I10", "F03.90", "C34.90", "N18.4", "M54.5", "K70.30", "I21.9"]
WARDS = 40


def at(days, hours=0):
    return (NOW - dt.timedelta(days=days, hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def stay(i):
    r = random.Random(i)
    p, days = f"p{i}", r.randint(0, 20)

    def put(type, id, **body):
        return {"resource": {"resourceType": type, "id": id, **body}, "request": {"method": "PUT", "url": f"{type}/{id}"}}

    def encounter(id, code, start, end, **more):
        return put("Encounter", id, status="in-progress" if end is None else "finished", **{"class": {"system": ACT, "code": code}},
                   subject={"reference": f"Patient/{p}"}, period={"start": start, **({"end": end} if end else {})}, **more)

    def lab(id, code, value, unit):
        return put("Observation", id, status="final", code={"coding": [{"system": "http://loinc.org", "code": code}]},
                   subject={"reference": f"Patient/{p}"}, encounter={"reference": f"Encounter/e{i}"}, effectiveDateTime=at(0, 1),
                   valueQuantity={"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit})

    expected = {"extension": [{"url": EXPECTED, "valueDateTime": at(-r.randint(0, 9))[:10]}]} if i % 4 == 0 else {}
    yield put("Patient", p, name=[{"family": f"Bench{i}", "given": ["A"]}], birthDate="1950-01-01")
    yield encounter(f"e{i}", "IMP", at(days, 2), None, location=[{"location": {"reference": f"Location/w{i % WARDS}"}}],
                    priority={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": "EM" if i % 3 else "EL"}]},
                    serviceType={"coding": [{"system": "http://snomed.info/sct", "code": "394802001"}]}, **expected)
    yield encounter(f"a{i}", "IMP", at(days + 100), at(days + 95))
    for n in (1, 2):
        yield encounter(f"v{i}-{n}", "EMER", at(days + 30 * n, 5), at(days + 30 * n))
    for n in range(3):
        yield put("Condition", f"c{i}-{n}", subject={"reference": f"Patient/{p}"}, recordedDate=at(days + 200),
                  clinicalStatus={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
                  code={"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": r.choice(ICD)}]})
    yield lab(f"h{i}", "718-7", round(r.uniform(8, 16), 1), "g/dL")
    yield lab(f"n{i}", "2951-2", r.randint(125, 145), "mmol/L")
    yield put("Procedure", f"q{i}", status="completed", subject={"reference": f"Patient/{p}"}, encounter={"reference": f"Encounter/e{i}"},
              performedDateTime=at(0, 1), code={"coding": [{"system": "http://snomed.info/sct", "code": "80146002"}]})
    yield put("Task", f"t{i}", status="requested", intent="order", **{"for": {"reference": f"Patient/{p}"}}, encounter={"reference": f"Encounter/e{i}"},
              code={"coding": [{"system": "https://throughcare.github.io/ig/CodeSystem/task-kind", "code": "discharge-barrier"}]},
              restriction={"period": {"end": at(r.randint(-20, 2))[:10]}})


def post(path, body, prefer=None):
    headers = {"Content-Type": "application/fhir+json"}
    if prefer:
        headers["Prefer"] = prefer
    request = urllib.request.Request(base + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=600) as answer:
        return answer.status, answer.headers, answer.read()


def quiet():
    """Waits until what follows from the load (listeners) has been done: a second in which the server does next to nothing."""
    began = time.time()
    for _ in range(900):
        before = sum(cpu(server, postgres))
        time.sleep(1)
        if sum(cpu(server, postgres)) - before < 0.05:
            break
    return time.time() - began - 1


def load(first, last):
    def some(start):
        entries = [e for i in range(start, min(start + 50, last)) for e in stay(i)]
        post("", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    with cf.ThreadPoolExecutor(2) as pool:
        list(pool.map(some, range(first, last, 50)))


def flag():
    began, (own, pg), most = time.time(), cpu(server, postgres), resident(server)
    status, headers, _ = post("/Encounter/$flag-readmission-risk", {"resourceType": "Parameters", "parameter": [
        {"name": "assumeCompleteUtilization", "valueBoolean": True}]}, "respond-async")
    assert status == 202, status
    while True:
        with urllib.request.urlopen(headers["Content-Location"]) as answer:
            most = max(most, resident(server))
            if answer.status == 200:
                result = json.load(answer)
                break
        time.sleep(0.1)
    seconds, (own2, pg2) = time.time() - began, cpu(server, postgres)
    if result["resourceType"] == "Bundle":
        result = result["entry"][0]["resource"]
    counts = {p["name"]: p.get("valueInteger") for p in result["parameter"]}
    n = counts["assessed"]
    return f"{n / seconds:7.0f} stays/s  CPU/stay {1000 * (own2 - own) / n:.2f} + {1000 * (pg2 - pg) / n:.2f} ms  most resident {most} MB  {counts}"


def singles(size):
    """One stay after the other, each somewhere else in the house; the first half warms up."""
    connection = http.client.HTTPConnection(base.split("/")[2])
    for n in range(400):
        if n == 200:
            began, (own, pg) = time.time(), cpu(server, postgres)
        connection.request("POST", f"/fhir/Encounter/e{n * 7919 % size}/$flag-readmission-risk",
                           json.dumps({"resourceType": "Parameters", "parameter": [{"name": "asOf", "valueDateTime": at(-1)}]}),
                           {"Content-Type": "application/fhir+json"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body[:300]
    seconds, (own2, pg2) = time.time() - began, cpu(server, postgres)
    return f"{1000 * seconds / 200:.1f} ms each, CPU {1000 * (own2 - own) / 200:.2f} + {1000 * (pg2 - pg) / 200:.2f} ms"


def pages(query):
    connection = http.client.HTTPConnection(base.split("/")[2])
    times = []
    for i in range(220):
        began = time.time()
        connection.request("GET", "/fhir/Encounter/$discharge-worklist" + query)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body[:300]
        if i >= 20:
            times.append(1000 * (time.time() - began))
    times.sort()
    return f"p50 {times[len(times) // 2]:.1f} p95 {times[int(len(times) * .95)]:.1f} ms, total {json.loads(body)['total']}"


post("", {"resourceType": "Bundle", "type": "transaction", "entry": [
    {"resource": {"resourceType": "Location", "id": f"w{i}", "name": f"Ward {i}"}, "request": {"method": "PUT", "url": f"Location/w{i}"}} for i in range(WARDS)]})
done = 0
for size in sizes:
    began = time.time()
    load(done, size)
    seconds = time.time() - began
    print(f"{size} stays (loaded {12 * (size - done) / seconds:.0f} resources/s)", flush=True)
    done = size

    def first(when):
        began = time.time()
        total = json.load(urllib.request.urlopen(base + "/Encounter/$discharge-worklist?_count=1"))["total"]
        print(f"  worklist, first question after {when} {time.time() - began:.2f} s, total {total}, resident {resident(server)} MB", flush=True)

    first("the load")
    print(f"  deliveries   {quiet():.0f} s after the load", flush=True)
    print("  flag, first  ", flag(), flush=True)
    first("the flags")
    print(f"  deliveries   {quiet():.0f} s after the flags", flush=True)
    print("  flag, again  ", flag(), flush=True)
    quiet()
    print("  flag, single ", singles(size), flush=True)
    quiet()
    for name, query in (("first page", ""), ("one ward", "?location=Location/w7"), ("high", "?risk=high"), ("expected", "?expected=ge2026-01-01&unassigned=true")):
        print(f"  worklist, {name:12}", pages(query), flush=True)
PYTHON
