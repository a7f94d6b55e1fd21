"""Writes Dockerfiles as JSON lines, `{"id", "path", "text"}`: the same ones for the same number.

    python3 generate.py 20000 > records.jsonl

They stand in for the table of a warehouse: most are ordinary, and some have what breaks careless tools, such as CRLF,
a byte order mark, line separators of Unicode, heredocs, templates, and lines that no builder takes.
"""

import json
import random
import sys

BASES = ["python:3.12-slim", "node:22", "debian:12-slim", "nginx:1.27-alpine", "golang:1.23", "scratch", "{{ base }}"]
COPIES = ["COPY . .", "COPY start.sh /usr/local/bin/", "COPY --chmod=755 run.sh /", "COPY a.conf b.conf /etc/app/", "ADD x.tar /opt"]
COMMANDS = [
    "pip install -r requirements.txt",
    "npm ci",
    "apt-get update && apt-get install -y curl \\\n    # what the health check needs\n    jq",
    "echo 'grüße \u2028 \u0085 💥' > \"/etc/motd\"",
    "<<END\nset -e\necho \"a\\tb\"\nEND",
    "chmod +x /usr/local/bin/start.sh",
]
ENDS = ['CMD ["/usr/local/bin/start.sh"]', 'ENTRYPOINT ["/run.sh"]', 'CMD ["python3", "app.py"]', "CMD npm start", "CDM oops", ""]


def dockerfile(dice: random.Random) -> str:
    lines = [f"FROM {dice.choice(BASES)}", f"WORKDIR /{dice.choice(['app', 'srv/www', 'opt/ü'])}"]
    if dice.random() < 0.4:
        lines.append("RUN useradd -m app")
    for _ in range(dice.randrange(1, 4)):
        lines.append(dice.choice(COPIES))
        lines.append(f"RUN {dice.choice(COMMANDS)}")
    if dice.random() < 0.4:
        lines.append("USER app")
    lines.append(dice.choice(ENDS))
    text = "\n".join(lines) + dice.choice(["\n", "\n", "\n", ""])
    if dice.random() < 0.1:
        text = text.replace("\n", "\r\n")
    if dice.random() < 0.05:
        text = "\ufeff" + text
    return text


def main() -> None:
    dice = random.Random(6)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for number in range(int(sys.argv[1])):
        record = {"id": number, "path": f"team-{number % 97}/service {number}/Dockerfile", "text": dockerfile(dice)}
        print(json.dumps(record, ensure_ascii=number % 2 == 0))


main()
