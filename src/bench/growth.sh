#!/usr/bin/env bash
# The same searches at 10,000, 100,000 and 1,000,000 resources, or at the sizes named: growth.sh [SIZE ...]
# Needs a build (mvn -q -DskipTests package) and an empty target/growth-home, which it removes first.
set -eu
cd "$(dirname "$0")/../.."
rm -rf target/growth-home
mkdir -p target/bench
javac -nowarn -proc:none -d target/bench -cp "target/classes:target/lib/*" src/bench/java/*.java
exec java -cp "target/bench:target/classes:target/lib/*" GrowthBench "$@"
