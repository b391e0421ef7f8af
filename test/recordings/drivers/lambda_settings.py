"""Lambda's layers, permissions, asynchronous invocations' settings and provisioned concurrency."""

from walker import drives

from drivers.lambda_functions import active, arn, created, helped, like, zipped

LAYER = "lambda_api · TestLambdaLayer · "
PERMISSIONS = "lambda_api · TestLambdaPermissions · "


def layered(walk, label, name="layer-1", **more):
    said = walk.answers[label]
    told = {key: said[key] for key in ("CompatibleArchitectures", "CompatibleRuntimes") if said.get(key)}
    return walk(label, walk.client("lambda").publish_layer_version, LayerName=name, Content={"ZipFile": zipped()}, **told, **more)


@drives("lambda", LAYER + "test_layer_compatibilities")
def compatible(walk, _):
    layered(walk, "publish_result")


@drives("lambda", LAYER + "test_layer_exceptions")
def layer_errors(walk):
    client = walk.client("lambda")
    none = {"LayerName": "doesnotexist"}
    publish = {"LayerName": "layer-1", "Content": {"ZipFile": zipped()}}
    invalid = {"CompatibleRuntimes": ["invalidruntime"], "CompatibleArchitectures": ["invalidarch"]}
    partly = {"CompatibleRuntimes": ["invalidruntime", "invalidruntime2", "nodejs20.x"], "CompatibleArchitectures": ["invalidarch", "x86_64"]}
    made = layered(walk, "publish_result")
    walk("publish_layer_version_exc_invalid_runtime_arch", client.publish_layer_version, **publish, **invalid)
    walk("publish_layer_version_exc_partially_invalid_values", client.publish_layer_version, **publish, **partly)
    layered(walk, "publish_empty_result", "layer-empty", CompatibleRuntimes=[], CompatibleArchitectures=[])
    walk("get_layer_version_exc_layer_doesnotexist", client.get_layer_version, VersionNumber=1, **none)
    for label, number in (("negative", -1), ("zero", 0), ("2", 2)):
        walk(f"get_layer_version_exc_layer_version_doesnotexist_{label}", client.get_layer_version, LayerName="layer-1", VersionNumber=number)
    walk("get_layer_version_by_arn_exc_invalidarn", client.get_layer_version_by_arn, Arn=made["LayerArn"])
    walk("get_layer_version_by_arn_exc_nonexistentversion", client.get_layer_version_by_arn, Arn=made["LayerArn"] + ":2")
    walk("list_layers_exc_compatibleruntime_invalid", client.list_layers, CompatibleRuntime="runtimedoesnotexist")
    walk("list_layers_exc_compatiblearchitecture_invalid", client.list_layers, CompatibleArchitecture="archdoesnotexist")
    walk("list_nonexistent_layer", client.list_layer_versions, **none)
    walk("delete_layer_response", client.delete_layer_version, LayerName="layer-1", VersionNumber=1)
    walk("delete_layer_again_response", client.delete_layer_version, LayerName="layer-1", VersionNumber=1)
    walk("delete_nonexistent_version_response", client.delete_layer_version, LayerName="layer-1", VersionNumber=2)
    walk("delete_nonexistent_response", client.delete_layer_version, VersionNumber=1, **none)
    walk("delete_layer_version_exc_layerversion_invalid_version", client.delete_layer_version, LayerName="layer-1", VersionNumber=-1)


@drives("lambda", LAYER + "test_layer_function_exceptions")
def layers_of_functions(walk):
    client = walk.client("lambda")
    first = layered(walk, "publish_result")
    second = layered(walk, "publish_result_2")
    third = layered(walk, "publish_result_3")
    helped(walk)
    walk.match("get_fn_result", active(walk))
    versions = [made["LayerVersionArn"] for made in (first, second, third)]
    update = lambda label, layers: walk(label, client.update_function_configuration, FunctionName="fn-1", Layers=layers)
    update("two_layer_versions_single_function_exc", versions[:2])
    update("three_layer_versions_single_function_exc", versions)
    update("two_identical_layer_versions_single_function_exc", [versions[0], versions[0]])
    update("add_nonexistent_layer_exc", [f"arn:aws:lambda:us-east-1:{walk.account}:layer:doesnotexist:1"])
    update("add_nonexistent_layer_version_exc", [first["LayerArn"] + ":9"])
    update("add_layer_arn_without_version_exc", [first["LayerArn"]])
    other = walk.client("lambda", "us-east-2").publish_layer_version(LayerName="layer-1", Content={"ZipFile": zipped()})
    walk.match("create_function_with_layer_in_different_region", created(walk, "fn-2", Layers=[other["LayerVersionArn"]]))


ALLOW = {"Action": "lambda:GetLayerVersion", "Principal": "*"}


@drives("lambda", LAYER + "test_layer_policy_exceptions")
def layer_policy_errors(walk):
    client = walk.client("lambda")
    layered(walk, "publish_result")
    here, one = {"LayerName": "layer-1", "VersionNumber": 1}, {"StatementId": "s1"}
    walk("layer_permission_nopolicy_get", client.get_layer_version_policy, **here)
    walk("add_layer_permission_result", client.add_layer_version_permission, **here, **one, **ALLOW)
    walk("layer_permission_action_invalid", client.add_layer_version_permission, **here, StatementId="s2", Action="*", Principal="*")
    walk("layer_permission_duplicate_statement", client.add_layer_version_permission, **here, **one, **ALLOW)
    walk("layer_permission_wrong_revision", client.add_layer_version_permission, **here, StatementId="s2", RevisionId="wrong", **ALLOW)
    for label, place in (("layername", {"LayerName": "layer-1-doesnotexist", "VersionNumber": 1}), ("layerversion", {"LayerName": "layer-1", "VersionNumber": 2})):
        walk(f"layer_permission_{label}_doesnotexist_add", client.add_layer_version_permission, **place, **one, **ALLOW)
        walk(f"layer_permission_{label}_doesnotexist_get", client.get_layer_version_policy, **place)
        walk(f"layer_permission_{label}_doesnotexist_remove", client.remove_layer_version_permission, **place, **one)
    walk("layer_permission_statementid_doesnotexist_remove", client.remove_layer_version_permission, **here, StatementId="doesnotexist")
    walk("layer_permission_wrong_revision_remove", client.remove_layer_version_permission, **here, **one, RevisionId="wrong")


@drives("lambda", LAYER + "test_layer_policy_lifecycle")
def layer_policy(walk):
    client = walk.client("lambda")
    layered(walk, "publish_result")
    here = {"LayerName": "layer-1", "VersionNumber": 1}
    walk("add_policy_s1", client.add_layer_version_permission, **here, StatementId="s1", **ALLOW)
    policy = walk("get_layer_version_policy", client.get_layer_version_policy, **here)
    walk("add_policy_s2", client.add_layer_version_permission, **here, StatementId="s2", RevisionId=policy["RevisionId"], **ALLOW)
    policy = walk("get_layer_version_policy_postadd2", client.get_layer_version_policy, **here)
    walk("remove_s2", client.remove_layer_version_permission, **here, StatementId="s2", RevisionId=policy["RevisionId"])
    walk("get_layer_version_policy_postdeletes2", client.get_layer_version_policy, **here)


INVOKE = {"Action": "lambda:InvokeFunction"}


@drives("lambda", PERMISSIONS + "test_permission_exceptions")
def permission_errors(walk):
    client = walk.client("lambda")
    helped(walk)
    s3 = {**INVOKE, "StatementId": "s3", "Principal": "s3.amazonaws.com"}
    walk("add_permission_invalid_statement_id", client.add_permission, FunctionName="fn-1", **{**s3, "StatementId": "example.com"})
    walk("add_permission_fn_qualifier_mismatch", client.add_permission, FunctionName="fn-1:alias-not-42", Qualifier="42", **s3)
    walk("add_permission_fn_qualifier_latest", client.add_permission, FunctionName="fn-1", Qualifier="$LATEST", **s3)
    walk("add_permission_principal_invalid", client.add_permission, FunctionName="fn-1", **{**s3, "Principal": "invalid.nonaws.com"})
    walk("get_policy_fn_doesnotexist", client.get_policy, FunctionName="doesnotexist")
    walk("add_permission_fn_doesnotexist", client.add_permission, FunctionName="doesnotexist", **s3)
    walk("remove_permission_fn_doesnotexist", client.remove_permission, FunctionName="doesnotexist", StatementId="s3")
    walk("add_permission_fn_alias_doesnotexist", client.add_permission, FunctionName="fn-1", Qualifier="alias-doesnotexist", **s3)
    walk("add_permission_fn_version_doesnotexist", client.add_permission, FunctionName="fn-1", Qualifier="42", **s3)
    walk("add_permission_fn_qualifier_invalid", client.add_permission, FunctionName="fn-1", Qualifier="invalid-qualifier-with-?-char", **s3)
    walk("add_permission_fn_qualifier_valid_doesnotexist", client.add_permission, FunctionName="fn-1", Qualifier="valid-with-$-but-doesnotexist", **s3)
    walk("remove_permission_policy_doesnotexist", client.remove_permission, FunctionName="fn-1", StatementId="s3")
    client.add_permission(FunctionName="fn-1", **s3)
    walk("add_permission_conflicting_statement_id", client.add_permission, FunctionName="fn-1", **s3)
    walk("get_policy_fn_version_doesnotexist", client.get_policy, FunctionName="fn-1", Qualifier="42")
    walk("remove_permission_fn_alias_doesnotexist", client.remove_permission, FunctionName="fn-1", Qualifier="alias-doesnotexist", StatementId="s3")


@drives("lambda", PERMISSIONS + "test_create_multiple_lambda_permissions")
def permissions(walk):
    client = walk.client("lambda")
    helped(walk)
    for at, service in ((1, "logs"), (2, "kinesis")):
        walk(f"add_permission_response_{at}", client.add_permission, FunctionName="fn-1", StatementId=service, Principal=f"{service}.amazonaws.com", **INVOKE)
    walk("policy_after_2_add", client.get_policy, FunctionName="fn-1")


@drives("lambda", PERMISSIONS + "test_lambda_permission_fn_versioning", PERMISSIONS + "test_lambda_permission_versioning")
def permission_versions(walk):
    client = walk.client("lambda")
    helped(walk)
    active(walk)
    told = {**INVOKE, "FunctionName": "fn-1", "Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::test-bucket"}
    whole = "publish_version_result" in walk.answers
    walk("add_permission", client.add_permission, StatementId="s3", **told)
    policy = walk("get_policy", client.get_policy, FunctionName="fn-1")
    version = client.publish_version(FunctionName="fn-1")
    if whole:
        walk.match("publish_version_result", version)
        walk("get_function_result_after_publishing", client.get_function, FunctionName="fn-1")
    walk("get_policy_after_publishing_latest", client.get_policy, FunctionName="fn-1")
    walk("get_policy_after_publishing_new_version", client.get_policy, FunctionName="fn-1", Qualifier="1")
    client.add_permission(StatementId="s3", Qualifier="1", **told)
    walk("get_policy_after_adding_to_new_version", client.get_policy, FunctionName="fn-1")
    if whole:
        walk("get_policy_version", client.get_policy, FunctionName="fn-1", Qualifier="1")
        walk("create_alias_response", client.create_alias, FunctionName="fn-1", FunctionVersion="1", Name="permission-alias")
        walk("get_alias", client.get_alias, FunctionName="fn-1", Name="permission-alias")
        walk("add_permission_alias_revision_exception", client.add_permission, StatementId="s3", Qualifier="permission-alias", RevisionId="wrong", **told)
        client.add_permission(StatementId="s3", Qualifier="permission-alias", **told)
        walk("get_policy_alias", client.get_policy, FunctionName="fn-1", Qualifier="permission-alias")
    client.add_permission(StatementId="s3_2", **told)
    walk("get_policy_after_adding_2", client.get_policy, FunctionName="fn-1")


EVENT = "lambda_api · TestLambdaEventInvokeConfig · "


@drives("lambda", EVENT + "test_lambda_eventinvokeconfig_lifecycle")
def event_invoke(walk):
    client = walk.client("lambda")
    helped(walk)
    active(walk)
    here = {"FunctionName": "fn-1"}
    walk("put_invokeconfig_retries_0", client.put_function_event_invoke_config, MaximumRetryAttempts=0, **here)
    walk("put_invokeconfig_eventage_60", client.put_function_event_invoke_config, MaximumEventAgeInSeconds=60, **here)
    walk("update_invokeconfig_eventage_nochange", client.update_function_event_invoke_config, MaximumEventAgeInSeconds=60, **here)
    walk("update_invokeconfig_retries", client.update_function_event_invoke_config, MaximumRetryAttempts=1, **here)
    walk("get_invokeconfig", client.get_function_event_invoke_config, **here)
    walk("get_invokeconfig_latest", client.get_function_event_invoke_config, Qualifier="$LATEST", **here)
    walk("list_single_invokeconfig", client.list_function_event_invoke_configs, **here)
    walk("publish_version_result", client.publish_version, **here)
    walk("get_invokeconfig_postpublish", client.get_function_event_invoke_config, Qualifier="1", **here)
    walk("put_published_invokeconfig", client.put_function_event_invoke_config, Qualifier="1", MaximumEventAgeInSeconds=120, **here)
    walk("get_published_invokeconfig", client.get_function_event_invoke_config, Qualifier="1", **here)
    client.delete_function_event_invoke_config(**here)
    walk("list_paging_nolimit_postdelete", client.list_function_event_invoke_configs, **here)


@drives("lambda", EVENT + "test_lambda_eventinvokeconfig_exceptions")
def event_invoke_errors(walk):
    client = walk.client("lambda")
    helped(walk), helped(walk, "fn-2")
    active(walk)
    put, update, get = client.put_function_event_invoke_config, client.update_function_event_invoke_config, client.get_function_event_invoke_config
    delete, listed = client.delete_function_event_invoke_config, client.list_function_event_invoke_configs
    whole, alias, none = arn(walk, "fn-1"), "eventinvokealias", "doesnotexist"
    retry = {"MaximumRetryAttempts": 1}
    walk("fn_version_result", client.publish_version, FunctionName="fn-1")
    walk("fn_alias_result", client.create_alias, FunctionName="fn-1", Name=alias, FunctionVersion="1")
    walk("list_function_doesnotexist", listed, FunctionName=none)
    walk("put_functionname_name_notfound", put, FunctionName=none, **retry)
    walk("put_functionname_arn_notfound", put, FunctionName=arn(walk, none), **retry)
    walk("put_functionname_nootherargs", put, FunctionName="fn-1")
    to = lambda label, **config: walk(label, put, FunctionName="fn-1", DestinationConfig=config)
    to("put_destination_lambda_doesntexist", OnSuccess={"Destination": arn(walk, none)})
    to("put_destination_recursive", OnSuccess={"Destination": whole})
    to("put_destination_other_lambda", OnSuccess={"Destination": arn(walk, "fn-2")})
    to("put_destination_invalid_service_arn", OnSuccess={"Destination": whole.replace(":lambda:", ":iam:")})
    to("put_destination_success_no_destination_arn", OnSuccess={})
    to("put_destination_failure_no_destination_arn", OnFailure={})
    to("put_destination_invalid_arn_pattern", OnFailure={"Destination": whole.replace(":lambda:", ":_-/!lambda:")})
    walk("put_destination_latest", put, FunctionName="fn-1", **retry)
    walk("put_destination_latest_explicit_qualifier", put, FunctionName="fn-1", Qualifier="$LATEST", **retry)
    walk("put_destination_version", put, FunctionName="fn-1", Qualifier="1", **retry)
    walk("put_alias_functionname_qualifier", put, FunctionName="fn-1", Qualifier=alias, **retry)
    walk("put_alias_doesnotexist", put, FunctionName="fn-1", Qualifier=none, **retry)
    walk("put_alias_qualifiedarn", put, FunctionName=f"{whole}:{alias}", **retry)
    walk("put_alias_qualifiedarn_qualifier", put, FunctionName=f"{whole}:{alias}", Qualifier=alias, **retry)
    walk("put_alias_qualifiedarn_qualifierconflict", put, FunctionName=f"{whole}:{alias}", Qualifier="1", **retry)
    walk("put_alias_shorthand", put, FunctionName=f"fn-1:{alias}", **retry)
    walk("put_alias_shorthand_qualifier", put, FunctionName=f"fn-1:{alias}", Qualifier=alias, **retry)
    walk("put_alias_shorthand_qualifierconflict", put, FunctionName=f"fn-1:{alias}", Qualifier="1", **retry)
    walk("put_version_shorthand", put, FunctionName="fn-1:1", **retry)
    walk("put_shorthand_qualifier_match", put, FunctionName="fn-1:$LATEST", Qualifier="$LATEST", **retry)
    walk("put_shorthand_qualifier_mismatch_1", put, FunctionName="fn-1:1", Qualifier=alias, **retry)
    walk("put_shorthand_qualifier_mismatch_2", put, FunctionName="fn-1:$LATEST", Qualifier=alias, **retry)
    walk("put_shorthand_qualifier_mismatch_3", put, FunctionName="fn-1:$LATEST", Qualifier="1", **retry)
    walk("put_maxevent_maxvalue_result", put, FunctionName="fn-1", MaximumRetryAttempts=2, MaximumEventAgeInSeconds=21600)
    walk("put_pre_overwrite", put, FunctionName="fn-1", MaximumRetryAttempts=2, MaximumEventAgeInSeconds=60)
    walk("put_post_overwrite", put, FunctionName="fn-1", MaximumRetryAttempts=0)
    walk("get_post_overwrite", get, FunctionName="fn-1")
    walk("second_overwrite_existing_response", put, FunctionName="fn-1", MaximumRetryAttempts=0)
    walk("pre_update_response", put, FunctionName="fn-1", MaximumRetryAttempts=2, MaximumEventAgeInSeconds=60)
    walk("update_response", update, FunctionName="fn-1", MaximumRetryAttempts=0)
    walk("update_response_existing", update, FunctionName="fn-1", MaximumRetryAttempts=0)
    walk("list_configs", listed, FunctionName="fn-1")
    walk("get_function_doesnotexist", get, FunctionName=none)
    walk("get_qualifier_doesnotexist", get, FunctionName="fn-1", Qualifier=none)
    walk("delete_latest", delete, FunctionName="fn-1")
    walk("delete_version", delete, FunctionName="fn-1", Qualifier="1")
    walk("delete_alias", delete, FunctionName="fn-1", Qualifier=alias)
    walk("list_configs_postdelete", listed, FunctionName="fn-1")
    walk("get_eventinvokeconfig_doesnotexist", get, FunctionName="fn-1", Qualifier=alias)
    walk("delete_function_not_found", delete, FunctionName="fn-1")
    walk("delete_function_doesnotexist", delete, FunctionName=none)
    walk("update_eventinvokeconfig_function_doesnotexist", update, FunctionName=none, **retry)
    walk("update_eventinvokeconfig_config_doesnotexist_with_qualifier", update, FunctionName="fn-1", Qualifier=alias, **retry)
    walk("update_eventinvokeconfig_config_doesnotexist_without_qualifier", update, FunctionName="fn-1", **retry)


PROVISIONED = "lambda_api · TestLambdaProvisionedConcurrency · "


@drives("lambda", PROVISIONED + "test_lambda_provisioned_lifecycle")
def provisioned(walk):
    client = walk.client("lambda")
    helped(walk)
    active(walk)
    one = {"FunctionName": "fn-1", "ProvisionedConcurrentExecutions": 1}
    walk("publish_version_result", client.publish_version, FunctionName="fn-1")
    walk("create_alias_result", client.create_alias, FunctionName="fn-1", FunctionVersion="1", Name="alias-1")
    walk("put_provisioned_on_version", client.put_provisioned_concurrency_config, Qualifier="1", **one)
    walk("put_provisioned_on_alias_versionconflict", client.put_provisioned_concurrency_config, Qualifier="alias-1", **one)
    walk("delete_provisioned_version", client.delete_provisioned_concurrency_config, FunctionName="fn-1", Qualifier="1")
    walk("get_provisioned_version_postdelete", client.get_provisioned_concurrency_config, FunctionName="fn-1", Qualifier="1")
    walk("put_provisioned_on_alias", client.put_provisioned_concurrency_config, Qualifier="alias-1", **one)
    walk("put_provisioned_on_version_conflict", client.put_provisioned_concurrency_config, Qualifier="1", **one)
    walk("delete_alias_result", client.delete_alias, FunctionName="fn-1", Name="alias-1")
    walk("get_provisioned_alias_postaliasdelete", client.get_provisioned_concurrency_config, FunctionName="fn-1", Qualifier="alias-1")
    walk("list_response_postdeletes", client.list_provisioned_concurrency_configs, FunctionName="fn-1")


@drives("lambda", PROVISIONED + "test_provisioned_concurrency_limits")
def provisioned_limits(walk):
    client = walk.client("lambda")
    helped(walk, Publish=True)
    active(walk)
    limits = client.get_account_settings()["AccountLimit"]
    free = limits["UnreservedConcurrentExecutions"]
    asked = lambda label, count: walk(
        label, client.put_provisioned_concurrency_config, FunctionName="fn-1", Qualifier="1", ProvisionedConcurrentExecutions=count
    )
    asked("put_provisioned_concurrency_account_limit_exceeded", limits["ConcurrentExecutions"] + 1)
    asked("put_provisioned_concurrency_below_unreserved_min_value", free - 50)
