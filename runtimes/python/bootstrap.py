"""The Python runtime of a Lambda environment: loads the handler, then takes one invocation after the other from the
Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html)."""

import importlib
import json
import logging
import os
import struct
import sys
import time
import traceback
from http.client import HTTPConnection

PREFIX = "/2018-06-01/runtime"
FRAME_TEXT = 0xA55A0003


class RuntimeApi:
    """A client of the Runtime API over one kept-alive connection."""

    def __init__(self, address):
        host, port = address.split(":")
        self._connection = HTTPConnection(host, int(port))

    def next(self):
        return self._send("GET", "/invocation/next")

    def respond(self, request_id, body):
        self._send("POST", "/invocation/%s/response" % request_id, body, {"Content-Type": "application/json"})

    def error(self, request_id, payload):
        self._send("POST", "/invocation/%s/error" % request_id, to_json(payload), error_headers(payload))

    def init_error(self, payload):
        self._send("POST", "/init/error", to_json(payload), error_headers(payload))

    def _send(self, method, path, body=None, headers=None):
        self._connection.request(method, PREFIX + path, body=body, headers=headers or {})
        response = self._connection.getresponse()
        return response.headers, response.read()


def error_headers(payload):
    name = payload["errorType"].encode("ascii", "replace").decode()
    return {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": name}


def to_json(value):
    return json.dumps(value, ensure_ascii=False, default=json_default).encode("utf-8", "replace")


def json_default(value):
    # boto3 gives numbers as Decimal; AWS's runtime takes them (as simplejson does).
    if type(value).__name__ == "Decimal" and type(value).__module__ in ("decimal", "_decimal"):
        return float(value) if value % 1 else int(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


class RuntimeFailure(Exception):
    """An error of the runtime itself, with the name that Lambda gives it."""

    def __init__(self, name, message):
        super().__init__(message)
        self.name = "Runtime." + name


def error_payload(error, request_id=""):
    if isinstance(error, RuntimeFailure):
        payload = {"errorMessage": str(error), "errorType": error.name}
        frames = []
    else:
        payload = {"errorMessage": str(error), "errorType": type(error).__name__}
        own = os.path.abspath(__file__)
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if os.path.abspath(frame.filename) != own and "importlib" not in frame.filename
        ]
    if os.environ.get("AWS_EXECUTION_ENV") != "AWS_Lambda_python3.8":  # It tells none, as recorded.
        payload["requestId"] = request_id
    payload["stackTrace"] = traceback.format_list(frames)
    return payload


class LambdaContext:
    """The second argument of a handler: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.client_context = client_context(headers.get("Lambda-Runtime-Client-Context"))
        self.identity = CognitoIdentity(json.loads(headers.get("Lambda-Runtime-Cognito-Identity") or "{}"))

    def get_remaining_time_in_millis(self):
        return max(int(self._deadline_ms - time.time() * 1000), 0)

    def log(self, message):
        LOG.write(str(message))


class CognitoIdentity:
    def __init__(self, fields):
        self.cognito_identity_id = fields.get("cognitoIdentityId")
        self.cognito_identity_pool_id = fields.get("cognitoIdentityPoolId")


class Client:
    installation_id = app_title = app_version_name = app_version_code = app_package_name = None


class ClientContext:
    custom = env = client = None


def client_context(text):
    if not text:
        return None
    fields = json.loads(text)
    context = ClientContext()
    context.custom = fields.get("custom")
    context.env = fields.get("env")
    if fields.get("client"):
        context.client = Client()
        for name, value in fields["client"].items():
            setattr(context.client, name, value)
    return context


class EnvironmentLog:
    """Where whole messages go, newlines and all: one log event a message."""

    def __init__(self):
        self._fd = 0

    def open(self):
        self._fd = int(os.environ.pop("_LAMBDA_TELEMETRY_LOG_FD", "0"))

    def write(self, message):
        if not self._fd:
            sys.stdout.write(message if message.endswith("\n") else message + "\n")
            sys.stdout.flush()
            return
        sys.stdout.flush()
        data = message.encode("utf-8", "replace")
        frame = struct.pack(">IIQ", FRAME_TEXT, len(data), int(time.time() * 1_000_000)) + data
        while frame:
            frame = frame[os.write(self._fd, frame) :]


LOG = EnvironmentLog()
REQUEST = {"id": ""}


class LambdaLogHandler(logging.Handler):
    def emit(self, record):
        LOG.write(self.format(record))


class RequestFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = REQUEST["id"]
        return True


class TextFormatter(logging.Formatter):
    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


class JsonFormatter(TextFormatter):
    def format(self, record):
        line = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if REQUEST["id"]:
            line["requestId"] = REQUEST["id"]
        if record.exc_info:
            line["errorType"] = record.exc_info[0].__name__
            line["errorMessage"] = str(record.exc_info[1])
            line["stackTrace"] = traceback.format_tb(record.exc_info[2])
        return json.dumps(line, default=str, ensure_ascii=False)


def set_up_logging():
    as_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    handler = LambdaLogHandler()
    handler.setFormatter(
        JsonFormatter() if as_json else TextFormatter("[%(levelname)s]\t%(asctime)s\t%(aws_request_id)s\t%(message)s\n")
    )
    handler.addFilter(RequestFilter())
    logging.getLogger().addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL")
    if as_json and level:
        logging.getLogger().setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))


def load_handler(name):
    """The function behind `dir/file.function`."""
    if "." not in name:
        raise RuntimeFailure("MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name)
    module_name, function_name = name.rsplit(".", 1)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise RuntimeFailure("ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)) from error
    except SyntaxError as error:
        raise RuntimeFailure(
            "UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error)
        ) from error
    handler = getattr(module, function_name, None)
    if handler is None:
        raise RuntimeFailure("HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name))
    return handler


def log_error(payload):
    lines = ["[ERROR] %s: %s" % (payload["errorType"], payload["errorMessage"])]
    if payload["stackTrace"]:
        lines.append("Traceback (most recent call last):")
        lines.extend(frame.rstrip("\n") for frame in payload["stackTrace"])
    LOG.write("\n".join(lines))


def run(api, handler, headers, body):
    context = LambdaContext(headers)
    REQUEST["id"] = context.aws_request_id
    trace_id = headers.get("Lambda-Runtime-Trace-Id")
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    try:
        result = handler(json.loads(body), context)
        try:
            response = to_json(result)
        except (TypeError, ValueError) as error:
            raise RuntimeFailure("MarshalError", "Unable to marshal response: %s" % error) from error
    except Exception as error:  # pylint: disable=broad-except
        payload = error_payload(error, context.aws_request_id)
        log_error(payload)
        sys.stdout.flush()
        api.error(context.aws_request_id, payload)
        return
    sys.stdout.flush()
    api.respond(context.aws_request_id, response)


def main():
    address = os.environ.pop("_SQUALL_FORKS", None)
    if address:
        # In the process that forks this is never over.
        importlib.import_module("forks").fork_on_demand(address)
    opt = os.environ.pop("_SQUALL_OPT", None)
    if opt:
        importlib.import_module("programs").lead(opt)
    LOG.open()
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    sys.stdout.reconfigure(line_buffering=True)
    del sys.path[0]
    sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"]]
    set_up_logging()
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except BaseException as error:  # pylint: disable=broad-except
        if isinstance(error, SystemExit):
            raise
        payload = error_payload(error)
        log_error(payload)
        api.init_error(payload)
        sys.exit(1)
    while True:
        headers, body = api.next()
        run(api, handler, headers, body)


if __name__ == "__main__":
    try:
        main()
    except (ConnectionError, KeyboardInterrupt):
        # Without a Runtime API there is nobody to live for.
        os._exit(1)
