"""Lambda: what functions of each runtime see and answer."""

import functools
import io
import json
import pathlib
import subprocess
import tempfile
import zipfile

from drivers.lambda_functions import active, like, zipped
from drivers.lambda_invocations import COMMON, function, invoked, javascript
from walker import NotWalkable, drives

RUNTIMES = "lambda_runtimes · "
BEHAVIOR, ERRORS = "lambda · TestLambdaBehavior · test_", "lambda · TestLambdaErrors · test_"
CONTEXT = "aws_request_id function_name function_version invoked_function_arn log_group_name log_stream_name memory_limit_in_mb"

# Each answers its variables and its context, as the recordings name them.
PYTHON = f"""import os


def handler(event, context):
    told = {{name: getattr(context, name) for name in "{CONTEXT}".split()}}
    told["remaining_time_in_millis"] = context.get_remaining_time_in_millis()
    return {{"environment": dict(os.environ), "ctx": told, "packages": []}}
"""
NODE = """exports.handler = async (event, context) => ({
  environment: process.env,
  ctx: {
    aws_request_id: context.awsRequestId,
    function_name: context.functionName,
    function_version: context.functionVersion,
    invoked_function_arn: context.invokedFunctionArn,
    log_group_name: context.logGroupName,
    log_stream_name: context.logStreamName,
    remaining_time_in_millis: context.getRemainingTimeInMillis(),
  },
  packages: [],
});
"""
RUBY = f"""def handler(event:, context:)
  told = "{CONTEXT}".split.to_h {{ |name| [name, context.public_send(name)] }}
  told["remaining_time_in_millis"] = context.get_remaining_time_in_millis
  {{ "environment" => ENV.to_h, "ctx" => told, "packages" => [] }}
end
"""
SOURCES = {"python": (PYTHON, "handler.py"), "nodejs": (NODE, "index.js"), "ruby": (RUBY, "function.rb")}
# What a function has besides, so that it finds this cloud and its own files.
OWN = {"AWS_ENDPOINT_URL", "EDGE_PORT", "LOCALSTACK_FUNCTION_ACCOUNT_ID", "LOCALSTACK_HOSTNAME", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "TMPDIR"}
# What AWS's images have: where their gems lie, which locales.
IMAGES = {"GEM_HOME", "LC_CTYPE"}
# What names places and addresses of a machine: of it is compared whether it is there.
PLACES = ("/var/", "/opt", "169.254.", "2000", "<xray-daemon-address:1>")


def compared(recorded, answered):
    """What a function told of its environment, beside what was recorded: without what is our own or of AWS's images."""
    places = {key for key, value in recorded["environment"].items() if any(word in value for word in PLACES)}
    for said in (recorded, answered):
        kept = {key: value for key, value in said["environment"].items() if key not in OWN | IMAGES and not key.startswith("_SQUALL_")}
        said["environment"] = {key: "a place" if key in places else value for key, value in kept.items()}
    return answered


@drives("lambda", COMMON + "introspection_invoke")
def introspected(walk, runtime):
    source = next((source for kind, source in SOURCES.items() if runtime.startswith(kind)), None)
    if source is None:
        raise NotWalkable("what is compiled is not walked")
    like(walk, "create_function_result", Code={"ZipFile": zipped(*source)})
    active(walk)
    client = walk.client("lambda")
    for label, qualified in (("invocation_result_payload", {}), ("invocation_result_payload_qualified", {"Qualifier": "$LATEST"})):
        answered = json.loads(client.invoke(FunctionName="fn-1", Payload=b"{}", **qualified)["Payload"].read())
        walk.match(label, compared(walk.answers[label], answered))


@drives("lambda", BEHAVIOR + "lambda_init_environment")
def initialized(walk):
    source = 'import os\n\nTOLD = dict(os.environ)\n\n\ndef handler(event, context):\n    return {"environment": TOLD}\n'
    like(walk, "create-result", Code={"ZipFile": zipped(source)})
    active(walk)
    answer = walk.client("lambda").invoke(FunctionName="fn-1")
    answer["Payload"] = compared(walk.answers["lambda-init-inspection"]["Payload"], json.loads(answer["Payload"].read()))
    walk.match("lambda-init-inspection", answer)


@drives("lambda", COMMON + "runtime_wrapper_invoke")
def wrapped(walk, _):
    like(walk, "create_function_result")


@drives("lambda", ERRORS + "lambda_runtime_wrapper_not_found")
def no_wrapper(walk):
    function(walk, "def handler(event, context):\n    return event\n", Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/idontexist"}})
    invoked(walk, "invocation_error")


@drives("lambda", RUNTIMES + "TestNodeJSRuntimes · test_invoke_nodejs_es6_lambda")
def module(walk, _):
    source = "export const handler = async (event) => ({\n  statusCode: 200,\n  body: JSON.stringify(`response from localstack lambda: ${JSON.stringify(event)}`),\n});\n"
    like(walk, "creation-result", Code={"ZipFile": zipped(source, "lambda_handler_es6.mjs")})
    active(walk)
    invoked(walk, "invocation-result", Payload=json.dumps({"event_type": "test_lambda"}))


# The interface that handlers of Java keep, to compile against; the runtime brings its own.
JAVA = "package com.amazonaws.services.lambda.runtime;\n"
INTERFACES = {
    "Context.java": JAVA + "public interface Context {}\n",
    "RequestHandler.java": JAVA + "public interface RequestHandler<I, O> { O handleRequest(I event, Context context); }\n",
    "RequestStreamHandler.java": JAVA
    + "public interface RequestStreamHandler { void handleRequest(java.io.InputStream in, java.io.OutputStream out, Context context) throws java.io.IOException; }\n",
}
IMPORT = "import com.amazonaws.services.lambda.runtime.*;\n"


@functools.cache
def compiled(name, source, folder=""):
    """The classes of one source file, packed, in a folder of the archive."""
    package, _, simple = name.rpartition(".")
    with tempfile.TemporaryDirectory() as place:
        at = pathlib.Path(place)
        for file, text in {**INTERFACES, f"{simple}.java": f"package {package};\n{IMPORT}{source}"}.items():
            (at / file).write_text(text)
        subprocess.run(["javac", "-nowarn", "--release", "8", "-d", "classes", *(file.name for file in at.glob("*.java"))], cwd=at, check=True, capture_output=True)
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for file in sorted((at / "classes" / package.replace(".", "/")).glob("*.class")):
                archive.write(file, folder + str(file.relative_to(at / "classes")))
        return held.getvalue()


STREAMED = "public class Streams implements RequestStreamHandler {\n  public void handleRequest(java.io.InputStream in, java.io.OutputStream out, Context context) throws java.io.IOException { out.write(\"{}\".getBytes()); }\n}\n"
MAPPED = """import java.util.*;
public class SerializedInputLambdaHandler implements RequestHandler<SerializedInputLambdaHandler.Input, Map<String, Object>> {
  public static class Input {
    private String bucket, key;
    public String getBucket() { return bucket; }
    public void setBucket(String bucket) { this.bucket = bucket; }
    public String getKey() { return key; }
    public void setKey(String key) { this.key = key; }
  }
  public Map<String, Object> handleRequest(Input input, Context context) {
    Map<String, Object> answer = new HashMap<>();
    answer.put("bucket", input.getBucket());
    answer.put("key", input.getKey());
    answer.put("validated", input.getKey() != null);
    return answer;
  }
}
"""


@drives("lambda", RUNTIMES + "TestJavaRuntimes · test_stream_handler")
def streamed(walk, runtime):
    function(walk, "", Code={"ZipFile": compiled("sample.Streams", STREAMED)}, Runtime=runtime, Handler="sample.Streams", Timeout=30)
    invoked(walk, "invoke_result", Payload=b'{"echo": "echo"}')


@drives("lambda", RUNTIMES + "TestJavaRuntimes · test_serializable_input_object")
def serializable(walk, _):
    like(walk, "create-result", Code={"ZipFile": compiled("cloud.localstack.awssdkv1.sample.SerializedInputLambdaHandler", MAPPED)})
    active(walk)
    invoked(walk, "invoke-result", Payload=json.dumps({"bucket": "test_bucket", "key": "test_key"}))


ECHO = "public class LambdaHandlerWithLib implements RequestHandler<Object, String> {\n  public String handleRequest(Object event, Context context) { return \"{\\\"echo\\\":\\\"echo\\\"}\"; }\n}\n"


@drives("lambda", RUNTIMES + "TestJavaRuntimes · test_java_runtime_with_lib")
def libraries(walk):
    jar = compiled("cloud.localstack.sample.LambdaHandlerWithLib", ECHO)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("lib/handler.jar", jar)
    for at, (kind, code) in enumerate((("jar-with-lib", jar), ("zip-with-lib", held.getvalue()), ("zip-with-lib-gradle", held.getvalue() + b""))):
        like(walk, f"create-result-{kind}", f"fn-{at}", Code={"ZipFile": code})
        active(walk, f"fn-{at}")
        invoked(walk, f"invoke-result-{kind}", f"fn-{at}", Payload=b'{"echo": "echo"}')


@drives("lambda", RUNTIMES + "TestJavaRuntimes · test_java_lambda_subscribe_sns_topic")
def subscribed(walk):
    said = walk.answers["get-function"]["Configuration"]
    told = {key: said[key] for key in ("Handler", "Runtime", "Timeout", "Environment")}
    function(walk, "", Code={"ZipFile": compiled("cloud.localstack.sample.LambdaHandler", ECHO.replace("LambdaHandlerWithLib", "LambdaHandler"))}, **told)
    walk.match("get-function", active(walk))
    topic = walk.client("sns").create_topic(Name="topic")["TopicArn"]
    walk("add-permission", walk.client("lambda").add_permission, FunctionName="fn-1", StatementId="test-sns-0123456789", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com", SourceArn=topic)
