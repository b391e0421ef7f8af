"""botocore as the judge: serializes requests and parses responses, one JSON document a line."""
import base64
import datetime
import json
import sys

import botocore.awsrequest
import botocore.parsers
import botocore.serialize
import botocore.session

session = botocore.session.Session()
models = {}


def service_model(name):
    if name not in models:
        models[name] = session.get_service_model(name)
    return models[name]


def from_wire(value):
    if isinstance(value, list):
        return [from_wire(entry) for entry in value]
    if isinstance(value, dict):
        if set(value) == {"$blob"}:
            return base64.b64decode(value["$blob"])
        if set(value) == {"$time"}:
            return datetime.datetime.fromtimestamp(value["$time"], datetime.timezone.utc)
        return {key: from_wire(entry) for key, entry in value.items()}
    return value


def to_wire(value):
    if isinstance(value, bytes):
        return {"$blob": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        return {"$time": value.timestamp()}
    if hasattr(value, "read"):
        return {"$blob": base64.b64encode(value.read()).decode()}
    if isinstance(value, list):
        return [to_wire(entry) for entry in value]
    if isinstance(value, dict):
        return {key: to_wire(entry) for key, entry in value.items()}
    return value


def serialize(job):
    operation = service_model(job["service"]).operation_model(job["operation"])
    serializer = botocore.serialize.create_serializer(job["protocol"], include_validation=False)
    request = serializer.serialize_to_request(from_wire(job["params"]), operation)
    botocore.awsrequest.prepare_request_dict(request, "http://localhost", {"client_region": "us-east-1"})
    prepared = botocore.awsrequest.create_request_object(request).prepare()
    body = prepared.body
    if body is None:
        body = b""
    elif isinstance(body, str):
        body = body.encode()
    elif hasattr(body, "read"):
        body = body.read()
    headers = {}
    for key, value in prepared.headers.items():
        headers[key] = value.decode() if isinstance(value, bytes) else str(value)
    return {
        "method": prepared.method,
        "url": prepared.url,
        "headers": headers,
        "body": base64.b64encode(bytes(body)).decode(),
    }


def parse(job):
    operation = service_model(job["service"]).operation_model(job["operation"])
    parser = botocore.parsers.create_parser(job["protocol"])
    body = base64.b64decode(job["body"])
    output = operation.output_shape
    if output is not None and operation.has_streaming_output:
        import io

        body = io.BytesIO(body) if job["status"] < 300 else body
    response = {
        "status_code": job["status"],
        "headers": botocore.awsrequest.HeadersDict(job["headers"]),
        "body": body,
        "context": {"operation_name": job["operation"]},
    }
    return {"parsed": to_wire(parser.parse(response, output))}


for line in sys.stdin:
    job = json.loads(line)
    try:
        answer = serialize(job) if job["do"] == "serialize" else parse(job)
    except Exception as error:
        answer = {"failed": f"{type(error).__name__}: {error}"}
    answer["id"] = job["id"]
    print(json.dumps(answer, default=repr), flush=True)
