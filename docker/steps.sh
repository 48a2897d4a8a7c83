#!/usr/bin/env bash
# What Dockerfile and compose.yaml do, as plain commands for a machine without a Docker engine (JDK 17+ and Maven):
#
#   docker/steps.sh build     the jar and its libraries under target/
#   docker/steps.sh run       the server, in the foreground, until Ctrl-C
#   docker/steps.sh health    0 once the server is up
#
# With SPRING_DATASOURCE_URL, _USERNAME and _PASSWORD in the environment the server uses that PostgreSQL (15 or newer; an
# empty database that its user owns); without them it keeps one of its own under THROUGHCARE_HOME (default .throughcare).
set -euo pipefail
cd "$(dirname "$0")/.."

build() {
  mvn -B -ntp -DskipTests package
}

run() {
  [[ -f target/throughcare.jar && -d target/lib ]] || { echo "Nothing is built: run docker/steps.sh build first." >&2; exit 1; }
  if [[ -n "${SPRING_DATASOURCE_URL:-}" ]]; then
    : "${SPRING_DATASOURCE_USERNAME:?set SPRING_DATASOURCE_USERNAME}" "${SPRING_DATASOURCE_PASSWORD:?set SPRING_DATASOURCE_PASSWORD}"
  fi
  exec java -XX:MaxRAMPercentage=60 -XX:+ExitOnOutOfMemoryError -jar target/throughcare.jar
}

health() {
  exec 3<>"/dev/tcp/127.0.0.1/${SERVER_PORT:-8080}"
  printf 'GET /actuator/health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
  head -n 1 <&3 | grep ' 200'
}

case "${1:-}" in
  build | run | health) "$1" ;;
  *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
