"""BuildKit's own parser behind a pipe: a JSON string a line in, a verdict as JSON a line out.

The PyPI package `dockerfile` wraps `parser.Parse` of BuildKit 0.12.5. That is the first stage only: unknown
instructions, missing arguments and unknown flags are judged later, by `instructions.Parse`.
"""

import json
import sys

import dockerfile


def verdict(text):
    try:
        commands = dockerfile.parse_string(text)
    except dockerfile.GoParseError as error:
        return {"ok": False, "error": str(error), "commands": []}
    return {"ok": True, "error": "", "commands": [command(it) for it in commands]}


def texts(values):
    # The binding hands over None for a text that is empty, or that is not UTF-8.
    return ["" if value is None else value for value in values]


def command(it):
    return {
        "cmd": it.cmd or "",
        "sub_cmd": it.sub_cmd,
        "json": it.json,
        "start_line": it.start_line,
        "end_line": it.end_line,
        "flags": texts(it.flags),
        "value": texts(it.value),
        "heredocs": [{"name": doc.name, "fd": doc.file_descriptor, "content": doc.content} for doc in it.heredocs],
    }


for line in sys.stdin:
    print(json.dumps(verdict(json.loads(line))), flush=True)
