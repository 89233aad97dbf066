# What the benchmarks share; sourced. Sets: here, root, work (a scratch folder, removed at the end), muster, benchmarks; and store, database where a store matters.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/.." && pwd)"
export LC_ALL=C PGOPTIONS="-c client_min_messages=warning"
fail() { echo "$(basename "$0"): $1" >&2; exit 1; }

# need PROGRAM:PACKAGE…
need() {
  local tool
  for tool; do command -v "${tool%%:*}" >/dev/null || fail "${tool##*:} is missing: apt-get install ${tool##*:}"; done
}

# prepare_programs: builds what is measured and what measures.
prepare_programs() {
  need /usr/bin/time:time jq:jq
  "$root/muster" --version >/dev/null
  muster="dotnet $root/src/Muster.Cli/bin/Release/net10.0/muster.dll"
  dotnet build "$here/Muster.Benchmarks" -c Release -v q --nologo >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; exit 1; }
  benchmarks="dotnet $here/Muster.Benchmarks/bin/Release/net10.0/muster-benchmarks.dll"
}

# new_work: a scratch folder; MUSTER_BENCH_TEMP says where.
new_work() {
  work="$(mktemp -d "${MUSTER_BENCH_TEMP:-${TMPDIR:-/tmp}}/muster-bench.XXXXXX")"
  chmod 755 "$work"
  trap 'end_postgres; [ -n "${MUSTER_BENCH_KEEP:-}" ] || rm -rf "$work"' EXIT
}

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2) }'; }

# run_job FOLDER JOB [OPTIONS]: leaves the job's record in $work/job.json, and elapsed, processor (seconds of the process) and peak (KB). Fails with the job.
run_job() {
  local folder="$1" job="$2"
  shift 2
  (cd "$folder" && /usr/bin/time -f '%e %U %S %M' -o "$work/time" $muster job run "$job" --database "$url" --log-level Warning --json "$@" >"$work/job.json" 2>"$work/errors") \
    || { cat "$work/errors" >&2; jq -r '.tasks[]? | .error // empty, (.messages[]?)' "$work/job.json" >&2 || true; fail "job '$job' failed"; }
  read -r elapsed processor peak < <(tail -n 1 "$work/time" | awk '{ print $1, $2 + $3, $4 }')
}

# task_seconds KIND: how long the tasks of a kind took in the last job (all: every task), from its record.
task_seconds() {
  jq --arg k "$1" 'def s: capture("T(?<h>..):(?<m>..):(?<s>[0-9.]+)") | (.h | tonumber) * 3600 + (.m | tonumber) * 60 + (.s | tonumber);
    [.tasks[] | select($k == "all" or .task == $k) | select(.endedAt) | ((.endedAt | s) - (.startedAt | s)) | if . < 0 then . + 86400 else . end] | add * 1000 | round / 1000' "$work/job.json"
}

# start_store NAME: an empty store; sets url. SQLite: a file. PostgreSQL: a database of $server, or of a server of its own, started here on a free port.
start_store() {
  local name="$1"
  if [ "$store" = sqlite ]; then
    url="sqlite:$work/$name.db"
    rm -f "$work/$name.db"*
    return
  fi
  [ -n "${server:-}" ] || start_postgres
  psql -q -d "$server/postgres" -c "DROP DATABASE IF EXISTS \"bench_$name\" WITH (FORCE)" -c "CREATE DATABASE \"bench_$name\"" >/dev/null
  url="$server/bench_$name"
}

# The server's data is durable as by default; memory as one would give it on a machine of this size.
start_postgres() {
  local bin user port
  bin="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)"
  [ -n "$bin" ] || fail "PostgreSQL is missing: apt-get install postgresql"
  user="$(id -un)"
  as_owner=()
  [ "$(id -u)" != 0 ] || { user=postgres; as_owner=(runuser -u postgres --); }
  postgres_data="$work/postgres"
  mkdir -p "$postgres_data"
  [ "$(id -u)" != 0 ] || chown "$user" "$postgres_data"
  port="$(awk 'BEGIN { srand(); print 20000 + int(rand() * 20000) }')"
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  "${as_owner[@]}" "$bin/initdb" -D "$postgres_data/data" -U muster -A trust -E UTF8 --locale=C >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log" >&2; exit 1; }
  "${as_owner[@]}" "$bin/pg_ctl" -D "$postgres_data/data" -w -l "$postgres_data/log" \
    -o "-h 127.0.0.1 -p $port -k $postgres_data -c shared_buffers=1GB -c max_wal_size=8GB -c maintenance_work_mem=256MB" start >/dev/null || { cat "$postgres_data/log" >&2; exit 1; }
  postgres_bin="$bin"
  server="postgres://muster@127.0.0.1:$port"
}

end_postgres() {
  [ -z "${postgres_bin:-}" ] || "${as_owner[@]}" "$postgres_bin/pg_ctl" -D "$postgres_data/data" -m immediate stop >/dev/null 2>&1 || true
  postgres_bin=""
}

# plain_target NAME: as start_store, told in the way of the plain loader, and without making it.
plain_target() { [ "$store" = sqlite ] && echo "$work/$1.db" || echo "$server/bench_$1"; }

# query URL SQL: rows as text, columns separated by bars.
query() {
  case "$1" in
    sqlite:*) sqlite3 -readonly "${1#sqlite:}" "$2" ;;
    *) psql -qtA -d "$1" -c "$2" ;;
  esac
}

store_version() { [ "$store" = sqlite ] && echo "SQLite" || psql --version; }
