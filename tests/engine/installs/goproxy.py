"""Writes a Go module proxy with one small module into a folder: no proxy is asked in the tests."""

import json
import os
import zipfile

ROOT = "/goproxy/example.org/pad/@v"
MODULE = "module example.org/pad\n\ngo 1.19\n"
SOURCE = 'package pad\n\nfunc Left(text string) string { return "  " + text }\n'

os.makedirs(ROOT)
for name, text in {
    "list": "v1.0.0\n",
    "v1.0.0.info": json.dumps({"Version": "v1.0.0", "Time": "2024-01-01T00:00:00Z"}),
    "v1.0.0.mod": MODULE,
}.items():
    with open(f"{ROOT}/{name}", "w") as file:
        file.write(text)
with zipfile.ZipFile(f"{ROOT}/v1.0.0.zip", "w") as archive:
    # A fixed time, so that the archive has the checksum that go.sum holds.
    for name, text in {"go.mod": MODULE, "pad.go": SOURCE}.items():
        archive.writestr(zipfile.ZipInfo(f"example.org/pad@v1.0.0/{name}", (2024, 1, 1, 0, 0, 0)), text)
