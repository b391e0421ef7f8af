"""CloudFormation: what change sets say of a stack before they make and change it, and what the stack says of it afterwards."""

import re

from drivers.stacks import cloudformation, given, parameter, settled, text
from walker import drives

SET = "set"
SHORT = ("PhysicalResourceId", "LogicalResourceId", "ResourceType", "ResourceStatus", "Timestamp")


def topic(display=None, name="topic-name-1", **more):
    properties = {**({"TopicName": name} if name else {}), **({"DisplayName": display} if display is not None else {})}
    return {"Type": "AWS::SNS::Topic", "Properties": properties, **more}


def one(display, name="topic-name-1", **more):
    """A template with a topic."""
    return {**more, "Resources": {"Topic1": topic(display, name)}}


def topics(*displays, names=None, **more):
    """A template with topics that are counted."""
    names = names or [f"topic-name-{at + 1}" for at in range(len(displays))]
    return {**more, "Resources": {f"Topic{at + 1}": topic(display, names[at]) for at, display in enumerate(displays)}}


def of(name, attribute="DisplayName"):
    return {"Fn::GetAtt": [name, attribute]}


def sub(*arguments):
    return {"Fn::Sub": list(arguments) if len(arguments) > 1 else arguments[0]}


def joined(delimiter, parts):
    return {"Fn::Join": [delimiter, parts]}


def chosen(index, *among):
    return {"Fn::Select": [index, list(among)]}


def split(delimiter, source):
    return joined("_", {"Fn::Split": [delimiter, source]})


def found(*path):
    return {"Fn::FindInMap": list(path)}


def mapped(**keys):
    return {"SNSMapping": keys}


def default(value):
    return {"Type": "String", "Default": value}


def pair(value, name=None, **more):
    """Two parameters, the second of which has the value of the first."""
    first = parameter(value, **({"Name": name} if name else {}), **more)
    return {"Resources": {"Parameter1": first, "Parameter2": parameter(of("Parameter1", "Value"))}}


def named_by(name, **more):
    """A topic, and a parameter that has its name."""
    return {**more, "Resources": {"Foo": topic(name=name), "Parameter": parameter(of("Foo", "TopicName"))}}


ATTRIBUTES, JOIN, SELECT, SPLIT, SUB = (
    f"change_set_fn_{name} · TestChangeSetFn{kind} · test_"
    for name, kind in (("get_attr", "GetAttr"), ("join", "Join"), ("select", "Select"), ("split", "Split"), ("sub", "Sub"))
)
MAPPINGS, REFS = "change_set_mappings · TestChangeSetMappings · test_", "change_set_ref · TestChangeSetRef · test_"
PROCESS = "change_sets · TestCaptureUpdateProcess · test_"
VALUES = {"MyMap": {"MyKey": {"key1": "topic-name-1", "key2": "topic-name-2"}}}
REGIONS = lambda near, far: {"RegionMap": {"us-east-1": {"value": near}, "us-west-2": {"value": far}}}
PRODUCTION = {
    "Parameters": {"EnvironmentType": {"Type": "String"}},
    "Conditions": {"IsProduction": {"Fn::Equals": [{"Ref": "EnvironmentType"}, "prod"]}},
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}, "Parameter": {**parameter("test"), "Condition": "IsProduction"}},
}
GIVEN_VALUE = {"Parameters": {"ParameterValue": {"Type": "String"}}, "Resources": {"Parameter": parameter({"Ref": "ParameterValue"})}}
GIVEN_KEY = named_by(found("MyMap", "MyKey", {"Ref": "TopicName"}), Mappings=VALUES, Parameters={"TopicName": {"Type": "String"}})
SAID = default("display-value-parameter")

# By scenario: the template that makes a stack, the one that changes it, and the parameters of both.
CHANGES = {
    "change_set_depends_on · TestChangeSetDependsOn · test_multiple_dependencies_addition": (
        {"Resources": {"Topic1": topic("display-value-1"), "Topicn": topic("display-value-n", "topic-name-n", DependsOn=["Topic1"])}},
        {
            "Resources": {
                "Topic1": topic("display-value-1"),
                "Topicn": topic("display-value-n", "topic-name-n", DependsOn=["Topic1", "Topic2"]),
                "Topic2": topic("display-value-2", "topic-name-2"),
            }
        },
    ),
    ATTRIBUTES + "direct_attribute_value_change_in_get_attr_chain": (topics("display-value-1", of("Topic1"), of("Topic2")), topics("display-value-2", of("Topic1"), of("Topic2"))),
    ATTRIBUTES + "immutable_property_update_causes_resource_replacement": (topics("value", of("Topic1")), topics("new_value", of("Topic1"), names=["updated-topic-name-1", "topic-name-2"])),
    ATTRIBUTES + "resource_addition": (topics("display-value-1"), topics("display-value-1", of("Topic1"))),
    JOIN + "indirect_update_refence_argument": tuple(topics(joined("-", ["display", "name", at]), joined("-", ["prefix", of("Topic1")])) for at in "12"),
    JOIN + "update_refence_argument": tuple(topics(f"display-name-{at}", joined("-", ["prefix", of("Topic1")])) for at in "12"),
    JOIN + "update_string_literal_arguments_empty": (one(joined("", [])), one(joined("", ["v1", "test"]))),
    SELECT + "fn_select_change_in_selection_index_only": (one(chosen(1, "1st", "2nd"), None), one(chosen(0, "1st", "2nd"), None)),
    SELECT + "fn_select_change_in_selection_list": (one(chosen(1, "1st", "2nd"), None), one(chosen(1, "1st", "new-2nd", "3rd"), None)),
    SPLIT + "fn_split_change_delimiter": (one(split("-", "a-b--c::d"), None), one(split(":", "a-b--c::d"), None)),
    SPLIT + "fn_split_remove_from_static_property": (one(split("-", "part1-part2-part3"), None), one("topic-name-1", None)),
    SPLIT + "fn_split_with_ref_as_string_source": tuple(one(split("-", {"Ref": "DelimiterParam"}), None, Parameters={"DelimiterParam": default(value)}) for value in ("hello-world", "foo-bar-baz")),
    SUB + "fn_sub_addition_parameter_ref": (one("display-value-1"), one(sub("Parameter interpolation: ${var_name}", {"var_name": {"Ref": "ParameterDisplayName"}}), Parameters={"ParameterDisplayName": SAID})),
    SUB + "fn_sub_addition_string_pseudo": (one("display-value-1"), one(sub("The stack name is ${AWS::StackName}"))),
    SUB + "fn_sub_delete_parameter_literal": (
        one(sub("Parameter interpolation: ${var_name_1}, ${var_name_2}", {"var_name_1": "var_value_1", "var_name_2": "var_value_2"})),
        one(sub("Parameter interpolation: ${var_name_1}", {"var_name_1": "var_value_1"})),
    ),
    MAPPINGS + "fn_find_in_map_with_nested_ref_change_mapping": tuple(one(found("RegionMap", {"Ref": "AWS::Region"}, "value"), Mappings=REGIONS(*values)) for values in (("value-1", "value-2"), ("value-3", "value-4"))),
    MAPPINGS + "mapping_key_addition_with_resource": (
        one(found("SNSMapping", "Key1", "Val"), Mappings=mapped(Key1={"Val": "display-value-1"})),
        topics(
            found("SNSMapping", "Key2", "Val"),
            found("SNSMapping", "Key2", "ValNew"),
            Mappings=mapped(Key1={"Val": "display-value-1"}, Key2={"Val": "display-value-1", "ValNew": "display-value-new"}),
        ),
    ),
    MAPPINGS + "mapping_key_update": (
        one(found("SNSMapping", "Key1", "Val"), Mappings=mapped(Key1={"Val": "display-value-1"})),
        one(found("SNSMapping", "KeyNew", "Val"), Mappings=mapped(KeyNew={"Val": "display-value-2"})),
    ),
    REFS + "direct_attribute_value_change_in_ref_chain": tuple(topics(f"display-value-{at}", {"Ref": "Topic1"}, {"Ref": "Topic2"}) for at in "12"),
    REFS + "direct_attribute_value_change_with_dependent_addition": (topics("display-value-1"), topics("display-value-2", {"Ref": "Topic1"})),
    PROCESS + "base_dynamic_parameter_scenarios[change_dynamic]": (GIVEN_VALUE, GIVEN_VALUE, {"ParameterValue": "value-1"}, {"ParameterValue": "value-2"}),
    PROCESS + "conditions": (PRODUCTION, PRODUCTION, {"EnvironmentType": "not-prod"}, {"EnvironmentType": "prod"}),
    PROCESS + "direct_update": ({"Resources": {"Foo": topic(name="topic-1")}}, {"Resources": {"Foo": topic(name="topic-2")}}),
    PROCESS + "mappings_with_parameter_lookup": (GIVEN_KEY, GIVEN_KEY, {"TopicName": "key1"}, {"TopicName": "key2"}),
    PROCESS + "mappings_with_static_fields": tuple(named_by(found("MyMap", "MyKey", key), Mappings=VALUES) for key in ("key1", "key2")),
    PROCESS + "unrelated_changes_requires_replacement": tuple(pair("value", f"parameter-{at}-name") for at in "12"),
}


@drives("cloudformation", *CHANGES)
def changed(walk, *_):
    captured(walk, *CHANGES[walk.name])


def captured(walk, first, second, parameters={}, others={}, between=lambda: None):
    """Makes a stack by a change set, changes it by another, deletes it, and asks at each step."""
    for at, (kind, template, values) in enumerate([("CREATE", first, parameters), ("UPDATE", second, others)], 1):
        stack = stepped(walk, at, kind, template, values)
        if at == 1:
            between()
    recorded = walk.answers["per-resource-events"]
    isAfter = any(event["ResourceStatus"] == "DELETE_COMPLETE" for event in recorded.get("Stack", []))
    before = by_resource(walk, stack, recorded)
    cloudformation(walk).delete_stack(StackName=stack)
    walk.match("delete-describe", settled(walk, stack))
    walk.match("per-resource-events", by_resource(walk, stack, recorded) if isAfter else before)
    return stack


def stepped(walk, at, kind, template, values):
    own = cloudformation(walk)
    able = walk.answers[f"describe-change-set-{at}"]["Capabilities"]
    told = {"StackName": "stack", "ChangeSetName": SET, "ChangeSetType": kind, "Parameters": given(**values), "Capabilities": able}
    made = walk(f"create-change-set-{at}", own.create_change_set, TemplateBody=text(template), **told)
    described = lambda **more: own.describe_change_set(ChangeSetName=made["Id"], **more)
    walk.until(described, lambda answer: not answer["Status"].endswith(("PENDING", "PROGRESS")))
    for label, isWhole in (("-prop-values", True), ("", False)):
        answer = described(IncludePropertyValues=isWhole)
        answer["Changes"].sort(key=lambda change: change["ResourceChange"]["LogicalResourceId"])
        # Until May 2025 what was to be made was said to be a replacement.
        for change in walk.answers[f"describe-change-set-{at}{label}"]["Changes"]:
            if change["ResourceChange"]["Action"] == "Add":
                change["ResourceChange"].pop("Replacement", None)
        walk.match(f"describe-change-set-{at}{label}", answer)
    walk(f"execute-change-set-{at}", own.execute_change_set, ChangeSetName=made["Id"])
    walk.match(f"post-create-{at}-describe", settled(walk, made["StackId"]))
    return made["StackId"]


def by_resource(walk, stack, recorded):
    """Events by their resource, as the recording has them: older ones whole, the newest first; newer ones in short and in their order, the
    first of those with one status, and since August 2025 the last, deletions as well."""
    isShort = "Stack" in recorded
    isLast = isShort and any(event["ResourceStatus"].startswith("DELETE") for events in recorded.values() for event in events)
    passed = {"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"} if isShort else set()
    if isShort and not isLast:
        passed |= {"DELETE_IN_PROGRESS", "DELETE_COMPLETE"}
    for name, events in recorded.items():  # Of a name that was made up there the end stands as it was.
        for event in events:
            event["PhysicalResourceId"] = re.sub(r"(?<=-)[0-9A-Za-z]{12}$", f"<suffix-of-{name}:1>", event["PhysicalResourceId"])
    events = cloudformation(walk).describe_stack_events(StackName=stack)["StackEvents"]
    told = {}
    for event in events[::-1] if isShort else events:
        if event["ResourceStatus"] in passed:
            continue
        isStack = event["LogicalResourceId"] == event["StackName"]
        of_resource = told.setdefault("Stack" if isShort and isStack else event["LogicalResourceId"], [])
        if not isShort:
            of_resource.append(event)
            continue
        isAgain = bool(of_resource) and of_resource[-1]["ResourceStatus"] == event["ResourceStatus"]
        if isAgain and isLast:
            of_resource.pop()
        if isLast or not isAgain:
            of_resource.append({name: event.get(name) for name in SHORT})
    return told


def looked_up(**more):
    derived = {"DerivedParameter": parameter({"Ref": "InputValue"})}
    return {
        "Parameters": {"InputValue": {"Type": "AWS::SSM::Parameter::Value<String>"}},
        "Resources": {**derived, **more},
        "Outputs": {"DerivedParameterName": {"Value": {"Ref": "DerivedParameter"}}},
    }


@drives("cloudformation", "change_sets · test_dynamic_ssm_parameter_lookup", "change_sets · test_dynamic_ssm_parameter_lookup_no_change")
def looks_up(walk):
    put = walk.client("ssm").put_parameter
    put(Name="looked-up", Value="looked-up-value-1", Type="String")
    values = {"InputValue": "looked-up"}
    if walk.name.endswith("no_change"):
        captured(walk, looked_up(), looked_up(AnotherParameter=parameter("new parameter")), values, values)
    else:
        captured(walk, looked_up(), looked_up(), values, values, lambda: put(Name="looked-up", Value="looked-up-value-2", Overwrite=True))
