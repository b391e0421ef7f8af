"""API Gateway: deployments, stages, canaries, keys and usage plans."""

import json

from drivers.apigateway_apis import gateway, patch
from drivers.apigateway_methods import mocked
from walker import drives

STAGES, CANARIES = "apigateway_api · TestApiGatewayStage · ", "apigateway_canary · TestStageCrudCanary · "
DEPLOYMENTS, KEYS = "apigateway_common · TestDeployments · ", "apigateway_extended · TestApigatewayApiKeysCrud · "


def deployable(walk, name="api-1"):
    """An API that can be deployed."""
    return mocked(walk, name=name)["restApiId"]


def staged(walk, **more):
    """An API, its deployment, and what updates the stage that it is deployed to."""
    rest, own = deployable(walk), gateway(walk)
    own.create_deployment(restApiId=rest, stageName="dev", **more)
    return rest, lambda label, *operations: walk(label, own.update_stage, restApiId=rest, stageName="dev", patchOperations=list(operations))


@drives("apigateway", "apigateway_basic · TestAPIGateway · test_update_rest_api_deployment")
def deployment(walk):
    rest, own = deployable(walk), gateway(walk)
    made = own.create_deployment(restApiId=rest, stageName="my-stage", description="my deployment")
    operations = [patch("replace", "/description", "new-description")]
    walk("after-update", own.update_deployment, restApiId=rest, deploymentId=made["id"], patchOperations=operations)


@drives("apigateway", DEPLOYMENTS + "test_create_delete_deployments[True]")
def deployments(walk):
    rest, own = deployable(walk), gateway(walk)
    of = {"restApiId": rest}
    one = own.create_deployment(**of)["id"]
    own.create_stage(**of, stageName="s1", deploymentId=one)
    walk("get-deployment", own.get_deployment, **of, deploymentId=one)
    walk("get-stages", own.get_stages, **of)
    for at in range(3):
        walk(f"delete-deployment-error-{at}", own.delete_deployment, **of, deploymentId=one)
        own.delete_stage(**of, stageName="s1")
        own.delete_deployment(**of, deploymentId=one)
        one = own.create_deployment(**of)["id"]
        own.create_stage(**of, stageName="s1", deploymentId=one)
        walk(f"get-deployments-{at}", own.get_deployments, **of)
        walk(f"get-stages-{at}", own.get_stages, **of)


@drives("apigateway", DEPLOYMENTS + "test_create_update_deployments")
def deployments_replaced(walk):
    rest, own = deployable(walk), gateway(walk)
    of = {"restApiId": rest}
    one = own.create_deployment(**of)["id"]
    own.create_stage(**of, stageName="s1", deploymentId=one)
    walk("get-deployment-1", own.get_deployment, **of, deploymentId=one)
    walk("get-stages", own.get_stages, **of)
    walk("delete-deployment-error", own.delete_deployment, **of, deploymentId=one)
    two = own.create_deployment(**of)["id"]
    own.update_stage(**of, stageName="s1", patchOperations=[patch("replace", "/deploymentId", two)])
    walk("get-deployment-1-after-update", own.get_deployment, **of, deploymentId=one)
    walk("get-deployment-2", own.get_deployment, **of, deploymentId=two)
    walk("get-stages-after-update", own.get_stages, **of)
    walk("delete-deployment-1", own.delete_deployment, **of, deploymentId=one)
    walk("delete-deployment-2-error", own.delete_deployment, **of, deploymentId=two)


@drives("apigateway", STAGES + "test_get_stages_filters_by_deployment_id")
def stages_of_deployment(walk):
    rest, own = deployable(walk), gateway(walk)
    ids = [own.create_deployment(restApiId=rest)["id"] for _ in range(2)]
    for at, id in enumerate(ids):
        own.create_stage(restApiId=rest, stageName=f"stage{at + 1}", deploymentId=id)
    walk("all-stages", own.get_stages, restApiId=rest)
    for at, id in enumerate(ids):
        walk(f"stages-deploy{at + 1}", own.get_stages, restApiId=rest, deploymentId=id)


def logging(walk):
    rest, own = deployable(walk), gateway(walk)
    made = walk("create-deployment", own.create_deployment, restApiId=rest)
    walk("create-stage", own.create_stage, restApiId=rest, stageName="dev", description="dev stage", deploymentId=made["id"])
    logs = walk.client("logs")
    for name in ("access", "accessa"):
        logs.create_log_group(logGroupName=name)
    arn = f"arn:aws:logs:us-east-1:{walk.account}:log-group:access"
    update = lambda label, *operations: walk(label, own.update_stage, restApiId=rest, stageName="dev", patchOperations=list(operations))
    return arn, update


DESTINATION, FORMAT = "/accessLogSettings/destinationArn", "/accessLogSettings/format"


@drives("apigateway", STAGES + "test_stage_access_log_settings")
def access_logs(walk):
    arn, update = logging(walk)
    update("update-stage-access-log-dest-add", patch("add", DESTINATION, arn))
    update("update-stage-access-log-dest-replace", patch("replace", DESTINATION, arn + "a"))
    update("update-stage-access-log-format-add", patch("add", FORMAT, "$context.requestId $context.identity.sourceIp"))
    update("update-stage-access-log-remove-all", patch("remove", "/accessLogSettings"))


@drives("apigateway", STAGES + "test_stage_access_log_settings_validation")
def access_logs_wrongly(walk):
    arn, update = logging(walk)
    for op in ("add", "replace"):
        update(f"invalid-path-{op}", patch(op, "/accessLogSettings/randomValue", "value"))
        update(f"root-and-{op}", patch(op, "/accessLogSettings", "value"))
        update(f"star-and-{op}", patch(op, "/accessLogSettings/*", "value"))
    update("invalid-path-remove", patch("remove", "/accessLogSettings/randomValue"))
    update("star-and-remove", patch("remove", "/accessLogSettings/*"))
    update("update-stage-access-log-dest-add", patch("add", DESTINATION, arn))
    update("update-stage-access-log-dest-remove", patch("remove", DESTINATION))
    update("update-stage-access-log-destinationArn-empty", patch("replace", DESTINATION, ""))
    update("update-stage-access-log-format-empty", patch("replace", FORMAT, ""))


@drives("apigateway", "apigateway_common · TestStages · test_update_stage_remove_wildcard")
def stage_settings(walk):
    rest, own = deployable(walk), gateway(walk)
    of = {"restApiId": rest}
    own.create_documentation_version(**of, documentationVersion="v123")
    made = own.create_deployment(**of)["id"]
    walk("create-stage", own.create_stage, **of, stageName="s1", deploymentId=made, description="my stage", documentationVersion="v123")
    walk("get-stage", own.get_stage, **of, stageName="s1")
    update = lambda label, *operation: walk(label, own.update_stage, **of, stageName="s1", patchOperations=[patch(*operation)])
    update("delete-error", "remove", "/*/*")
    update("update-stage", "replace", "/*/*/caching/enabled", "true")
    update("update-stage-reset", "remove", "/*/*")
    walk("get-stage-after-reset", own.get_stage, **of, stageName="s1")


# Canaries


@drives("apigateway", CANARIES + "test_create_canary_deployment_validation")
def canary_wrongly(walk):
    rest, own = deployable(walk), gateway(walk)
    create = lambda label, **more: walk(label, own.create_deployment, restApiId=rest, canarySettings={"percentTraffic": 50}, **more)
    create("create-canary-deployment-no-stage")
    create("create-canary-deployment-empty-stage", stageName="")
    create("create-canary-deployment-non-existing-stage", stageName="non-existing")


CANARY = {"percentTraffic": 50, "stageVariableOverrides": {"testVar": "canary"}}
DEV = {"stageName": "dev", "description": "dev stage", "variables": {"testVar": "default"}}


@drives("apigateway", CANARIES + "test_create_canary_deployment_with_stage")
def canary(walk):
    rest, own = deployable(walk), gateway(walk)
    made = walk("create-deployment", own.create_deployment, restApiId=rest)
    walk("create-stage", own.create_stage, restApiId=rest, deploymentId=made["id"], **DEV)
    walk("create-canary-deployment", own.create_deployment, restApiId=rest, stageName="dev", canarySettings=CANARY)
    walk("get-stage", own.get_stage, restApiId=rest, stageName="dev")


@drives("apigateway", CANARIES + "test_create_update_stages")
def canary_of_stage(walk):
    rest, own = deployable(walk), gateway(walk)
    one = walk("create-deployment-1", own.create_deployment, restApiId=rest)["id"]
    two = walk("create-deployment-2", own.create_deployment, restApiId=rest)["id"]
    walk("create-stage", own.create_stage, restApiId=rest, deploymentId=one, canarySettings={"deploymentId": two, **CANARY}, **DEV)
    walk("get-stage", own.get_stage, restApiId=rest, stageName="dev")
    update = lambda label, *operation: walk(label, own.update_stage, restApiId=rest, stageName="dev", patchOperations=[patch(*operation)])
    update("update-stage-canary-settings-overrides", "replace", "/canarySettings/stageVariableOverrides/testVar", "updated")
    update("update-stage-remove-canary-settings", "remove", "/canarySettings")
    walk("get-stage-after-remove", own.get_stage, restApiId=rest, stageName="dev")


@drives("apigateway", CANARIES + "test_update_stage_canary_deployment_validation")
def canary_patched_wrongly(walk):
    rest, update = staged(walk)
    walk("get-stage", gateway(walk).get_stage, restApiId=rest, stageName="dev")
    update("update-stage-add-deployment", patch("add", "/canarySettings/deploymentId", "deploy"))
    update("update-stage-no-deployment", patch("replace", "/canarySettings/deploymentId", "deploy"))
    update("update-stage-canary-settings-remove-overrides", patch("remove", "/canarySettings/stageVariableOverrides"))
    update("update-stage-canary-settings-bad-path", patch("remove", "/canarySettings/badPath"))
    update("update-stage-canary-settings-bad-path-2", patch("replace", "/canarySettings", "value"))
    update("update-stage-canary-settings-replace-bad-path", patch("replace", "/canarySettings/badPath", "badPath"))


@drives("apigateway", CANARIES + "test_update_stage_with_copy_ops")
def canary_promoted(walk):
    rest, own = deployable(walk), gateway(walk)
    variables = {"testVar": "test", "testVar2": "test2"}
    walk("deployment-1", own.create_deployment, restApiId=rest, stageName="dev", variables=variables)
    update = lambda label, *operations: walk(label, own.update_stage, restApiId=rest, stageName="dev", patchOperations=list(operations))
    copy = lambda path, source: {"op": "copy", "path": path, "from": source}
    promote = [copy("/deploymentId", "/canarySettings/deploymentId"), copy("/variables", "/canarySettings/stageVariableOverrides")]
    update("copy-with-no-replace", *promote[1:])
    traffic = patch("replace", "/canarySettings/percentTraffic", "0")
    update("update-stage-with-copy", traffic)
    walk(
        "deployment-canary",
        own.create_deployment,
        restApiId=rest,
        stageName="dev",
        canarySettings={"percentTraffic": 50, "stageVariableOverrides": {"testVar": "override"}},
    )
    walk("get-stage", own.get_stage, restApiId=rest, stageName="dev")
    update("copy-with-bad-statement", copy("/canarySettings/stageVariableOverrides", "/variables"))
    update("update-stage-with-copy-2", traffic, *promote)


# Keys


@drives("apigateway", KEYS + "test_create_api_key_with_invalid_name")
def key_names(walk):
    own = gateway(walk)
    walk("create-api-key-empty-name", own.create_api_key, name="")
    walk("create-api-key-name-too-long", own.create_api_key, name="x" * 1025)
    walk("create-api-key-no-name", own.create_api_key)


@drives("apigateway", KEYS + "test_create_api_key_with_invalid_value")
def key_values(walk):
    own = gateway(walk)
    walk("create-api-key-empty-value", own.create_api_key, value="")
    walk("create-api-key-short-value", own.create_api_key, value="x" * 19)
    walk("create-api-key-invalid-value-too-long", own.create_api_key, value="x" * 129)


@drives("apigateway", KEYS + "test_create_usage_plan_with_throttle")
def plan(walk):
    throttle = {"rateLimit": 10, "burstLimit": 20}
    walk("create-usage-plan-burst-gt-rate", gateway(walk).create_usage_plan, name="plan-1", throttle=throttle)


@drives("apigateway", KEYS + "test_get_usage_plan_api_keys")
def plan_keys(walk):
    own = gateway(walk)
    walk("get-api-keys", own.get_api_keys)
    made = walk("create-usage-plan", own.create_usage_plan, name="plan-1")["id"]
    keys = lambda label, **more: walk(label, own.get_usage_plan_keys, **{"usagePlanId": made, **more})
    keys("get-up-keys-before-create")
    one = walk("create-api-key", own.create_api_key, name="api-key-one")
    two = walk("create-api-key-2", own.create_api_key, name="api-key-two")
    walk("get-api-keys-after-create-1", own.get_api_keys)
    walk("create-up-key", own.create_usage_plan_key, usagePlanId=made, keyId=one["id"], keyType="API_KEY")
    walk("create-up-key-2", own.create_usage_plan_key, usagePlanId=made, keyId=two["id"], keyType="API_KEY")
    keys("get-up-keys")
    keys("get-up-keys-name-query", nameQuery="api-key")
    keys("get-up-keys-name-query-cased", nameQuery="API-KEY")
    keys("get-up-keys-name-query-key-name", nameQuery="api-key-one")
    keys("get-up-keys-bad-query", nameQuery="nothing")
    keys("get-up-keys-bad-usage-plan", usagePlanId="bad")
    for one in (one, two):
        own.delete_usage_plan_key(usagePlanId=made, keyId=one["id"])
    keys("get-up-keys-after-delete")


@drives("apigateway", KEYS + "test_negative_get_usage_plan_api_keys")
def keys_of_impossible_limit(walk):
    own = gateway(walk)
    walk("get-api-keys-invalid-limit", own.get_api_keys, limit=-1)
    made = walk("create-api-key", own.create_api_key, name="key-1")
    operations = [patch("replace", "/name", "key-2")]
    walk("update-api-key-name", own.update_api_key, apiKey=made["id"], patchOperations=operations)


@drives("apigateway", KEYS + "test_update_api_key_immutable_field")
def key_wrongly(walk):
    made = gateway(walk).create_api_key(name="key-1")
    operations = [patch("replace", "/id", "other")]
    walk("update-api-key-immutable-field", gateway(walk).update_api_key, apiKey=made["id"], patchOperations=operations)
