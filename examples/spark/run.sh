#!/usr/bin/env bash
# Runs dockfix_spark.py on local Spark over 20,000 generated records, and compares what it writes with what one process answers.
#
#   examples/spark/run.sh [DOCKFIX]      default: target/release/dockfix
#
# Needs Java 17 or newer and Python 3.10 or newer; brings PySpark into target/spark.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dockfix=$(realpath "${1:-target/release/dockfix}")
example=$PWD/examples/spark
work=$PWD/target/spark
mkdir -p "$work"

if ! cmp -s "$example/requirements.txt" "$work/venv/installed"; then
  begin=$SECONDS
  rm -rf "$work/venv"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir --retries 10 -r "$example/requirements.txt"
  cp "$example/requirements.txt" "$work/venv/installed"
  printf 'installed %s in %d s\n' "$(cat "$example/requirements.txt")" $((SECONDS - begin))
fi
# spark-submit and its workers take the Python that is found first.
export PATH=$work/venv/bin:$PATH SPARK_LOCAL_IP=127.0.0.1 PYTHONHASHSEED=0
unset SPARK_HOME PYTHONPATH PYSPARK_PYTHON PYSPARK_DRIVER_PYTHON

cd "$work"
rm -rf spark spark-failed
python3 "$example/generate.py" 20000 >records.jsonl
"$dockfix" pipe <records.jsonl >single.jsonl

# on_spark OUTPUT OPTION...
on_spark() {
  spark-submit --master 'local[2]' --conf spark.ui.enabled=false \
    "$example/dockfix_spark.py" --dockfix "$dockfix" --partitions 8 records.jsonl "$@" >"$1.log" 2>&1
}

begin=$SECONDS
on_spark spark || { tail -n 40 spark.log; exit 1; }
printf 'Spark took %d s\n' $((SECONDS - begin))

# Every line begins with the id, so that the field before the first comma sorts them.
cat spark/part-* | sort -t : -k 2n,2 >spark.jsonl
cmp single.jsonl spark.jsonl
for word in '"changed":true' '"error":{' '"skipped":"'; do
  grep -q "$word" spark.jsonl || { printf 'no record has %s: the comparison says too little\n' "$word"; exit 1; }
done
printf '%d answers are the same as those of one process\n' "$(wc -l <spark.jsonl)"

# What dockfix refuses fails the job, and no empty table is taken for a result.
if on_spark spark-failed --preset nonsense || [ -e spark-failed/_SUCCESS ]; then
  printf 'a wrong option did not fail the job\n'
  exit 1
fi
grep -q "exited with error code 2" spark-failed.log || { tail -n 40 spark-failed.log; exit 1; }
printf 'a wrong option fails the job\n'
