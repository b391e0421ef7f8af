"""Lambda's control plane: functions, names, versions, aliases, layers, permissions, configurations."""

import io
import re
import zipfile

from walker import drives, lasting

PYTHON = "def handler(event, context):\n    return event\n"
OTHER = "def handler(event, context):\n    return context.function_version\n"
FUNCTION = "lambda_api · TestLambdaFunction · "


def zipped(source=PYTHON, name="handler.py"):
    held = io.BytesIO()
    entry = zipfile.ZipInfo(name)  # Without the time: what is packed twice is the same.
    entry.external_attr = 0o644 << 16
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(entry, source)
    return held.getvalue()


def role(walk):
    return f"arn:aws:iam::{walk.account}:role/lambda-role"


def arn(walk, name, region="us-east-1"):
    return f"arn:aws:lambda:{region}:{walk.account}:function:{name}"


def created(walk, name="fn-1", **more):
    """A function as the API's own minimum makes it."""
    told = {"Runtime": "python3.12", "Handler": "handler.handler", "Role": role(walk), "Code": {"ZipFile": zipped()}}
    told.update(more)
    return walk.answered(walk.client("lambda").create_function, FunctionName=name, **told)


def helped(walk, name="fn-1", **more):
    """As the recordings' own helper makes them, which names a time-out and an environment."""
    told = {"Timeout": 30, "Environment": {"Variables": {}}, **more}
    return {"CreateFunctionResponse": created(walk, name, **told), "CreateEventSourceMappingResponse": None}


TOLD = ("Runtime", "Handler", "MemorySize", "Timeout", "Description", "Environment", "LoggingConfig", "Architectures", "PackageType")


def logging_of(said):
    """But for the log group that every function has."""
    return {key: value for key, value in said["LoggingConfig"].items() if not value.startswith("/aws/lambda/<")}


def like(walk, label, name="fn-1", **more):
    """As the answer says that it was made, the helper's or the API's."""
    said = walk.answers[label]
    by_helper = "CreateFunctionResponse" in said
    said = said["CreateFunctionResponse"] if by_helper else said
    told = {key: said[key] for key in TOLD if key in said}
    if "LoggingConfig" in told:
        told["LoggingConfig"] = logging_of(said)
    if said["Version"] == "1":
        told["Publish"] = True
    answer = created(walk, name, **{**told, **more})
    walk.match(label, {"CreateFunctionResponse": answer, "CreateEventSourceMappingResponse": None} if by_helper else answer)


def active(walk, name="fn-1", **more):
    client = walk.client("lambda")
    return walk.until(
        lambda: client.get_function(FunctionName=name, **more),
        lambda answer: answer["Configuration"].get("State") == "Active"
        and answer["Configuration"].get("LastUpdateStatus") == "Successful",
    )


def validation(answer):
    """The recordings have a validation's list as a list."""
    error = answer.get("Error")
    if error is None:
        return answer
    found = re.fullmatch(r"(\d+) validation errors? detected: (.*)", error["Message"], re.DOTALL)
    if found is None:
        return {"Code": error["Code"], "Message": error["Message"]}
    # A pattern can hold what stands between two errors, a value cannot.
    return {"Code": error["Code"], "Count": int(found[1]), "Errors": re.split(r"; (?=Value )", found[2])}


NAMES = {
    "full_arn_and_qualifier_too_long_and_invalid_region": ("arn:aws:lambda:invalid-region:{account}:function:my-function-" + "a" * 170, "a" * 129),
    "full_arn_with_multiple_qualifiers": ("arn:aws:lambda:us-east-1:{account}:function:my-function:1:2", None),
    "function_name_is_single_invalid": ("*", None),
    "function_name_too_long": ("a" * 65, None),
    "function_name_and_qualifier_too_long": ("my-function", "a" * 65),
    "function_name_too_long_and_invalid_region": ("arn:aws:lambda:invalid-region:{account}:function:my-function" + "a" * 170, None),
    "incomplete_arn": ("arn:aws:lambda:us-east-1:{account}:function", None),
    "invalid_account_id_in_partial_arn": ("invalid-account:function:my-function", None),
    "invalid_characters_in_function_name": ("my-function!", None),
    "invalid_characters_in_qualifier": ("my-function", "invalid!"),
    "invalid_region_in_arn": ("arn:aws:lambda:invalid-region:{account}:function:my-function", None),
    "latest_version_with_additional_qualifier": ("arn:aws:lambda:us-east-1:{account}:function:my-function:$LATEST", "1"),
    "lowercase_latest_qualifier": ("arn:aws:lambda:us-east-1:{account}:function:my-function", "$latest"),
    "missing_account_id_in_arn": ("arn:aws:lambda:us-east-1::function:my-function", None),
    "missing_region_in_arn": ("arn:aws:lambda::{account}:function:my-function", None),
    "misspelled_latest_in_arn": ("arn:aws:lambda:us-east-1:{account}:function:my-function:$LATES", None),
    "non_lambda_arn": ("arn:aws:ec2:us-east-1:{account}:instance:i-1234567890abcdef0", None),
    "partial_arn_with_extra_qualifier": ("function:my-function:$LATEST:extra", None),
    "qualifier_too_long": ("my-function", "a" * 129),
    "qualifier_too_long0": ("my-function", "a" * 129),
    "qualifier_too_long1": ("my-function", "a" * 65),
}


@drives("lambda", FUNCTION + "test_function_name_and_qualifier_validation")
def names(walk, case):
    case, operation = case.rsplit("-", 1)
    name, qualifier = NAMES[case]
    name = name.replace("{account}", walk.account)
    client = walk.client("lambda")
    if operation == "create_function":
        answer = created(walk, f"{name}:{qualifier}" if qualifier else name)
    else:
        told = {"Qualifier": qualifier} if qualifier else {}
        answer = walk.answered(getattr(client, operation), FunctionName=name, **told)
    walk.match(f"{operation}_exception", validation(answer))


@drives("lambda", FUNCTION + "test_function_lifecycle")
def lifecycle(walk):
    client = walk.client("lambda")
    like(walk, "create_response")
    walk.match("get_function_response", active(walk))
    walk(
        "update_func_conf_response",
        client.update_function_configuration,
        FunctionName="fn-1",
        Runtime="python3.11",
        Description="Changed-Description",
        MemorySize=512,
        Timeout=10,
        Environment={"Variables": {"ENV_A": "a"}},
    )
    walk.match("get_function_response_postupdate", active(walk))
    walk("update_code_response", client.update_function_code, FunctionName="fn-1", ZipFile=zipped(OTHER))
    walk.match("get_function_response_postcodeupdate", active(walk))
    walk("delete_response", client.delete_function, FunctionName="fn-1")
    walk("delete_postdelete", client.delete_function, FunctionName="fn-1")


@drives("lambda", FUNCTION + "test_redundant_updates")
def redundant(walk):
    client = walk.client("lambda")
    like(walk, "create_response")
    active(walk)
    walk("first_update_result", client.update_function_configuration, FunctionName="fn-1", Description="1st update description")
    active(walk)
    walk("get_fn_config_result", client.get_function_configuration, FunctionName="fn-1")
    walk("get_fn_result", client.get_function, FunctionName="fn-1")
    walk("redundant_update_result", client.update_function_configuration, FunctionName="fn-1", Description="1st update description")
    walk.match("get_fn_result_after_redundant_update", active(walk))


@drives("lambda", FUNCTION + "test_ops_with_arn_qualifier_mismatch")
def mismatch(walk, operation):
    call = getattr(walk.client("lambda"), operation)
    walk("not_match_exception", call, FunctionName=arn(walk, "some-function") + ":1", Qualifier="$LATEST")
    walk("match_exception", call, FunctionName=arn(walk, "some-function") + ":$LATEST", Qualifier="$LATEST")


@drives("lambda", FUNCTION + "test_ops_on_nonexisting_version")
def no_version(walk, operation):
    helped(walk, "i-exist-1")
    walk("version_not_found_exception", getattr(walk.client("lambda"), operation), FunctionName="i-exist-1", Qualifier="1221")


@drives("lambda", FUNCTION + "test_delete_on_nonexisting_version")
def delete_no_version(walk):
    client = walk.client("lambda")
    helped(walk, "i-exist-1")
    active(walk, "i-exist-1")
    client.delete_function(FunctionName="i-exist-1", Qualifier="1233")
    client.delete_function(FunctionName="i-exist-1", Qualifier="1233")
    client.delete_function(FunctionName="i-exist-1")
    walk("delete_function_response_non_existent", client.delete_function, FunctionName="i-exist-1")
    walk("delete_function_response_non_existent_with_qualifier", client.delete_function, FunctionName="i-exist-1", Qualifier="1233")


@drives("lambda", FUNCTION + "test_ops_on_nonexisting_fn")
def no_function(walk, operation):
    walk("not_found_exception", getattr(walk.client("lambda"), operation), FunctionName="i-dont-exist-1")


@drives("lambda", FUNCTION + "test_get_function_wrong_region")
def wrong_region(walk, operation):
    helped(walk, "i-exist-1")
    walk("wrong_region_exception", getattr(walk.client("lambda"), operation), FunctionName=arn(walk, "i-exist-1", "eu-central-1"))


@lasting
@drives("lambda", FUNCTION + "test_lambda_code_location_zipfile")
def zip_location(walk):
    client = walk.client("lambda")
    like(walk, "create-response-zip-file")
    walk.match("get-function-response", active(walk))
    walk("update-function-response", client.update_function_code, FunctionName="fn-1", ZipFile=zipped(OTHER))
    walk("get-function-response-updated", client.get_function, FunctionName="fn-1")


@drives("lambda", FUNCTION + "test_lambda_code_location_s3_errors")
def s3_errors(walk):
    client, s3 = walk.client("lambda"), walk.client("s3")
    bucket = f"code-{walk.account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code.zip", Body=zipped())
    none, key = {"S3Bucket": f"none-{walk.account}", "S3Key": "code.zip"}, {"S3Bucket": bucket, "S3Key": "none.zip"}
    walk.match("create-error-wrong-bucket", created(walk, Code=none))
    walk.match("create-error-wrong-key", created(walk, Code=key))
    created(walk, Code={"S3Bucket": bucket, "S3Key": "code.zip"})
    active(walk)
    walk("update-error-wrong-bucket", client.update_function_code, FunctionName="fn-1", **none)
    walk("update-error-wrong-key", client.update_function_code, FunctionName="fn-1", **key)


@lasting
@drives("lambda", FUNCTION + "test_lambda_concurrent_code_updates", FUNCTION + "test_lambda_concurrent_config_updates")
def concurrent(walk):
    client = walk.client("lambda")
    like(walk, "create-function-response")
    active(walk)
    if "code" in walk.name:
        client.update_function_code(FunctionName="fn-1", ZipFile=zipped(OTHER))
        walk("update-during-in-progress-update-exc", client.update_function_code, FunctionName="fn-1", ZipFile=zipped())
    else:
        client.update_function_configuration(FunctionName="fn-1", Description="one")
        walk("update-during-in-progress-update-exc", client.update_function_configuration, FunctionName="fn-1", Description="two")


@drives("lambda", FUNCTION + "test_list_functions")
def listed(walk):
    client = walk.client("lambda")
    like(walk, "create_response_1", "list-fn-1")
    like(walk, "create_response_2", "list-fn-2", Code={"ZipFile": zipped(OTHER)})
    active(walk, "list-fn-1"), active(walk, "list-fn-2")
    walk("list_functions_invalid_functionversion", client.list_functions, FunctionVersion="invalid")
    pages = client.get_paginator("list_functions")
    walk.match("list_all", pages.paginate(FunctionVersion="ALL", PaginationConfig={"PageSize": 1}).build_full_result())
    walk.match("list_default", pages.paginate(PaginationConfig={"PageSize": 1}).build_full_result())


@drives("lambda", FUNCTION + "test_invalid_vpc_config_security_group")
def no_group(walk):
    ec2 = walk.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    for label, group in (("non-existent", "sg-0f77ab9a7fe36c2c1"), ("invalid-format", "bad-sg")):
        walk.match(f"create-response-{label}-security-group", created(walk, VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]}))


@drives("lambda", FUNCTION + "test_invalid_vpc_config_subnet")
def no_subnet(walk):
    for label, subnet in (("non-existent", "subnet-0f77ab9a7fe36c2c1"), ("invalid-format", "bad-subnet")):
        told = {"SubnetIds": [subnet], "SecurityGroupIds": ["sg-0f77ab9a7fe36c2c1"]}
        walk.match(f"create-response-{label}-subnet-id", created(walk, VpcConfig=told))


@lasting
@drives("lambda", "lambda_api · TestLambdaVersions · test_publish_with_update")
def publish_with_update(walk):
    client = walk.client("lambda")
    like(walk, "create_response")
    walk.match("get_function_result", active(walk))
    walk("update_function_code_result", client.update_function_code, FunctionName="fn-1", ZipFile=zipped(OTHER), Publish=True)
    walk("get_function_version_result", client.get_function, FunctionName="fn-1", Qualifier="1")
    walk("get_function_latest_result", client.get_function, FunctionName="fn-1", Qualifier="$LATEST")


@drives("lambda", "lambda_api · TestLambdaVersions · test_publish_with_wrong_revisionid")
def wrong_revision(walk):
    client = walk.client("lambda")
    like(walk, "create_response")
    got = active(walk)
    walk.match("get_fn_response", got)
    walk("publish_wrong_revisionid_exc", client.publish_version, FunctionName="fn-1", RevisionId="doesntexist")
    walk("publish_result", client.publish_version, FunctionName="fn-1", RevisionId=got["Configuration"]["RevisionId"])


def two_versions(walk):
    client = walk.client("lambda")
    like(walk, "create_response")
    active(walk)
    walk("publish_v1", client.publish_version, FunctionName="fn-1")
    client.update_function_configuration(FunctionName="fn-1", Environment={"Variables": {"testenv": "prod"}})
    active(walk)
    walk("publish_v2", client.publish_version, FunctionName="fn-1")
    return client


@drives("lambda", "lambda_api · TestLambdaAlias · test_alias_lifecycle")
def alias_lifecycle(walk):
    client = two_versions(walk)
    told = {"FunctionName": "fn-1", "Description": "custom-alias"}
    made = walk(
        "create_alias_1_1", client.create_alias, Name="aliasname1_1", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.2}}, **told
    )
    walk("get_alias_1_1", client.get_alias, FunctionName="fn-1", Name="aliasname1_1")
    walk("get_function_alias_1_1", client.get_function, FunctionName="fn-1", Qualifier="aliasname1_1")
    walk("get_function_byarn_alias_1_1", client.get_function, FunctionName=made["AliasArn"])
    walk("get_function_alias_notfound_exc", client.get_function, FunctionName="fn-1", Qualifier="aliasdoesnotexist")
    walk("get_function_alias_byarn_notfound_exc", client.get_function, FunctionName=arn(walk, "fn-1") + ":aliasdoesnotexist")
    walk("create_alias_1_2", client.create_alias, Name="aliasname1_2", FunctionVersion="1", **told)
    walk("get_alias_1_2", client.get_alias, FunctionName="fn-1", Name="aliasname1_2")
    walk("create_alias_1_3", client.create_alias, FunctionName="fn-1", Name="aliasname1_3", FunctionVersion="1")
    walk("get_alias_1_3", client.get_alias, FunctionName="fn-1", Name="aliasname1_3")
    walk("create_alias_2", client.create_alias, Name="aliasname2", FunctionVersion="2", **told)
    walk("get_alias_2", client.get_alias, FunctionName="fn-1", Name="aliasname2")
    walk("list_aliases_for_fnname", client.list_aliases, FunctionName="fn-1")
    walk("update_alias_1_1", client.update_alias, FunctionName="fn-1", Name="aliasname1_1", RoutingConfig={"AdditionalVersionWeights": {}})
    walk("get_alias_1_1_after_update", client.get_alias, FunctionName="fn-1", Name="aliasname1_1")
    walk("list_aliases_for_fnname_after_update", client.list_aliases, FunctionName="fn-1")
    walk("update_alias_1_2", client.update_alias, FunctionName="fn-1", Name="aliasname1_2", Description="custom-alias")
    walk("get_alias_1_2_after_update", client.get_alias, FunctionName="fn-1", Name="aliasname1_2")
    walk("list_aliases_for_fnname_after_update_2", client.list_aliases, FunctionName="fn-1")
    walk("list_aliases_for_version", client.list_aliases, FunctionName="fn-1", FunctionVersion="1")
    walk("delete_alias_response", client.delete_alias, FunctionName="fn-1", Name="aliasname1_1")
    walk("list_aliases_for_fnname_afterdelete", client.list_aliases, FunctionName="fn-1")


@drives("lambda", "lambda_api · TestLambdaAlias · test_non_existent_alias_deletion")
def no_alias(walk):
    like(walk, "create_response")
    walk("delete_alias_response", walk.client("lambda").delete_alias, FunctionName="fn-1", Name="non-existent")


@drives("lambda", "lambda_api · TestLambdaAlias · test_notfound_and_invalid_routingconfigs")
def routing(walk):
    client = two_versions(walk)

    def asked(label, weights, name="custom", version="1", function="fn-1"):
        told = {} if weights is None else {"RoutingConfig": {"AdditionalVersionWeights": weights}}
        walk(label, client.create_alias, FunctionName=function, Name=name, FunctionVersion=version, **told)

    asked("routing_config_exc_toomany", {"1": 0.1, "2": 0.1})
    asked("routing_config_exc_toohigh", {"2": 2})
    asked("routing_config_exc_subzero", {"2": -1})
    asked("routing_config_exc_sameversion", {"1": 0.5})
    asked("target_version_doesnotexist", None, version="10")
    asked("routing_config_exc_version_doesnotexist", {"10": 0.5})
    asked("routing_config_exc_version_latest", {"$LATEST": 0.5})
    asked("target_version_exc_version_latest", {"1": 0.5}, version="$LATEST")
    asked("create-alias-latest", None, "custom-latest", "$LATEST")
    asked("routing_config_exc_fn_doesnotexist", {"2": 0.5}, function="fn-1-unknown")
    asked("create_alias_empty_routingconfig", {}, "custom-empty-routingconfig")
    asked("create_alias_response", {"2": 0.5})
    asked("routing_config_exc_already_exist", {"2": 0.5})
    walk("alias_does_not_exist_esc", client.get_alias, FunctionName="fn-1", Name="non-existent")


PROFILE = "arn:aws:signer:us-east-1:{account}:/signing-profiles/test"


def signing(walk):
    return walk(
        "create_code_signing_config",
        walk.client("lambda").create_code_signing_config,
        Description="Testing CodeSigning Config",
        AllowedPublishers={"SigningProfileVersionArns": [PROFILE.format(account=walk.account)]},
        CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"},
    )["CodeSigningConfig"]["CodeSigningConfigArn"]


@drives("lambda", "lambda_api · TestCodeSigningConfig · test_function_code_signing_config")
def code_signing(walk):
    client = walk.client("lambda")
    helped(walk)
    config = signing(walk)
    walk("update_code_signing_config", client.update_code_signing_config, CodeSigningConfigArn=config, CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Warn"})
    walk("get_code_signing_config", client.get_code_signing_config, CodeSigningConfigArn=config)
    walk("put_function_code_signing_config", client.put_function_code_signing_config, CodeSigningConfigArn=config, FunctionName="fn-1")
    walk("get_function_code_signing_config", client.get_function_code_signing_config, FunctionName="fn-1")
    listed = client.list_code_signing_configs()["CodeSigningConfigs"]
    walk.match("list_code_signing_configs", listed[0])
    walk("list_functions_by_code_signing_config", client.list_functions_by_code_signing_config, CodeSigningConfigArn=config)
    walk("delete_function_code_signing_config", client.delete_function_code_signing_config, FunctionName="fn-1")
    walk("delete_code_signing_config", client.delete_code_signing_config, CodeSigningConfigArn=config)


@drives("lambda", "lambda_api · TestCodeSigningConfig · test_code_signing_not_found_excs")
def code_signing_errors(walk):
    client = walk.client("lambda")
    helped(walk)
    config = signing(walk)
    gone = config[:-1] + ("0" if config[-1] != "0" else "1")
    none = "csc-test-doesnotexist"
    walk("delete_csc_notfound", client.delete_code_signing_config, CodeSigningConfigArn=gone)
    walk("nothing_to_delete_response", client.delete_function_code_signing_config, FunctionName="fn-1")
    walk("delete_function_csc_fnnotfound", client.delete_function_code_signing_config, FunctionName=none)
    walk("put_function_csc_invalid_fnname", client.put_function_code_signing_config, CodeSigningConfigArn=config, FunctionName=none)
    walk("put_function_csc_invalid_csc_arn", client.put_function_code_signing_config, CodeSigningConfigArn=gone, FunctionName="fn-1")
    walk("put_function_csc_invalid_both", client.put_function_code_signing_config, CodeSigningConfigArn=gone, FunctionName=none)
    walk("update_csc_invalid_csc_arn", client.update_code_signing_config, CodeSigningConfigArn=gone, Description="new-description")
    walk("update_csc_noupdates", client.update_code_signing_config, CodeSigningConfigArn=gone)
    walk("update_csc_noupdate_response", client.update_code_signing_config, CodeSigningConfigArn=config)
    walk("get_csc_invalid", client.get_code_signing_config, CodeSigningConfigArn=gone)
    walk("get_function_csc_fnwithoutcsc", client.get_function_code_signing_config, FunctionName="fn-1")
    walk("get_function_csc_nonexistingfn", client.get_function_code_signing_config, FunctionName=none)
    walk("list_functions_by_csc_fnwithoutcsc", client.list_functions_by_code_signing_config, CodeSigningConfigArn=config)
    walk("list_functions_by_csc_invalid_cscarn", client.list_functions_by_code_signing_config, CodeSigningConfigArn=gone)


@drives("lambda", "lambda_api · TestLambdaReservedConcurrency · test_function_concurrency")
def reserved(walk):
    client = walk.client("lambda")
    helped(walk)
    walk("put_function_concurrency_with_reserved_0", client.put_function_concurrency, FunctionName="fn-1", ReservedConcurrentExecutions=0)
    walk("put_function_concurrency_with_reserved_1", client.put_function_concurrency, FunctionName="fn-1", ReservedConcurrentExecutions=1)
    walk("get_function_concurrency", client.get_function_concurrency, FunctionName="fn-1")
    walk("delete_response", client.delete_function_concurrency, FunctionName="fn-1")
    walk("get_function_concurrency_after_delete", client.get_function_concurrency, FunctionName="fn-1")


@drives("lambda", "lambda_api · TestLambdaReservedConcurrency · test_function_concurrency_exceptions")
def reserved_errors(walk):
    client = walk.client("lambda")
    walk("put_function_concurrency_with_function_name_doesnotexist", client.put_function_concurrency, FunctionName="doesnotexist", ReservedConcurrentExecutions=1)
    walk(
        "put_function_concurrency_with_function_name_doesnotexist_and_invalid_concurrency",
        client.put_function_concurrency,
        FunctionName="doesnotexist",
        ReservedConcurrentExecutions=5000,
    )
    helped(walk)
    active(walk)
    version = client.publish_version(FunctionName="fn-1")
    walk("put_function_concurrency_with_qualified_arn", client.put_function_concurrency, FunctionName=version["FunctionArn"], ReservedConcurrentExecutions=1)


@drives("lambda", "lambda_api · TestLambdaRecursion · test_put_function_recursion_config_allow")
def recursion(walk):
    client = walk.client("lambda")
    helped(walk)
    walk("put_recursion_config_response", client.put_function_recursion_config, FunctionName="fn-1", RecursiveLoop="Allow")
    walk("get_recursion_config_response", client.get_function_recursion_config, FunctionName="fn-1")


@drives("lambda", "lambda_api · TestLambdaSizeLimits · test_large_environment_fails_multiple_keys")
def environment(walk):
    text = walk.answers["failured_create_fn_result_multi_key"]["Error"]["Message"]
    large = re.search(r'"LARGE_VAR":"(x+)"', text)[1]
    walk.match("failured_create_fn_result_multi_key", created(walk, Environment={"Variables": {"SMALL_VAR": "ok", "LARGE_VAR": large}}))


@drives("lambda", "lambda_api · TestLambdaSizeLimits · test_oversized_request_create_lambda")
def oversized_request(walk):
    walk.match("invalid_param_exc", created(walk, Code={"ZipFile": b"x" * 52_500_000}))


@drives("lambda", "lambda_api · TestLambdaSizeLimits · test_large_lambda", "lambda_api · TestLambdaSizeLimits · test_oversized_lambda")
def oversized(walk):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("handler.py", PYTHON)
        archive.writestr("large.bin", b"\0" * (262_144_000 if "oversized" in walk.name else 250_000_000))
    s3 = walk.client("s3")
    bucket = f"code-{walk.account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code.zip", Body=held.getvalue())
    label = "invalid_param_exc" if "oversized" in walk.name else "create_function_large_zip"
    told = {} if "oversized" in walk.name else {"Timeout": walk.answers[label]["Timeout"], "Handler": walk.answers[label]["Handler"]}
    answer = created(walk, Code={"S3Bucket": bucket, "S3Key": "code.zip"}, **told)
    walk.match(label, answer)


@drives("lambda", "lambda_api · TestRuntimeValidation · test_create_deprecated_function_runtime_with_validation_enabled")
def deprecated(walk, runtime):
    walk.match("deprecation_error", created(walk, Runtime=runtime))


@drives("lambda", "lambda_api · TestLambdaSnapStart · test_snapstart_exceptions")
def snap_start_errors(walk):
    walk.match("create_function_invalid_snapstart_apply", created(walk, SnapStart={"ApplyOn": "invalidOption"}))


def snapped(walk, told):
    like(walk, "create_function_response", **told)
    active(walk)


@drives("lambda", "lambda_api · TestLambdaSnapStart · test_snapstart_lifecycle")
def snap_start(walk, _):
    client = walk.client("lambda")
    asked = walk.answers["create_function_response"]["SnapStart"]["ApplyOn"]
    snapped(walk, {"SnapStart": {"ApplyOn": asked}})
    client.publish_version(FunctionName="fn-1", Description="version1")
    walk.match("get_function_response_latest", active(walk))
    walk.match("get_function_response_version_1", active(walk, Qualifier="1"))


@drives("lambda", "lambda_api · TestLambdaSnapStart · test_snapstart_update_function_configuration")
def snap_start_update(walk, _):
    snapped(walk, {})
    walk(
        "update_function_response",
        walk.client("lambda").update_function_configuration,
        FunctionName="fn-1",
        SnapStart={"ApplyOn": walk.answers["update_function_response"]["SnapStart"]["ApplyOn"]},
    )


def logged(walk):
    client = walk.client("lambda")
    like(walk, "create_response")
    walk.match("get_function_response", active(walk))
    walk("function_config", client.get_function_configuration, FunctionName="fn-1")
    walk("updated_config", client.update_function_configuration, FunctionName="fn-1", LoggingConfig=logging_of(walk.answers["updated_config"]))
    active(walk)
    walk("received_config", client.get_function_configuration, FunctionName="fn-1")


@drives("lambda", "lambda_api · TestLoggingConfig · test_function_advanced_logging_configuration")
def logging(walk):
    logged(walk)


@drives("lambda", "lambda_api · TestLoggingConfig · test_function_partial_advanced_logging_configuration_update")
def logging_partly(walk, _):
    logged(walk)


@drives("lambda", "lambda_api · TestLambdaTags · test_tag_versions")
def tag_versions(walk):
    client = walk.client("lambda")
    helped(walk, Publish=True)
    for label, of in (("tag_resource_exception", "1"), ("tag_resource_latest_exception", "$LATEST")):
        walk(label, client.tag_resource, Resource=f"{arn(walk, 'fn-1')}:{of}", Tags={"key": "value"})


@drives("lambda", "lambda_api · TestLambdaTags · test_tag_exceptions")
def tag_errors(walk):
    client = walk.client("lambda")
    helped(walk)
    function = arn(walk, "fn-1")
    walk("tag_lambda_invalidarn", client.tag_resource, Resource="arn:aws:something", Tags={"key": "value"})
    walk("tag_lambda_doesnotexist", client.tag_resource, Resource=arn(walk, "doesnotexist"), Tags={"key": "value"})
    walk("tag_empty_tags", client.tag_resource, Resource=function, Tags={})
    walk("tag_lambda_qualifier_doesnotexist", client.tag_resource, Resource=function + ":v1", Tags={"key": "value"})
    walk("list_tag_lambda_empty", client.list_tags, Resource=function)
    walk("untag_nomatch", client.untag_resource, Resource=function, TagKeys=["somekey"])
    walk("untag_empty_keys", client.untag_resource, Resource=function, TagKeys=[])


@drives("lambda", "lambda_api · TestLambdaTags · test_tag_limits")
def tag_limits(walk):
    client = walk.client("lambda")
    told = lambda count: {f"{at}_key": f"{at}_value" for at in range(count)}
    walk.match("create_function_invalid_tags", created(walk, Tags=told(51)))
    helped(walk)
    active(walk)
    function = arn(walk, "fn-1")
    walk("tag_lambda_too_many_tags", client.tag_resource, Resource=function, Tags=told(51))
    walk("tag_response", client.tag_resource, Resource=function, Tags=told(50))
    walk("list_tags_response", client.list_tags, Resource=function)
    walk("get_fn_response", client.get_function, FunctionName="fn-1")
    walk("tag_lambda_too_many_tags_additional", client.tag_resource, Resource=function, Tags={"a_key": "a_value"})


@drives("lambda", "lambda_api · TestLambdaTag · test_create_tag_on_fn_create")
def tag_made(walk):
    client = walk.client("lambda")
    helped(walk, Tags={"testtag": "tag-0123456789abcdef"})
    walk.match("get_function_result", active(walk))
    walk("list_tags_result", client.list_tags, Resource=arn(walk, "fn-1"))


@drives("lambda", "lambda_api · TestLambdaTag · test_tag_exceptions")
def tag_mapping_errors(walk, _):
    client = walk.client("lambda")
    mapping = f"arn:aws:lambda:us-east-1:{walk.account}:event-source-mapping:1d6fe3ea-6d1b-4c3f-9f1a-0e0e4b1c5d77"
    walk("not_found_exception_tag", client.tag_resource, Resource=mapping, Tags={"key": "value"})
    walk("not_found_exception_untag", client.untag_resource, Resource=mapping, TagKeys=["key"])
    walk("not_found_exception_list", client.list_tags, Resource=mapping)
    walk("aliased_arn_exception", client.tag_resource, Resource=f"{mapping}:alias", Tags={"key": "value"})
    walk("invalid_arn_exception", client.tag_resource, Resource=mapping.replace("event-source-mapping", "foobar"), Tags={"key": "value"})


@drives("lambda", "lambda_api · TestLambdaEventSourceMappings · test_create_event_source_validation")
def mapping_errors(walk):
    client, dynamodb = walk.client("lambda"), walk.client("dynamodb")
    helped(walk)
    stream = dynamodb.create_table(
        TableName="tab",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]
    asked = lambda label, **more: walk(label, client.create_event_source_mapping, FunctionName="fn-1", EventSourceArn=stream, **more)
    asked("no_starting_position")
    asked("invalid_starting_position", StartingPosition="invalid")
    asked("incompatible_starting_position", StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp="1741010802")


@drives("lambda", "lambda_api · TestLambdaUrl · test_url_config_list_paging")
def urls(walk):
    client = walk.client("lambda")
    helped(walk, Runtime="nodejs20.x", Handler="lambda_handler.handler")
    active(walk)
    walk("fn_version_result", client.publish_version, FunctionName="fn-1")
    walk("create_alias_result", client.create_alias, FunctionName="fn-1", Name="urlalias", FunctionVersion="1")
    walk("list_function_notfound", client.list_function_url_configs, FunctionName="doesnotexist")
    walk("list_all_empty", client.list_function_url_configs, FunctionName="fn-1")
    walk("url_config_fn", client.create_function_url_config, FunctionName="fn-1", AuthType="NONE")
    walk("url_config_alias", client.create_function_url_config, FunctionName="fn-1", Qualifier="urlalias", AuthType="NONE")
    walk("list_all", client.list_function_url_configs, FunctionName="fn-1")
