"""Step Functions: state machines, versions, aliases, tags, activities and the checks of definitions."""

import json
import re

from walker import NotWalkable, drives

PASS = {"Comment": "BASE_PASS_RESULT", "StartAt": "State_1", "States": {"State_1": {"Type": "Pass", "Result": {"Arg1": "argument1"}, "End": True}}}
API = "sfn_api · TestSnfApi · "
VERSIONS = "sfn_api_versioning · TestSnfApiVersioning · "
TAGGING = "sfn_api_tagging · TestSnfApiTagging · "
ALIASES = "sfn_api_aliasing · TestSnfApiAliasing · "
ACTIVITIES = "sfn_api_activities · TestSnfApiActivities · "


def role(walk):
    return f"arn:aws:iam::{walk.account}:role/states"


def states(walk, **more):
    return walk.client("stepfunctions", **more)


def made(walk, label=None, definition=PASS, **more):
    told = {"name": "machine-1", "definition": json.dumps(definition), "roleArn": role(walk), **more}
    answer = walk.answered(states(walk).create_state_machine, **told)
    if label is not None:
        walk.match(label, answer)
    return answer.get("stateMachineArn")


def ended(walk, execution):
    return walk.until(lambda: states(walk).describe_execution(executionArn=execution), lambda answer: answer["status"] != "RUNNING")


@drives("stepfunctions", API + "test_create_delete_invalid_sm")
def no_states(walk):
    definition = {key: value for key, value in PASS.items() if key != "States"}
    walk.match("invalid_definition_1", walk.answered(states(walk).create_state_machine, name="m", definition=json.dumps(definition), roleArn=role(walk)))


@drives("stepfunctions", API + "test_create_update_state_machine_base_role_arn")
def role_updated(walk):
    client = states(walk)
    arn = made(walk, "creation_resp_t0")
    walk("describe_resp_t0", client.describe_state_machine, stateMachineArn=arn)
    for at in (1, 2):
        walk(f"update_state_machine_res_t{at}", client.update_state_machine, stateMachineArn=arn, roleArn=f"{role(walk)}-{at}")
        walk(f"describe_resp_t{at}", client.describe_state_machine, stateMachineArn=arn)


@drives("stepfunctions", API + "test_create_update_state_machine_base_update_none")
def nothing_updated(walk):
    arn = made(walk, "creation_resp_t0")
    walk("describe_resp_t0", states(walk).describe_state_machine, stateMachineArn=arn)
    walk("missing_required_parameter", states(walk).update_state_machine, stateMachineArn=arn)
    try:
        states(walk, checks=True).update_state_machine(stateMachineArn=arn, definition=None, roleArn=None)
    except Exception as error:
        walk.match("null_required_parameter", str(error))


@drives("stepfunctions", API + "test_describe_execution")
def described(walk):
    execution = walk("exec_resp", states(walk).start_execution, stateMachineArn=made(walk, "creation_resp"))["executionArn"]
    walk.match("describe_execution", ended(walk, execution))


@drives("stepfunctions", API + "test_describe_sm_arn_containing_punctuation")
def punctuation(walk):
    arn = made(walk, "creation_resp", name="state.machine-1_a")
    walk("describe_resp", states(walk).describe_state_machine, stateMachineArn=arn)


@drives("stepfunctions", API + "test_describe_state_machine_for_execution")
def machine_of(walk):
    execution = walk("exec_resp", states(walk).start_execution, stateMachineArn=made(walk, "creation_resp"))["executionArn"]
    walk("describe_resp", states(walk).describe_state_machine_for_execution, executionArn=execution)


@drives("stepfunctions", API + "test_get_execution_history_invalid_arn", ACTIVITIES + "test_get_activity_task_invalid_arn", VERSIONS + "test_publish_state_machine_version_invalid_arn")
def invalid_arn(walk):
    client = states(walk)
    told = re.search(r"prefix: (\w+)", walk.answers["exception"]["exception_value"])[1]
    if "history" in walk.name:
        walk.raised("exception", client.get_execution_history, executionArn=told)
    elif "activity" in walk.name:
        walk.raised("exception", client.get_activity_task, activityArn=told)
    else:
        walk.raised("exception", client.publish_state_machine_version, stateMachineArn=told)


@drives("stepfunctions", API + "test_get_execution_history_no_such_execution")
def no_execution(walk):
    walk.raised("exception", states(walk).get_execution_history, executionArn=f"arn:aws:states:us-east-1:{walk.account}:execution:no:such")


@drives("stepfunctions", VERSIONS + "test_publish_state_machine_version_no_such_machine")
def no_machine(walk):
    walk.raised("exception", states(walk).publish_state_machine_version, stateMachineArn=f"arn:aws:states:us-east-1:{walk.account}:stateMachine:none")


@drives("stepfunctions", API + "test_get_execution_history_reversed")
def reversed_history(walk):
    execution = states(walk).start_execution(stateMachineArn=made(walk))["executionArn"]
    ended(walk, execution)
    for reverse in (False, True):
        walk(f"get_execution_history_reverseOrder[{reverse}]", states(walk).get_execution_history, executionArn=execution, reverseOrder=reverse)


@drives("stepfunctions", API + "test_start_execution")
def started(walk):
    arn = made(walk, "creation_resp")
    execution = walk("exec_resp", states(walk).start_execution, stateMachineArn=arn)["executionArn"]
    ended(walk, execution)
    walk("exec_list_resp", states(walk).list_executions, stateMachineArn=arn)
    walk("exec_hist_resp", states(walk).get_execution_history, executionArn=execution)


@drives("stepfunctions", API + "test_start_sync_execution")
def not_sync(walk):
    walk("start_sync_execution_error", states(walk).start_sync_execution, stateMachineArn=made(walk, "creation_response"))


@drives("stepfunctions", API + "test_stop_execution")
def stopped(walk):
    waits = [event["stateEnteredEventDetails"]["name"] for event in walk.answers["exec_hist_resp"]["events"] if "stateEnteredEventDetails" in event]
    arn = made(walk, "creation_resp", {"StartAt": waits[0], "States": {waits[0]: {"Type": "Wait", "Seconds": 3600, "End": True}}})
    execution = walk("exec_resp", states(walk).start_execution, stateMachineArn=arn)["executionArn"]
    walk.until(lambda: states(walk).get_execution_history(executionArn=execution)["events"], lambda events: len(events) == 2)
    walk("stop_res", states(walk).stop_execution, executionArn=execution)
    walk("exec_hist_resp", states(walk).get_execution_history, executionArn=execution)


DEFINITIONS = {
    "EMPTY_DICT": "{}",
    "EMPTY_STRING": "",
    "INVALID_BASE_NO_STARTAT": json.dumps({"States": {"State_1": {"Type": "Pass", "End": True}}}),
    "INVALID_DOWNGRADE_QUERY_LANGUAGE": json.dumps({"QueryLanguage": "JSONata", "StartAt": "Pass", "States": {"Pass": {"QueryLanguage": "JSONPath", "Type": "Pass", "End": True}}}),
    "VALID_BASE_PASS": json.dumps(PASS),
    "VALID_QUERY_LANGUAGE_PASS": json.dumps({"QueryLanguage": "JSONata", "StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}),
}
VALIDATION = "sfn_api_validation · TestSfnApiValidation · test_validate_state_machine_definition_"


@drives("stepfunctions", VALIDATION + "not_a_definition", VALIDATION + "type_express", VALIDATION + "type_standard")
def validated(walk, case):
    kind = {"type": "EXPRESS"} if "express" in walk.name else {"type": "STANDARD"} if "standard" in walk.name else {}
    walk("validation_response", states(walk).validate_state_machine_definition, definition=DEFINITIONS[case], **kind)


TAGS = {
    "tag_list0": [],
    "tag_list2": [{"key": "key1", "value": ""}],
    "tag_list3": [{"key": "key1", "value": "value1"}],
}
# Keys to take away, of those that were put: all, one or none of them.
KEYS = {"tag_keys0": ["key2"], "tag_keys1": ["key1", "key2"], "tag_keys3": ["key1", "key2", "key3"]}


@drives("stepfunctions", TAGGING + "test_tag_state_machine", TAGGING + "test_untag_state_machine")
def tagged(walk, case):
    arn = made(walk, "creation_resp_1")
    tags = TAGS.get(case, [{"key": "key1", "value": "value1"}, {"key": "key2", "value": "value2"}])
    walk("tag_resource_resp", states(walk).tag_resource, resourceArn=arn, tags=tags)
    if "untag_resource_resp" in walk.answers:
        walk("untag_resource_resp", states(walk).untag_resource, resourceArn=arn, tagKeys=KEYS[case])
    walk("list_resources_res", states(walk).list_tags_for_resource, resourceArn=arn)


@drives("stepfunctions", TAGGING + "test_create_state_machine")
def made_with_tags(walk):
    arn = made(walk, "creation_resp_1", tags=walk.answers["list_resources_res"]["tags"])
    walk("list_resources_res", states(walk).list_tags_for_resource, resourceArn=arn)


@drives("stepfunctions", TAGGING + "test_tag_state_machine_version")
def version_tagged(walk):
    arn = made(walk, "creation_resp_1")
    version = walk("publish_resp", states(walk).publish_state_machine_version, stateMachineArn=arn)["stateMachineVersionArn"]
    try:
        states(walk).tag_resource(resourceArn=version, tags=[{"key": "key1", "value": "value1"}])
    except Exception as error:
        walk.match("error", str(error))


@drives("stepfunctions", VERSIONS + "test_create_publish_describe_no_version_description", VERSIONS + "test_create_publish_describe_with_version_description")
def version_described(walk):
    told = {"versionDescription": "HelloWorld!"} if "with_version" in walk.name else {}
    arn = made(walk, "creation_resp_1", publish=True, **told)
    walk("describe_resp", states(walk).describe_state_machine, stateMachineArn=arn)
    walk("describe_resp_version", states(walk).describe_state_machine, stateMachineArn=f"{arn}:1")


@drives("stepfunctions", VERSIONS + "test_create_with_version_description_no_publish")
def unpublished(walk):
    made(walk, "validation_exception", versionDescription="HelloWorld!", publish=False)


@drives("stepfunctions", VERSIONS + "test_describe_state_machine_for_execution_of_version_with_revision")
def revision(walk):
    client = states(walk)
    arn = made(walk, "creation_resp_1")
    version = walk("update_resp", client.update_state_machine, stateMachineArn=arn, definition=json.dumps({**PASS, "Comment": "BASE_PASS_RESULT-R2"}), publish=True)
    execution = walk("execution_resp", client.start_execution, stateMachineArn=version["stateMachineVersionArn"])["executionArn"]
    ended(walk, execution)
    walk("describe_resp", client.describe_state_machine_for_execution, executionArn=execution)


@drives("stepfunctions", VERSIONS + "test_empty_revision_with_publish_and_no_publish_on_creation", VERSIONS + "test_empty_revision_with_publish_and_publish_on_creation")
def empty_revision(walk):
    arn = made(walk, "creation_resp_1", publish="and_publish_on" in walk.name)
    for at in (1, 2):
        walk(f"update_resp_{at}", states(walk).update_state_machine, stateMachineArn=arn, publish=True)


@drives("stepfunctions", VERSIONS + "test_idempotent_publish")
def published_twice(walk):
    arn = made(walk, "creation_resp_1")
    for at in (1, 2):
        walk(f"publish_v1_{at}", states(walk).publish_state_machine_version, stateMachineArn=arn)
    walk("list_versions_resp", states(walk).list_state_machine_versions, stateMachineArn=arn)


@drives("stepfunctions", VERSIONS + "test_list_state_machine_versions_pagination")
def version_pages(walk):
    client = states(walk)
    arn = made(walk, "creation_resp_1")
    client.publish_state_machine_version(stateMachineArn=arn)
    for at in range(12):
        client.update_state_machine(stateMachineArn=arn, definition=json.dumps({**PASS, "Comment": f"R{at}"}), publish=True)
    first = walk("list-state-machine-versions-page-1", client.list_state_machine_versions, stateMachineArn=arn, maxResults=10)
    walk("list-state-machine-versions-page-2", client.list_state_machine_versions, stateMachineArn=arn, maxResults=3, nextToken=first["nextToken"])
    walk("list-state-machine-versions-invalid-param-too-large", client.list_state_machine_versions, stateMachineArn=arn, maxResults=1001)
    walk("list-state-machine-versions-invalid-param-long-nextToken", client.list_state_machine_versions, stateMachineArn=arn, nextToken="x" * 1025)
    walk.raised("list-state-machine-versions-param-short-nextToken", states(walk, checks=True).list_state_machine_versions, stateMachineArn=arn, nextToken="")


@drives("stepfunctions", VERSIONS + "test_start_version_execution")
def version_started(walk):
    client = states(walk)
    arn = made(walk, "creation_resp_1", publish=True)
    ended(walk, walk("execution_resp", client.start_execution, stateMachineArn=arn)["executionArn"])
    walk("exec_list_resp", client.list_executions, stateMachineArn=arn)
    ended(walk, walk("execution_version_resp", client.start_execution, stateMachineArn=f"{arn}:1")["executionArn"])
    walk("exec_version_list_resp", client.list_executions, stateMachineArn=f"{arn}:1")


@drives("stepfunctions", ACTIVITIES + "test_create_activity_invalid_name")
def activity_name(walk, case):
    name = case.replace("\\x00", "\0").replace("\\x7f", "\x7f").replace("\\x9f", "\x9f")
    walk("invalid_name", states(walk).create_activity, name=name)


@drives("stepfunctions", ACTIVITIES + "test_create_describe_delete_activity")
def activity(walk, name):
    client = states(walk)
    arn = walk("create_activity_response", client.create_activity, name=name)["activityArn"]
    walk("create_activity_response_duplicate", client.create_activity, name=name)
    walk("describe_activity_response", client.describe_activity, activityArn=arn)
    walk("delete_activity_response", client.delete_activity, activityArn=arn)
    walk("delete_activity_response_2", client.delete_activity, activityArn=arn)


def routed(walk, *weights, machine):
    return [{"stateMachineVersionArn": f"{machine}:{version}", "weight": weight} for version, weight in weights]


@drives("stepfunctions", ALIASES + "test_base_lifecycle_create_delete_list")
def aliases(walk):
    client = states(walk)
    arn = made(walk, publish=True)
    walk("list_state_machine_aliases_response_empty", client.list_state_machine_aliases, stateMachineArn=arn)
    for at in range(3):
        told = {"name": f"state_machine_alias_base_name-{at}", "routingConfiguration": routed(walk, (1, 100), machine=arn)}
        walk(f"create_state_machine_alias_response_num_{at}", client.create_state_machine_alias, **told)
        walk(f"list_state_machine_aliases_response_after_creation_{at}", client.list_state_machine_aliases, stateMachineArn=arn)
    for at in range(3):
        walk(f"delete_state_machine_alias_response_{at}", client.delete_state_machine_alias, stateMachineAliasArn=f"{arn}:state_machine_alias_base_name-{at}")
        walk(f"list_state_machine_aliases_response_after_deletion_{at}", client.list_state_machine_aliases, stateMachineArn=arn)


def aliased(walk, machine, label="create_state_machine_alias_response", name="state_machine_alias_name", weights=((1, 100),), **more):
    told = {"description": "create state machine alias description", **more}
    return walk(label, states(walk).create_state_machine_alias, name=name, routingConfiguration=routed(walk, *weights, machine=machine), **told)


@drives("stepfunctions", ALIASES + "test_base_lifecycle_create_invoke_describe_list")
def alias_started(walk):
    client = states(walk)
    arn = made(walk, publish=True)
    walk("list_state_machine_aliases_response_empty", client.list_state_machine_aliases, stateMachineArn=arn)
    alias = aliased(walk, arn)["stateMachineAliasArn"]
    execution = walk("start_execution_response_through_alias", client.start_execution, stateMachineArn=alias)["executionArn"]
    walk.match("describe_execution_response_through_alias", ended(walk, execution))
    execution = walk("start_execution_response_through_version_arn", client.start_execution, stateMachineArn=f"{arn}:1")["executionArn"]
    walk.match("describe_execution_response_through_version_arn", ended(walk, execution))
    walk("list_executions_response", client.list_executions, stateMachineArn=arn)


@drives("stepfunctions", ALIASES + "test_base_lifecycle_create_update_describe")
def alias_updated(walk):
    client = states(walk)
    arn = made(walk, publish=True)
    client.update_state_machine(stateMachineArn=arn, definition=json.dumps({**PASS, "Comment": "two"}), publish=True)
    alias = aliased(walk, arn)["stateMachineAliasArn"]
    walk("update_state_machine_alias_description_response", client.update_state_machine_alias, stateMachineAliasArn=alias, description="new description")
    walk("describe_state_machine_alias_update_description_response", client.describe_state_machine_alias, stateMachineAliasArn=alias)
    routes = routed(walk, (1, 50), (2, 50), machine=arn)
    walk("update_state_machine_alias_routing_configuration_response", client.update_state_machine_alias, stateMachineAliasArn=alias, routingConfiguration=routes)
    walk("describe_state_machine_alias_update_routing_configuration_response", client.describe_state_machine_alias, stateMachineAliasArn=alias)


@drives("stepfunctions", ALIASES + "test_delete_version_with_alias")
def version_of_alias(walk):
    client = states(walk)
    arn = made(walk, publish=True)
    client.update_state_machine(stateMachineArn=arn, definition=json.dumps({**PASS, "Comment": "two"}), publish=True)
    alias = aliased(walk, arn)["stateMachineAliasArn"]
    walk.raised("exception_delete_version_with_alias_reference", client.delete_state_machine_version, stateMachineVersionArn=f"{arn}:1")
    client.update_state_machine_alias(stateMachineAliasArn=alias, routingConfiguration=routed(walk, (2, 100), machine=arn))
    walk("delete_version_response", client.delete_state_machine_version, stateMachineVersionArn=f"{arn}:1")
    walk("describe_state_machine_alias_response", client.describe_state_machine_alias, stateMachineAliasArn=alias)


@drives("stepfunctions", ALIASES + "test_error_create_alias_invalid_router_configs")
def alias_errors(walk):
    client, checking = states(walk), states(walk, checks=True)
    arn = made(walk, publish=True)
    for at in range(2):
        client.update_state_machine(stateMachineArn=arn, definition=json.dumps({**PASS, "Comment": f"{at}"}), publish=True)
    ask = lambda label, *weights, by=client: walk.raised(label, by.create_state_machine_alias, name="a", routingConfiguration=routed(walk, *weights, machine=arn))
    ask("no_routing", by=checking)
    ask("too_many_routing", (1, 50), (2, 30), (3, 20))
    ask("duplicate_routing", (1, 50), (1, 50))
    walk.raised(
        "invalid_arn",
        client.create_state_machine_alias,
        name="a",
        routingConfiguration=[{"stateMachineVersionArn": arn, "weight": 70}, {"stateMachineVersionArn": f"{arn}:2", "weight": 30}],
    )
    ask("weight_too_small", (1, -1), (2, 101), by=checking)
    ask("weight_too_large", (1, 101), (2, 1))
    ask("sum_weights_less_than_100", (1, 70), (2, 29))
    ask("sum_weights_more_than_100", (1, 70), (2, 31))


@drives("stepfunctions", ALIASES + "test_error_create_alias_not_idempotent")
def alias_again(walk):
    client = states(walk)
    arn = made(walk, publish=True)
    client.update_state_machine(stateMachineArn=arn, definition=json.dumps({**PASS, "Comment": "two"}), publish=True)
    aliased(walk, arn)
    told = {"name": "state_machine_alias_name"}
    walk.raised("not_idempotent_description", client.create_state_machine_alias, description="another", routingConfiguration=routed(walk, (1, 100), machine=arn), **told)
    routes = routed(walk, (1, 50), (2, 50), machine=arn)
    walk.raised("not_idempotent_routing_configuration", client.create_state_machine_alias, description="create state machine alias description", routingConfiguration=routes, **told)


@drives("stepfunctions", ALIASES + "test_list_state_machine_aliases_pagination_max_results")
def alias_pages(walk, most):
    client = states(walk)
    arn = made(walk, publish=True)
    for at in (1, 2, 3):
        aliased(walk, arn, f"create_state_machine_alias_response-{at}", f"AliasName-{at}")
    page = walk(f"list_state_machine_aliases_max_results_{most}_response", client.list_state_machine_aliases, stateMachineArn=arn, maxResults=int(most))
    if "list_state_machine_aliases_next_token_response" in walk.answers:
        walk("list_state_machine_aliases_next_token_response", client.list_state_machine_aliases, stateMachineArn=arn, nextToken=page["nextToken"])
    walk("list_state_machine_aliases_max_results_1001_response", client.list_state_machine_aliases, stateMachineArn=arn, maxResults=1001)
    try:
        states(walk, checks=True).list_state_machine_aliases(stateMachineArn=arn, maxResults=-1)
    except Exception as error:
        walk.match("list_state_machine_aliases_max_results_-1_response", str(error))


@drives("stepfunctions", ALIASES + "test_update_no_such_alias_arn")
def no_alias(walk):
    client = states(walk)
    arn = made(walk, publish=True)
    alias = aliased(walk, arn)["stateMachineAliasArn"]
    client.delete_state_machine_alias(stateMachineAliasArn=alias)
    walk.raised("update_no_such_alias_arn", client.update_state_machine_alias, stateMachineAliasArn=alias, description="new")


OPERATORS = {"greater_than_equals": "GreaterThanEquals", "less_than_equals": "LessThanEquals", "greater_than": "GreaterThan", "less_than": "LessThan", "equals": "Equals"}


def operator_of(name):
    """`numeric_greater_than_path` → NumericGreaterThanPath, `is_null` → IsNull."""
    kind, _, rest = name.partition("_")
    if kind == "is":
        return "Is" + rest.capitalize()
    path = "Path" if rest.endswith("_path") else ""
    return kind.capitalize() + OPERATORS[rest.removesuffix("_path")] + path


def compared(walk):
    operator = operator_of(re.search(r"· test_(\w+)$", walk.name)[1])
    cases = walk.answers["cases"]
    if any("date" in case["input"].values() for case in cases):
        raise NotWalkable("the moments of its cases are not told")
    outcomes = []
    for at, case in enumerate(cases):
        value = case["input"]["Value"]
        choice = {"Variable": "$.Variable", operator: "$.Value" if operator.endswith("Path") else value, "Next": "True"}
        result = lambda text: {"Type": "Pass", "Result": {"TestResult.$": f"Condition{text}"}, "End": True}
        definition = {"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [choice], "Default": "False"}, "True": result("True"), "False": result("False")}}
        arn = made(walk, None, definition, name=f"m{at}", type="EXPRESS")
        answer = states(walk).start_sync_execution(stateMachineArn=arn, input=json.dumps(case["input"]))
        outcomes.append({"input": case["input"], "output": json.loads(answer["output"])})
    walk.match("cases", outcomes)


for family, kinds in {
    "numeric · TestNumerics": ("numeric",),
    "is_operators · TestIsOperators": ("is",),
    "string_operators · TestStrings": ("string",),
    "timestamp_operators · TestTimestamps": ("timestamp",),
    "boolean_equals · TestBooleanEquals": ("boolean",),
}.items():
    for kind in kinds:
        tests = ["boolean", "null", "numeric", "present", "string", "timestamp"] if kind == "is" else [
            f"{operator}{path}" for operator in OPERATORS for path in ("", "_path")
        ]
        drives("stepfunctions", *[f"{family} · test_{kind}_{test}" for test in tests])(compared)
