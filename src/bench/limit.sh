#!/usr/bin/env bash
# How near the server comes to a bare servlet on the same database: limit.sh [SECONDS [ROUNDS [SECONDS OF EACH TO WARM UP]]]
# Needs a build (mvn -q -DskipTests package); its data stay in target/bench-home.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p target/bench
javac -nowarn -proc:none -d target/bench -cp "target/classes:target/lib/*" src/bench/java/*.java
exec java -Dbench.load=target/bench -cp "target/bench:target/classes:target/lib/*" LimitBench "$@"
