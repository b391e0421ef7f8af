"""python3 every_service.py URL: asks every service of a Squall by boto3. What the package has left out shows itself here."""

import json
import sys
import urllib.request

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, UnknownServiceError

URL = sys.argv[1]
CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, inject_host_prefix=False)
VERBS = ("List", "Describe", "Get")

# All of its operations want to know of something in particular.
PARTICULAR = {
    "apigatewaymanagementapi": ("GetConnection", {"ConnectionId": "abc="}),
    "application-autoscaling": ("DescribeScalableTargets", {"ServiceNamespace": "dynamodb"}),
    "rds-data": (
        "ExecuteStatement",
        {
            "resourceArn": "arn:aws:rds:us-east-1:000000000000:cluster:none",
            "secretArn": "a-secret-of-nobody",
            "sql": "select 1",
        },
    ),
}

STACK = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "Topic": {"Type": "AWS::SNS::Topic"}}}
STATE = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.a + 1 %}", "End": True}


def client_of(service):
    return boto3.client(
        service,
        endpoint_url=URL,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=CONFIG,
    )


def reading(client, implemented):
    """An operation that reads without asking for anything in particular."""
    model = client.meta.service_model
    for name in [name for verb in VERBS for name in implemented if name.startswith(verb)]:
        if name not in model.operation_names:
            continue
        shape = model.operation_model(name).input_shape
        if shape is None or not shape.required_members:
            return name, {}
    sys.exit(f"{client.meta.service_model.service_name} has no operation that reads.")


def ask_every_service():
    with urllib.request.urlopen(f"{URL}/_squall/services") as answer:
        services = json.load(answer)["services"]
    asked = 0
    for service in services:
        name = service["service"]
        if name == "s3control":
            continue  # The account stands in front of the host, and not every machine finds `000000000000.localhost`.
        try:
            client = client_of(name)
        except UnknownServiceError:
            continue  # A data plane.
        operation, given = PARTICULAR.get(name) or reading(client, service["implemented"])
        try:
            getattr(client, xform_name(operation))(**given)
        except ClientError as error:
            # That something is not there is an answer, too.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                sys.exit(f"{name}.{operation}: {error}")
        asked += 1
    return asked


def use_what_is_found_by_its_path():
    """Resource types and workers are files of their own in the package."""
    cloudformation = client_of("cloudformation")
    cloudformation.create_stack(StackName="packed", TemplateBody=json.dumps(STACK))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="packed", WaiterConfig={"Delay": 1})
    answer = client_of("stepfunctions").test_state(
        definition=json.dumps(STATE), roleArn="arn:aws:iam::000000000000:role/r", input='{"a": 1}'
    )
    assert answer["output"] == "2", answer
    assert len(client_of("fis").list_actions()["actions"]) > 40


count = ask_every_service()
assert count >= 25, f"Only {count} services were asked."
use_what_is_found_by_its_path()
print(f"{count} services answer from the package.")
