"""CloudFormation: stacks, change sets and policies, and what is refused of templates."""

import json

from walker import NotWalkable, drives

ALL = ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
SET = {"StackName": "stack", "ChangeSetName": "set"}


def cloudformation(walk):
    return walk.client("cloudformation")


def parameter(value="value", **more):
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value, **more}}


SIMPLE = {"Resources": {"SimpleParam": parameter()}}


def text(template):
    return template if isinstance(template, str) else json.dumps(template)


def described(walk, name="stack"):
    return cloudformation(walk).describe_stacks(StackName=name)["Stacks"][0]


def settled(walk, name="stack"):
    return walk.until(lambda: described(walk, name), lambda one: not one["StackStatus"].endswith("IN_PROGRESS"))


def made(walk, template, name="stack", **more):
    stack = cloudformation(walk).create_stack(StackName=name, TemplateBody=text(template), **more)["StackId"]
    return settled(walk, stack)


def proposed(walk, template, kind="CREATE", **more):
    """A change set that is there."""
    told = {**SET, "TemplateBody": text(template), "ChangeSetType": kind, **more}
    answer = cloudformation(walk).create_change_set(**told)
    ask = {"StackName": answer["StackId"], "ChangeSetName": told["ChangeSetName"]}
    walk.until(lambda: cloudformation(walk).describe_change_set(**ask), lambda one: not one["Status"].endswith(("PENDING", "PROGRESS")))
    return answer


def deployed(walk, template, kind="CREATE", **more):
    """As tools deploy: by a change set."""
    answer = proposed(walk, template, kind, **more)
    cloudformation(walk).execute_change_set(ChangeSetName=answer["Id"])
    return settled(walk, answer["StackId"])


def outputs(stack):
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}


def given(**values):
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


# What is refused: by label, or by the scenario where its label says nothing.
TOPIC = {"Type": "AWS::SNS::Topic"}
REFUSED = {
    "change_set_conditions · TestChangeSetConditions · test_missing_condition": {"Resources": {"Topic": {**TOPIC, "Properties": {"DisplayName": {"Fn::If": ["MissingCondition", "a", "b"]}}}}},
    "change_set_fn_select · TestChangeSetFnSelect · test_invalid_select_index_type[index-out-of-range]": {"Resources": {"P": parameter({"Fn::Select": ["10", ["1", "2"]]})}},
    "change_set_fn_select · TestChangeSetFnSelect · test_invalid_select_index_type[non-integer-index]": {"Resources": {"P": parameter({"Fn::Select": ["not-an-integer", ["1", "2"]]})}},
    "change_set_fn_split · TestSplitValidations · test_validate_split_arguments_len": {"Resources": {"P": parameter({"Fn::Join": ["-", {"Fn::Split": ["a", "b", "c"]}]})}},
    "changesets · test_using_pseudoparameters_in_places[parameter]": {**SIMPLE, "Parameters": {"AWS::NoValue": {"Type": "String", "Default": "x"}}},
    "changesets · test_using_pseudoparameters_in_places[resource]": {"Resources": {"AWS::NoValue": parameter()}},
    "conditions · TestCloudFormationConditions · test_dependent_ref": {
        "Parameters": {"Make": {"Type": "String", "Default": "no"}},
        "Conditions": {"IsMade": {"Fn::Equals": [{"Ref": "Make"}, "yes"]}},
        "Resources": {"MyTopic": {**TOPIC, "Condition": "IsMade"}, "P": parameter({"Ref": "MyTopic"})},
    },
    "conditions · TestCloudFormationConditions · test_output_reference_to_skipped_resource": {
        "Parameters": {"Make": {"Type": "String", "Default": "no"}},
        "Conditions": {"IsMade": {"Fn::Equals": [{"Ref": "Make"}, "yes"]}},
        "Resources": {"MyTopic": {**TOPIC, "Condition": "IsMade"}, "P": parameter()},
        "Outputs": {"Topic": {"Value": {"Ref": "MyTopic"}}},
    },
    "mappings · TestCloudFormationMappings · test_mapping_minimum_nesting_depth": {**SIMPLE, "Mappings": {"A": {"B": "true"}}},
    "mappings · TestCloudFormationMappings · test_mapping_with_invalid_refs": {**SIMPLE, "Parameters": {"P": {"Type": "String", "Default": "x"}}, "Mappings": {"M": {"A": {"B": {"Ref": "P"}}}}},
    "references · test_useful_error_when_invalid_ref": {"Resources": {"P": parameter({"Ref": "InvalidRef"})}},
    "stacks · test_linting_error_during_creation": {"Resources": {"A": "string"}},
    "template_engine · TestMacros · test_error_pass_macro_as_reference": {**SIMPLE, "Parameters": {"M": {"Type": "String", "Default": "x"}}, "Transform": {"Name": {"Ref": "M"}}},
    "validations · test_invalid_output_structure[missing-def]": {**SIMPLE, "Outputs": {"MyOutput": {"Value": None}}},
    "validations · test_missing_resources_block": {"Parameters": {}},
    "validations · test_resources_blocks[invalid-key]": {"Resources": {"A": {"Type": "AWS::SNS::Topic", "Invalid": "x"}}},
    "validations · test_resources_blocks[missing-type]": {"Resources": {"A": {"Properties": {}}}},
}


@drives("cloudformation", *REFUSED)
def refused(walk):
    label = next(iter(walk.answers))
    if walk.name.startswith(("stacks", "validations · test_res", "validations · test_missing")):
        walk(label, cloudformation(walk).create_stack, StackName="stack", TemplateBody=text(REFUSED[walk.name]))
    else:
        walk(label, cloudformation(walk).create_change_set, TemplateBody=text(REFUSED[walk.name]), ChangeSetType="CREATE", Capabilities=ALL, **SET)


def said(walk, label, call, **told):
    """Some recordings have an error's text alone."""
    try:
        answer = call(**told)
    except walk.client("cloudformation").exceptions.ClientError as error:
        answer = str(error)
    walk.match(label, answer)


@drives("cloudformation", "changesets · test_delete_change_set_exception")
def no_set(walk):
    walk("e1", cloudformation(walk).delete_change_set, StackName="nostack", ChangeSetName="DoesNotExist")
    walk("e2", cloudformation(walk).delete_change_set, ChangeSetName="DoesNotExist")


@drives("cloudformation", "changesets · test_describe_change_set_nonexisting")
def no_set_of_nothing(walk):
    said(walk, "exception", cloudformation(walk).describe_change_set, StackName="somestack", ChangeSetName="DoesNotExist")


@drives("cloudformation", "changesets · test_create_change_set_no_changes")
def no_changes(walk):
    deployed(walk, SIMPLE)
    proposed(walk, SIMPLE, "UPDATE", ChangeSetName="other")
    walk("change-set-description", cloudformation(walk).describe_change_set, StackName="stack", ChangeSetName="other")


@drives("cloudformation", "change_sets · test_describe_failed_change_set")
def failed_set(walk):
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://doesnotexist/file.yml"}}}
    proposed(walk, {"Resources": {"P": parameter()}, **include})
    walk("describe", cloudformation(walk).describe_change_set, **SET)


def named_topic(walk, name):
    return {"Resources": {"topic123": {**TOPIC, "Properties": {"TopicName": f"{name}-{walk.account}"}}}}


@drives("cloudformation", "changesets · test_create_change_set_update_without_parameters")
def without_parameters(walk):
    made(walk, named_topic(walk, "one"))
    told = {**SET, "TemplateBody": text(named_topic(walk, "two")), "ChangeSetType": "UPDATE"}
    walk("create_change_set", cloudformation(walk).create_change_set, **told)
    ask = cloudformation(walk).describe_change_set
    answer = walk.until(lambda: ask(**SET), lambda one: one["Status"] == "CREATE_COMPLETE")
    walk.match("describe_change_set", answer)
    walk("list_change_set", cloudformation(walk).list_change_sets, StackName="stack")


@drives("cloudformation", "changesets · test_create_while_in_review")
def in_review(walk):
    proposal = proposed(walk, SIMPLE)
    walk("create_stack_while_in_review", cloudformation(walk).create_stack, StackName="stack", TemplateBody=text(SIMPLE))
    settled(walk)
    walk("describe_stack", cloudformation(walk).describe_stacks, StackName="stack")
    walk("describe_change_set", cloudformation(walk).describe_change_set, ChangeSetName=proposal["Id"])


@drives("cloudformation", "changesets · test_describe_changeset_after_delete")
def deleted_set(walk):
    template = {"Parameters": {"TopicName": {"Type": "String"}}, "Resources": {"topic123": {**TOPIC, "UpdateReplacePolicy": "Delete", "Properties": {"TopicName": {"Ref": "TopicName"}}}}}
    deployed(walk, template, Parameters=given(TopicName=f"one-{walk.account}"), ChangeSetName=f"first-{walk.account}")
    proposed(walk, template, "UPDATE", Parameters=given(TopicName=f"two-{walk.account}"), ChangeSetName="second")
    walk("describe-2", cloudformation(walk).describe_change_set, StackName="stack", ChangeSetName="second")
    cloudformation(walk).delete_change_set(StackName="stack", ChangeSetName="second")
    walk("describe-deleted-cs", cloudformation(walk).describe_change_set, StackName="stack", ChangeSetName="second")


@drives("cloudformation", "changesets · test_name_conflicts")
def set_names(walk):
    first = proposed(walk, SIMPLE)
    cloudformation(walk).execute_change_set(ChangeSetName=first["Id"])
    settled(walk, first["StackId"])
    walk("create_changeset_existingstack_exc", cloudformation(walk).create_change_set, TemplateBody=text(SIMPLE), ChangeSetType="CREATE", **SET)
    cloudformation(walk).delete_stack(StackName="stack")
    settled(walk, first["StackId"])
    second = proposed(walk, SIMPLE)
    walk("stack_id_desc", cloudformation(walk).describe_stacks, StackName=first["StackId"])
    walk("new_stack_id_desc", cloudformation(walk).describe_stacks, StackName=second["StackId"])
    walk("new_stack_desc", cloudformation(walk).describe_stacks, StackName="stack")
    walk("initial_changeset_id_desc", cloudformation(walk).describe_change_set, ChangeSetName=first["Id"])
    walk("second_initial_changeset_id_desc", cloudformation(walk).describe_change_set, ChangeSetName=second["Id"])


@drives("cloudformation", "resources · test_describe_non_existent_resource", "resources · test_describe_non_existent_stack", "stacks · test_stack_resource_not_found")
def no_resource(walk):
    if walk.name.endswith("non_existent_stack"):
        said(walk, "error", cloudformation(walk).describe_stack_resource, StackName="not-a-valid-stack", LogicalResourceId="not-a-valid-resource")
        return
    stack = made(walk, SIMPLE)
    if "Error" in walk.answers:
        walk("Error", cloudformation(walk).describe_stack_resource, StackName="stack", LogicalResourceId="NonExistentResource")
    else:
        said(walk, "error", cloudformation(walk).describe_stack_resource, StackName=stack["StackId"], LogicalResourceId="not-a-valid-resource")


@drives("cloudformation", "list_stacks · test_listing_stacks")
def listed(walk):
    for at in range(3):
        deployed(walk, SIMPLE, StackName=f"stack-{at}")
    found = cloudformation(walk).list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    walk.match("stacks", found)


@drives("cloudformation", *[f"stack_policies · TestStackPolicy · test_{name}" for name in ("empty_policy", "not_json_policy", "set_invalid_policy_with_url", "set_policy_with_update_operation")])
def policies(walk):
    made(walk, SIMPLE)
    case = walk.name.rsplit("test_", 1)[1]
    sets, gets, updates = (getattr(cloudformation(walk), name) for name in ("set_stack_policy", "get_stack_policy", "update_stack"))
    other = text({"Resources": {"SimpleParam": parameter("other")}})
    if case == "empty_policy":
        sets(StackName="stack", StackPolicyBody="{}")
        walk("policy", gets, StackName="stack")
    elif case == "not_json_policy":
        walk("error", sets, StackName="stack", StackPolicyBody="some text")
    elif case == "set_invalid_policy_with_url":
        walk.client("s3").create_bucket(Bucket=f"policies-{walk.account}")
        walk.client("s3").put_object(Bucket=f"policies-{walk.account}", Key="policy.json", Body="not a policy")
        walk("error", sets, StackName="stack", StackPolicyURL=f"https://policies-{walk.account}.s3.amazonaws.com/policy.json")
    elif case == "set_policy_with_update_operation":
        walk("policy", gets, StackName="stack")
        updates(StackName="stack", TemplateBody=other)
        settled(walk)
        walk("policy_after_update", gets, StackName="stack")


@drives("cloudformation", "stacks · TestStacksApi · test_stack_name_creation")
def bad_name(walk):
    walk("stack_response", cloudformation(walk).create_stack, StackName="*@da591fa3_$", TemplateBody=text(SIMPLE))


@drives("cloudformation", "stacks · TestStacksApi · test_create_stack_url_as_template")
def url_as_template(walk):
    said(walk, "stack_create_ec2", cloudformation(walk).create_stack, StackName="stack", TemplateBody="https://bucket.s3.amazonaws.com/template.json")


@drives("cloudformation", "stacks · TestStacksApi · test_get_template_using_changesets", "stacks · TestStacksApi · test_get_template_using_create_stack")
def templates(walk, _):
    template = walk.answers["template_original"]["TemplateBody"]
    if "create_stack" in walk.name:
        made(walk, template)
    else:
        deployed(walk, template)
    for label, stage in [("template_original", "Original"), ("template_processed", "Processed")]:
        answer = cloudformation(walk).get_template(StackName="stack", TemplateStage=stage)
        if isinstance(template, dict):
            answer["TemplateBody"] = json.loads(json.dumps(answer["TemplateBody"]))
        walk.match(label, answer)


@drives("cloudformation", "stacks · TestStacksApi · test_stack_description_lifecycle")
def lifecycle(walk, _):
    template = {
        "Description": "test prod.test.net",
        "Resources": {"TestResource": parameter()},
    }
    answer = proposed(walk, template)
    walk("change-set-pre-execute", cloudformation(walk).describe_change_set, ChangeSetName=answer["Id"])
    before = described(walk)
    walk.match("stack-pre-execute", before)
    cloudformation(walk).execute_change_set(ChangeSetName=answer["Id"])
    walk.match("stack-post-execute", settled(walk))


@drives("cloudformation", "stacks · test_describe_stack_events_errors")
def no_events(walk):
    walk("describe_stack_events_stack_not_found", cloudformation(walk).describe_stack_events, StackName="does-not-exist")


@drives("cloudformation", "stacks · test_stack_deploy_order")
def ordered(walk, order):
    values = {"A": "root", "B": {"Ref": "A"}, "C": {"Ref": "B"}}
    deployed(walk, {"Resources": {name: parameter(values[name]) for name in order.split("-")}})
    stack = described(walk)["StackId"]
    cloudformation(walk).delete_stack(StackName="stack")
    settled(walk, stack)
    events = cloudformation(walk).describe_stack_events(StackName=stack)["StackEvents"]
    events = [one for one in events[::-1] if one["ResourceStatus"].endswith("COMPLETE") and one["ResourceType"] != "AWS::CloudFormation::Stack"]
    recorded = walk.answers["events"]
    ids = {one["PhysicalResourceId"]: other["PhysicalResourceId"] for one, other in zip(events, recorded)}
    for event, other in zip(events, recorded):
        event["PhysicalResourceId"] = other["PhysicalResourceId"]
        properties = json.loads(event["ResourceProperties"])
        event["ResourceProperties"] = json.dumps({**properties, "Value": ids.get(properties["Value"], properties["Value"])})
    walk.match("events", events)


@drives("cloudformation", "stacks · test_update_termination_protection")
def protection(walk):
    template = {"Parameters": {"ApiName": {"Type": "String"}}, "Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": {"Ref": "ApiName"}}}}}
    deployed(walk, template, Parameters=given(ApiName=f"api-{walk.account}"), Capabilities=ALL)
    for at, isOn in ((1, True), (2, False)):
        cloudformation(walk).update_termination_protection(StackName="stack", EnableTerminationProtection=isOn)
        walk(f"describe-stack-{at}", cloudformation(walk).describe_stacks, StackName="stack")


@drives("cloudformation", "stacks · test_updating_an_updated_stack_sets_status")
def updated_twice(walk):
    names = ("Topic1Name", "Topic2Name", "Topic3Name")
    parameters = {name: {"Type": "String"} for name in names}

    def template(count):
        topics = {f"Topic{at}": {**TOPIC, "Properties": {"TopicName": {"Ref": names[at]}}} for at in range(count)}
        return {"Parameters": {name: parameters[name] for name in names[:count]}, "Resources": topics}

    for count in (1, 2, 3):
        values = {names[at]: f"topic-{at + 1}" for at in range(count)}
        deployed(walk, template(count), "CREATE" if count == 1 else "UPDATE", Parameters=given(**values), Capabilities=ALL, ChangeSetName=f"set-{count}")
    walk("describe-result", cloudformation(walk).describe_stacks, StackName="stack")


@drives("cloudformation", "templates · test_get_template_no_arguments")
def no_arguments(walk):
    walk("stack-error", cloudformation(walk).get_template)


@drives("cloudformation", "templates · test_get_template_summary", "templates · test_get_template_summary_failed_stack", "templates · test_get_template_summary_non_executed_change_set")
def summaries(walk):
    if "error" in walk.answers:
        proposed(walk, SIMPLE)
        walk("error", cloudformation(walk).get_template_summary, StackName="stack")
        return
    if "failed" not in walk.name:
        raise NotWalkable("its Metadata stands there as no JSON: of what template is not told")
    refused = parameter("x", Name="/aws/refused", Type="SecureString")
    made(walk, {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"MyParameter": refused}})
    walk("template-summary", cloudformation(walk).get_template_summary, StackName="stack")


@drives("cloudformation", "templates · test_validate_invalid_json_template_should_fail")
def bad_json(walk):
    walk("validate-invalid-json", cloudformation(walk).validate_template, TemplateBody='{"this is invalid JSON"}')


@drives("cloudformation", "templates · test_validate_template")
def validated(walk):
    key = {"Type": "AWS::EC2::KeyPair::KeyName", "Description": "The EC2 Key Pair to allow SSH access to the instance"}
    walk("validate-template", cloudformation(walk).validate_template, TemplateBody=text({**SIMPLE, "Parameters": {"KeyExample": key}}))


@drives("cloudformation", "update_stack · test_basic_update", "update_stack · test_no_template_error", "update_stack · test_update_deleted_stack")
def updates(walk):
    stack = made(walk, named_topic(walk, "one"))["StackId"]
    updates = cloudformation(walk).update_stack
    if "update_response" in walk.answers:
        walk("update_response", updates, StackName="stack", TemplateBody=text(named_topic(walk, "two")))
    elif "error" in walk.answers:
        walk("error", updates, StackName="stack")
    else:
        cloudformation(walk).delete_stack(StackName="stack")
        settled(walk, stack)
        walk("Error", updates, StackName=stack, TemplateBody=text(SIMPLE))


@drives("cloudformation", "update_stack · test_update_with_invalid_rollback_configuration_errors", "update_stack · test_update_with_resource_types")
def bad_updates(walk):
    made(walk, named_topic(walk, "one"))
    told = {"StackName": "stack", "TemplateBody": text(named_topic(walk, "two"))}
    arn = f"arn:aws:sns:us-east-1:{walk.account}:topic"
    for label, more in {
        "arn_error": {"RollbackConfiguration": {"RollbackTriggers": [{"Arn": "arn:aws:cloudwatch:us-east-1:123456789012:example-name", "Type": "AWS::CloudWatch::Alarm"}]}},
        "type_error": {"RollbackConfiguration": {"RollbackTriggers": [{"Arn": arn, "Type": "AWS::SNS::Topic"}]}},
        "invalid_type_error": {"ResourceTypes": ["AWS::EC2:*"]},
        "resource_not_allowed": {"ResourceTypes": ["AWS::EC2::*"]},
    }.items():
        if label in walk.answers:
            walk(label, cloudformation(walk).update_stack, **told, **more)


@drives("cloudformation", "template_engine · TestSsmParameters · test_resolve_ssm_missing_parameter")
def no_value(walk):
    template = {**SIMPLE, "Parameters": {"InputValue": {"Type": "AWS::SSM::Parameter::Value<String>"}}}
    said(walk, "error-response", cloudformation(walk).create_change_set, TemplateBody=text(template), ChangeSetType="CREATE", **SET)


@drives("cloudformation", "template_engine · TestTypes · test_implicit_type_conversion")
def converted(walk):
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": "2", "FifoQueue": "true"}}
    url = outputs(deployed(walk, {"Resources": {"Queue": queue}, "Outputs": {"Url": {"Value": {"Ref": "Queue"}}}}))["Url"]
    walk("queue", walk.client("sqs").get_queue_attributes, QueueUrl=url, AttributeNames=["All"])


@drives("cloudformation", "template_engine · TestImportValues · test_cfn_with_exports")
def exports(walk):
    names = [f"TestExport-{at}" for at in range(3)]
    told = {f"Out{at}": {"Value": "test", "Export": {"Name": {"Fn::Sub": f"${{AWS::StackName}}-{name}"}}} for at, name in enumerate(names)}
    deployed(walk, {**SIMPLE, "Outputs": told})
    walk.match("exports", cloudformation(walk).list_exports()["Exports"])


@drives("cloudformation", "attributes · TestResourceAttributes · test_dependency_on_attribute_with_dot_notation")
def dotted(walk):
    template = {"Resources": {"Dead": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"DeadArn": {"Value": {"Fn::GetAtt": "Dead.Arn"}}}}
    walk.match("outputs", outputs(deployed(walk, template)))


@drives("cloudformation", "sns · test_sns_topic_policy_resets_to_default")
def topic_policy(walk):
    topic = {**TOPIC, "Properties": {"TopicName": f"topic-{walk.account}"}}
    statement = {"Sid": "0", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish", "Resource": {"Ref": "Topic"}, "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}}
    policy = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}}
    arn = f"arn:aws:sns:us-east-1:{walk.account}:topic-{walk.account}"
    for at, (label, resources) in enumerate([("default", {"Topic": topic}), ("modified", {"Topic": topic, "Policy": policy}), ("reverted", {"Topic": topic})]):
        deployed(walk, {"Resources": resources}, "UPDATE" if at else "CREATE", ChangeSetName=f"set-{at}")
        policy_text = walk.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
        walk.match(f"{label}-topic-attributes", json.loads(policy_text))
