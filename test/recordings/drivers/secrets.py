"""Secrets Manager: secrets, their values, versions and stages, and rotation; and parameters of Systems Manager."""

import io
import json
import os
import re
import urllib.error
import urllib.request
import zipfile

from botocore.exceptions import ClientError

from walker import REGION, drives

from drivers.lambda_functions import active

SECRETS = "secretsmanager · TestSecretsManager · "
STAGES = SECRETS + "test_update_secret_version_stages_"


def secrets(walk):
    return walk.client("secretsmanager")


def secret(walk, name="secret-1", value="my_secret", **more):
    return secrets(walk).create_secret(Name=name, SecretString=value, **more)


def deleted(walk, label="delete_secret_res_0", name="secret-1"):
    walk(label, secrets(walk).delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)


@drives("secretsmanager", SECRETS + "test_call_lists_secrets_multiple_times_snapshots")
def lists(walk):
    walk.match("create_secret_rs_1", secret(walk, Description="testing creation of secrets"))
    for at in range(3):
        walk(f"list_secrets_res_{at}", secrets(walk).list_secrets)
    deleted(walk, "delete_secret_res_1")


@drives("secretsmanager", SECRETS + "test_can_recreate_delete_secret")
def recreated(walk):
    walk.match("create_secret_res_0", secret(walk))
    deleted(walk, "delete_res_1")
    walk.match("create_secret_res_1", secret(walk))


@drives("secretsmanager", SECRETS + "test_change_secret_value_after_creation")
def changed_binary(walk, told):
    put, updated = (text.encode().decode("unicode_escape").encode("latin1") for text in told.split("-"))
    named = {"SecretId": "secret-1"}

    def value(label):
        answer = secrets(walk).get_secret_value(**named)
        walk.match(label, {**answer, "SecretBinary": str(answer["SecretBinary"])})

    secrets(walk).create_secret(Name="secret-1", SecretBinary=b"initial")
    value("put_secret_value_secret_response")
    secrets(walk).put_secret_value(SecretBinary=put, **named)
    value("put_secret_binary_response_updated")
    secrets(walk).update_secret(SecretBinary=updated, **named)
    value("update_secret_binary_response_updated")


@drives("secretsmanager", SECRETS + "test_create_and_update_secret")
def created_and_updated(walk, told):
    name = re.sub("-(True|False)$", "", told)
    made = secret(walk, name, Description="Testing secret creation.")
    walk.match("create_secret_rs_1", made)
    walk("get_secret_value_rs_1", secrets(walk).get_secret_value, SecretId=name)
    walk("describe_secret_rs_1", secrets(walk).describe_secret, SecretId=name)
    walk("get_secret_value_rs_2", secrets(walk).get_secret_value, SecretId=made["ARN"])
    partial = "get_secret_value_rs_3" if "get_secret_value_rs_3" in walk.answers else "resource_not_found_dict_1"
    walk(partial, secrets(walk).get_secret_value, SecretId=made["ARN"][:-7])
    walk("put_secret_value_rs_1", secrets(walk).put_secret_value, SecretId=name, SecretString="new_secret")
    walk("get_secret_value_rs_4", secrets(walk).get_secret_value, SecretId=name)
    walk("update_secret_res_1", secrets(walk).update_secret, SecretId=name, SecretString="newer", Description="newer")
    deleted(walk, "delete_secret_res_1", name)


@drives("secretsmanager", SECRETS + "test_create_secret_version_from_empty_secret")
def empty(walk):
    walk("create-empty-secret", secrets(walk).create_secret, Name="secret-1")
    walk("describe-secret", secrets(walk).describe_secret, SecretId="secret-1")
    walk("put-secret-value", secrets(walk).put_secret_value, SecretId="secret-1", SecretString="x")


def versions(walk, label, **more):
    walk(label, secrets(walk).list_secret_version_ids, SecretId="secret-1", **more)


@drives("secretsmanager", SECRETS + "test_deprecated_secret_version_stage")
def deprecated(walk):
    def put(at):
        walk(f"put_secret_value_{at}", secrets(walk).put_secret_value, SecretId="secret-1", SecretString=f"value-{at}")

    walk.match("create_secret", secret(walk))
    versions(walk, "list_secret_version_ids")
    put(1)
    versions(walk, "list_secret_version_ids_1")
    put(2)
    versions(walk, "list_secret_version_ids_2")
    versions(walk, "list_secret_version_ids_3", IncludeDeprecated=True)
    put(3)
    versions(walk, "list_secret_version_ids_4")
    versions(walk, "list_secret_version_ids_5", IncludeDeprecated=True)


@drives("secretsmanager", SECRETS + "test_first_rotate_secret_with_missing_lambda_arn")
def rotated_by_nobody(walk):
    walk.match("create_secret", secret(walk))
    walk("rotate_secret_no_arn_exc", secrets(walk).rotate_secret, SecretId="secret-1")
    walk("describe_secret", secrets(walk).describe_secret, SecretId="secret-1")


@drives("secretsmanager", SECRETS + "test_invalid_secret_name")
def invalid_name(walk, name):
    client = secrets(walk)
    calls = [
        (client.create_secret, {"Name": name, "SecretString": "x"}),
        (client.delete_secret, {"ForceDeleteWithoutRecovery": True}),
        (client.describe_secret, {}),
        (client.get_secret_value, {}),
        (client.list_secret_version_ids, {"IncludeDeprecated": True}),
        (client.put_secret_value, {"SecretString": "x"}),
        (client.tag_resource, {"Tags": [{"Key": "a", "Value": "b"}]}),
        (client.untag_resource, {"TagKeys": ["a"]}),
        (client.update_secret, {"Description": "x"}),
        (client.validate_resource_policy, {"ResourcePolicy": "{}"}),
    ]
    for at, (call, told) in enumerate(calls, 1):
        walk(f"ex_log_{at}", call, **(told if "Name" in told else {"SecretId": name, **told}))


@drives("secretsmanager", SECRETS + "test_no_client_request_token")
def no_token(walk, operation):
    """SDKs send a token by themselves: the call is made without one."""
    secret(walk)
    named = {"Name": "secret-2"} if operation == "CreateSecret" else {"SecretId": "secret-1"}
    value = {} if operation == "RotateSecret" else {"SecretString": "x"}
    scope = f"{walk.account}/20260101/{REGION}/secretsmanager/aws4_request"
    request = urllib.request.Request(
        os.environ["AWS_ENDPOINT_URL"],
        json.dumps({**named, **value}).encode(),
        {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"secretsmanager.{operation}",
            "X-Amz-Date": "20260101T000000Z",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        },
    )
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as refused:
        told = json.loads(refused.read())
        said = {"__type": told["__type"], "Message": told.get("message", told.get("Message"))}
        walk.match("no-client-request-exc", {"Error": said, "Metadata": {"StatusCode": refused.code}})


def put(walk, label, value, *stages):
    told = {"VersionStages": list(stages)} if stages else {}
    return walk(label, secrets(walk).put_secret_value, SecretId="secret-1", SecretString=value, **told)["VersionId"]


def moved(walk, label, stage, to=None, off=None):
    told = {**({"MoveToVersionId": to} if to else {}), **({"RemoveFromVersionId": off} if off else {})}
    walk(label, secrets(walk).update_secret_version_stage, SecretId="secret-1", VersionStage=stage, **told)


def value_of(walk, label, version=None):
    told = {"VersionId": version} if version else {}
    walk(label, secrets(walk).get_secret_value, SecretId="secret-1", **told)


@drives("secretsmanager", SECRETS + "test_non_versioning_version_stages_replacement")
def own_stages(walk):
    walk.match("create_secret_rs_0", secret(walk))
    put(walk, "put_secret_value_res_0", "a", "one", "two", "three")
    versions(walk, "list_secret_version_ids_res_0")
    put(walk, "put_secret_value_res_1", "b", "one", "two", "three", "four")
    versions(walk, "list_secret_version_ids_res_1")
    deleted(walk)


@drives("secretsmanager", STAGES + "return_type")
def move_answers(walk):
    walk.match("create_secret_rs_0", secret(walk))
    second = put(walk, "put_secret_value_res_0", "a", "AWSPENDING")
    moved(walk, "update_secret_version_stage_res_0", "AWSPENDING", off=second)
    deleted(walk)


@drives("secretsmanager", STAGES + "current_pending")
def current_pending(walk):
    made = secret(walk)
    walk.match("create_secret_rs_0", made)
    second = put(walk, "put_secret_value_res_0", "a", "AWSPENDING")
    versions(walk, "list_secret_version_ids_res_0")
    moved(walk, "update_secret_version_stage_res_0", "AWSCURRENT", second, made["VersionId"])
    versions(walk, "list_secret_version_ids_res_1")
    put(walk, "put_secret_value_res_1", "b", "AWSCURRENT")
    versions(walk, "list_secret_version_ids_res_2")
    deleted(walk)


@drives("secretsmanager", STAGES + "current_pending_cycle_custom_stages_2")
def custom_stages_2(walk):
    walk.match("create_secret_rs_0", secret(walk))
    first = put(walk, "put_secret_value_res_0", "S1", "AWSCURRENT", "PUT0")
    versions(walk, "list_secret_version_ids_res_0")
    second = put(walk, "put_secret_value_res_1", "S2", "AWSPENDING", "PUT1")
    versions(walk, "list_secret_version_ids_res_1")
    value_of(walk, "get_secret_value_res_0")
    moved(walk, "update_secret_version_stage_res_0", "AWSCURRENT", second, first)
    versions(walk, "list_secret_version_ids_res_2")
    value_of(walk, "get_secret_value_res_1")
    third = put(walk, "put_secret_value_res_2", "S3", "AWSPENDING", "PUT2")
    versions(walk, "list_secret_version_ids_res_3")
    value_of(walk, "get_secret_value_res_2")
    moved(walk, "update_secret_version_stage_res_1", "AWSCURRENT", third, second)
    versions(walk, "list_secret_version_ids_res_4")
    value_of(walk, "get_secret_value_res_3")
    deleted(walk)


@drives("secretsmanager", STAGES + "current_pending_cycle_custom_stages_3")
def custom_stages_3(walk):
    made = secret(walk, value="SS")
    walk.match("create_secret_rs", made)
    first = made["VersionId"]
    second = put(walk, "put_secret_value_res_0", "S1", "PENDING")
    versions(walk, "list_secret_version_ids_rs")
    value_of(walk, "get_secret_value_v1_rs", first)
    value_of(walk, "get_secret_value_v2_rs", second)
    moved(walk, "update_secret_version_stage_res_1", "AWSCURRENT", second, first)
    value_of(walk, "get_secret_value_v1_rs_1", first)
    value_of(walk, "get_secret_value_v2_rs_1", second)
    moved(walk, "update_secret_version_stage_res_2", "PENDING", off=second)
    value_of(walk, "get_secret_value_v1_rs_2", first)
    value_of(walk, "get_secret_value_v2_rs_2", second)
    deleted(walk)


@drives("secretsmanager", SECRETS + "test_secret_exists_snapshots")
def exists(walk):
    secret(walk)
    walk("ex_log", secrets(walk).create_secret, Name="secret-1", SecretString="another")
    deleted(walk, "delete_secret_res")


@drives("secretsmanager", SECRETS + "test_secret_not_found")
def not_found(walk):
    walk("get_secret_value_not_found_ex", secrets(walk).get_secret_value, SecretId="none")
    walk("list_secret_version_ids_not_found_ex", secrets(walk).list_secret_version_ids, SecretId="none")


@drives("secretsmanager", SECRETS + "test_secret_restore")
def restored(walk):
    secret(walk)
    walk("delete_secret_res", secrets(walk).delete_secret, SecretId="secret-1")
    walk("restore_secret_res", secrets(walk).restore_secret, SecretId="secret-1")


@drives("secretsmanager", SECRETS + "test_secret_version_not_found")
def version_not_found(walk):
    secrets(walk).create_secret(Name="secret-1")
    for label, told in [
        ("get_secret_value_no_version_ex", {}),
        ("get_secret_value_stage_not_found_ex", {"VersionStage": "AWSPENDING"}),
        ("get_secret_value_version_not_found_ex", {"VersionId": "00000000-0000-4000-8000-000000000000"}),
    ]:
        try:
            secrets(walk).get_secret_value(SecretId="secret-1", **told)
        except ClientError as error:
            walk.match(label, str(error))


@drives("secretsmanager", SECRETS + "test_tag_untag_resource_on_deleted_secret")
def tags_of_deleted(walk):
    walk.match("create_secret", secret(walk))
    walk("delete_secret", secrets(walk).delete_secret, SecretId="secret-1")
    told = {"Tags": [{"Key": "a", "Value": "b"}]}
    walk("tag_deleted_secret_error", secrets(walk).tag_resource, SecretId="secret-1", **told)
    walk("untag_deleted_secret_error", secrets(walk).untag_resource, SecretId="secret-1", TagKeys=["a"])


@drives("secretsmanager", SECRETS + "test_update_secret_description")
def descriptions(walk):
    walk.match("create_secret_rs_0", secret(walk))

    def described(at):
        walk(f"describe_secret_res_{at}", secrets(walk).describe_secret, SecretId="secret-1")

    described(0)
    changes = [
        {"Description": "MyDescription"},
        {"Description": "MyNewDescription", "SecretString": "second"},
        {"SecretString": "third"},
        {"Description": "MyNewDescription"},
    ]
    for at, change in enumerate(changes):
        walk(f"update_secret_res_{at}", secrets(walk).update_secret, SecretId="secret-1", **change)
        described(at + 1)
    deleted(walk)


ROTATES = '''
import boto3

def handler(event, context):
    client = boto3.client("secretsmanager")
    named = {"SecretId": event["SecretId"]}
    token = event["ClientRequestToken"]
    if event["Step"] == "createSecret":
        client.get_secret_value(**named)
        client.put_secret_value(ClientRequestToken=token, SecretString="rotated", VersionStages=["AWSPENDING"], **named)
    if event["Step"] == "finishSecret":
        stages = client.describe_secret(**named)["VersionIdsToStages"]
        current = next(version for version, of in stages.items() if "AWSCURRENT" in of)
        client.update_secret_version_stage(VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current, **named)
'''


@drives("secretsmanager", SECRETS + "test_rotate_secret_with_lambda_success")
def rotated(walk, _):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("rotates.py", ROTATES)
    made = walk.client("lambda").create_function(
        FunctionName="rotates",
        Runtime="python3.13",
        Handler="rotates.handler",
        Role=f"arn:aws:iam::{walk.account}:role/rotates",
        Timeout=60,
        Code={"ZipFile": archive.getvalue()},
    )
    active(walk, "rotates")
    permission = {"Action": "lambda:InvokeFunction", "Principal": "secretsmanager.amazonaws.com", "StatementId": "rotation"}
    walk.client("lambda").add_permission(FunctionName="rotates", **permission)
    secret(walk, Description="testing rotation of secrets")
    walk(
        "rotate_secret_immediately",
        secrets(walk).rotate_secret,
        SecretId="secret-1",
        RotationLambdaARN=made["FunctionArn"],
        RotationRules={"AutomaticallyAfterDays": 1},
        RotateImmediately=True,
    )
    ask = secrets(walk).describe_secret
    described = walk.until(
        lambda: ask(SecretId="secret-1"),
        lambda answer: sorted(answer["VersionIdsToStages"].values()) == [["AWSCURRENT"], ["AWSPREVIOUS"]],
    )
    walk.match("describe_secret_rotated", described)
    versions(walk, "list_secret_versions_rotated_1")


@drives("ssm", "ssm · TestSSM · test_parameters_with_path")
def parameters(walk):
    ssm, name = walk.client("ssm"), "/orders/limit"
    walk("put-parameter-response", ssm.put_parameter, Name=name, Value="123", Type="String")
    got = walk("get-parameter-response", ssm.get_parameter, Name=name)
    walk("get-parameters-response", ssm.get_parameters, Names=[name])
    arn = got["Parameter"]["ARN"]
    walk("get-parameter-by-arn-response", ssm.get_parameter, Name=arn)
    walk("get-parameters-by-arn-response", ssm.get_parameters, Names=[arn])
