#!/usr/bin/env bash
# Makes up patients: Synthea 3.3.0, which it gets from Maven Central when it is first called. The same count gives the same people,
# whatever the day; those who died on the way come with the living.
#   src/bench/synthea.sh FOLDER [PATIENTS]      FOLDER/fhir: hospitals and practitioners, then one transaction Bundle a patient
set -euo pipefail
FOLDER=$(mkdir -p "${1:?usage: synthea.sh FOLDER [PATIENTS]}" && cd "$1" && pwd)
PATIENTS=${2:-150}
DAY=20261101
cd "$(dirname "$0")/../.."
HERE=$PWD/target/synthea
if [[ ! -d $HERE/lib ]]; then
  mkdir -p "$HERE"
  cat > "$HERE/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.github.throughcare</groupId>
  <artifactId>synthea</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.mitre.synthea</groupId><artifactId>synthea</artifactId><version>3.3.0</version></dependency>
  </dependencies>
</project>
POM
  mvn -q -B -f "$HERE/pom.xml" dependency:copy-dependencies -DoutputDirectory="$HERE/lib.new"
  mv "$HERE/lib.new" "$HERE/lib"
fi
exec java -cp "$HERE/lib/*" App -s 42 -cs 42 -r $DAY -e $DAY -p "$PATIENTS" \
  --exporter.baseDirectory="$FOLDER/" --exporter.fhir.transaction_bundle=true --exporter.years_of_history=5 \
  --exporter.fhir.us_core_version=5.0.1 \
  --exporter.hospital.fhir.export=true --exporter.practitioner.fhir.export=true Massachusetts
