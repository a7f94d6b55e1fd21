"""Runs `dockfix pipe` over a table of Dockerfiles on Spark.

    spark-submit dockfix_spark.py --dockfix /usr/local/bin/dockfix INPUT OUTPUT [OPTION...]

INPUT are JSON lines with the columns `id`, `path` and `text`; for a table, replace `read.json` by `read.table` or `read.parquet`. OUTPUT
is a folder that does not exist yet, and gets one JSON line for each record. OPTIONs, such as `--preset review`, go to `dockfix pipe`.

The program has to be at the same path on every worker: bring it with `--files`, or have it in their image.
"""

import argparse
import os
import shlex

from pyspark.sql import SparkSession


def arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--dockfix", required=True, help="the program, as workers see it")
    parser.add_argument("--partitions", type=int, default=0, help="how many parts; by default, what Spark would do")
    parser.add_argument("input")
    parser.add_argument("output")
    return parser.parse_known_args()


def main() -> None:
    options, rest = arguments()
    spark = SparkSession.builder.appName("dockfix").getOrCreate()
    partitions = options.partitions or spark.sparkContext.defaultParallelism

    # The schema is given, since guessing it would read everything once more.
    records = spark.read.schema("id long, path string, text string").json(options.input)
    # A record goes by its id into always the same part and place, so that a task that runs again writes the same file.
    lines = records.repartition(partitions, "id").sortWithinPartitions("id").toJSON()

    # One process for each part. A core of Spark is one task, so dockfix has one thread.
    command = shlex.join([options.dockfix, "pipe", "-j", "1", *rest])
    # Without `env`, the process would have an empty environment. `checkCode` fails the task when dockfix does not end
    # with 0, which means wrong options: what is wrong with one record stands in its `error`.
    answers = lines.pipe(command, env=dict(os.environ), checkCode=True)
    answers.saveAsTextFile(options.output)
    spark.stop()


main()
