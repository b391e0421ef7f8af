"""Reads cells (a JSON line each), makes their calls with boto3 as it comes, prints what a program sees of it."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import boto3
from botocore.config import Config

endpoint = sys.argv[1]
session = boto3.Session(region_name="us-east-1")
making, printing = Lock(), Lock()


def client_of(cell):
    timeout = {"read_timeout": cell["timeoutMs"] / 1000} if "timeoutMs" in cell else {}
    # Making clients of one session is not safe in threads; using them is.
    with making:
        return session.client(
            cell["service"],
            endpoint_url=cell.get("endpoint", endpoint),
            aws_access_key_id=cell["account"],
            aws_secret_access_key="test",
            aws_session_token="session" if cell.get("session") else None,
            config=Config(s3={"addressing_style": "path"}, **timeout),
        )


def observe(client, cell):
    method = "".join("_" + c.lower() if c.isupper() else c for c in cell["operation"])[1:]
    try:
        output = getattr(client, method)(**cell["input"])
        if "Body" in output:
            output["Body"].read()
        said = output["ResponseMetadata"]
        seen = {"ok": True, "status": said["HTTPStatusCode"], "attempts": said.get("RetryAttempts", 0) + 1}
        if "EventStream" in output:
            chunks = [event["PayloadChunk"]["Payload"] for event in output["EventStream"] if "PayloadChunk" in event]
            seen["text"] = b"".join(chunks).decode()
        return {**seen, "failed": len(output.get("Failed", []))}
    except Exception as error:
        said = getattr(error, "response", None) or {}
        return {
            "ok": False,
            "class": type(error).__name__,
            "code": said.get("Error", {}).get("Code"),
            "status": said.get("ResponseMetadata", {}).get("HTTPStatusCode"),
            "message": str(error),
        }


def run(cell):
    client = client_of(cell)
    for _ in range(cell.get("repeat", 1)):
        seen = observe(client, cell)
    with printing:
        print(json.dumps({"id": cell["id"], **seen}), flush=True)


cells = [json.loads(line) for line in sys.stdin]
with ThreadPoolExecutor(16) as pool:
    list(pool.map(run, cells))
