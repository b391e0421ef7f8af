"""Reads cells (a JSON line each), runs the AWS CLI for each, prints what a script sees of it. Its arguments: the endpoint, the CLI's command."""

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

endpoint, command = sys.argv[1], sys.argv[2:]
printing = Lock()


def run(cell):
    name = re.sub(r"(?<!^)([A-Z])", r"-\1", cell["operation"]).lower()
    service = "s3api" if cell["service"] == "s3" else cell["service"]
    timeout = ["--cli-read-timeout", str(max(1, cell["timeoutMs"] // 1000))] if "timeoutMs" in cell else []
    session = {"AWS_SESSION_TOKEN": "session"} if cell.get("session") else {}
    asked = cell["input"]
    with tempfile.NamedTemporaryFile() as body:
        # A file to write to and the input as JSON do not go together.
        said = (
            ["--bucket", asked["Bucket"], "--key", asked["Key"], body.name]
            if cell["operation"] == "GetObject"
            else ["--cli-input-json", json.dumps(asked)]
        )
        for _ in range(cell.get("repeat", 1)):
            done = subprocess.run(
                [*command, "--endpoint-url", cell.get("endpoint", endpoint), *timeout, service, name, *said],
                env={**os.environ, "AWS_ACCESS_KEY_ID": cell["account"], **session},
                capture_output=True,
                text=True,
            )
    heard = done.stderr.strip()
    error = re.search(r"An error occurred \(([^)]+)\) when calling the (\w+) operation", heard)
    seen = {"id": cell["id"], "ok": done.returncode == 0, "class": str(done.returncode), "message": heard}
    if error:
        seen["code"] = error[1]
    if done.returncode == 0 and cell["operation"] == "SendMessageBatch":
        seen["failed"] = len(json.loads(done.stdout).get("Failed", []))
    with printing:
        print(json.dumps(seen), flush=True)


cells = [json.loads(line) for line in sys.stdin]
with ThreadPoolExecutor(4) as pool:
    list(pool.map(run, cells))
