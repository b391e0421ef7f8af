"""CloudFormation: macros, transforms and what parameters lead to; stacks one after the other."""

import io
import json
import zipfile

from drivers.change_sets import captured, cloudformation
from drivers.stack_resources import att, deleted, ref, resource, role, stack, told
from drivers.stacks import ALL, deployed, given, made, outputs, parameter, settled, text
from walker import drives

# What a macro's function does with its fragment.
MACROS = {
    "takes parameters": """
    whole = json.dumps(fragment)
    for name, value in event["templateParameterValues"].items():
        whole = whole.replace("{%s}" % name, str(value))
    fragment = json.loads(whole)
""",
    "takes its input": """
    whole = json.dumps(fragment)
    whole = whole.replace("<replace-this>", event["params"].get("Input", "") + " <replace-this>")
    fragment = json.loads(whole)
""",
    "adds a role": """
    policies = [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AdministratorAccess"]]}]
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    properties = {"RoleName": event["templateParameterValues"].get("RoleName", "role-of-macro"), "AssumeRolePolicyDocument": trust, "ManagedPolicyArns": policies}
    fragment["Resources"]["Role"] = {"Type": "AWS::IAM::Role", "Properties": properties}
""",
    "makes it FIFO": """
    fragment["FifoTopic"] = True
    fragment["ContentBasedDeduplication"] = True
""",
    "fails": """
    return {"requestId": event["requestId"], "status": "failed"}
""",
}

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def macro(walk, name, what):
    code = f'import json\n\n\ndef handler(event, context):\n    fragment = event["fragment"]\n{MACROS[what]}\n    return {{"requestId": event["requestId"], "status": "success", "fragment": fragment}}\n'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", code)
    functions = walk.client("lambda")
    own = walk.client("iam").create_role(RoleName="macro", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    function = functions.create_function(FunctionName="macro", Runtime="python3.13", Role=own, Handler="index.handler", Code={"ZipFile": packed.getvalue()})
    functions.get_waiter("function_active_v2").wait(FunctionName="macro")
    stack(walk, name="macro", Macro=resource("CloudFormation::Macro", Name=name, FunctionName=function["FunctionArn"]))


def processed(walk, label="processed_template", stage="Processed"):
    answer = cloudformation(walk).get_template(StackName="stack", TemplateStage=stage)
    if stage == "Processed":
        answer["TemplateBody"] = json.loads(json.dumps(answer["TemplateBody"]))
    walk.match(label, answer)


MACRO = "template_engine · TestMacros · test_"


@drives("cloudformation", MACRO + "global_scope")
def global_scope(walk):
    macro(walk, "Substitution", "takes parameters")
    template = {
        "Parameters": {"Substitution": {"Type": "String", "Default": "SubstitutionDefault"}},
        "Resources": {"Parameter": parameter("{Substitution}")},
        "Outputs": told(ParameterName=ref("Parameter")),
        "Transform": "Substitution",
    }
    deployed(walk, template, Parameters=given(Substitution="new-value"), Capabilities=ALL)
    processed(walk)


@drives("cloudformation", MACRO + "scope_order_and_parameters")
def scope_order(walk):
    macro(walk, "ReplaceString", "takes its input")
    own = lambda *inputs: [{"Name": "ReplaceString", "Parameters": {"Input": one}} for one in inputs]
    properties = {"Type": "String", "Value": "<replace-this>", "Fn::Transform": own("snippet-transform", "second-snippet-transform")}
    template = {"Resources": {"Parameter": {"Type": "AWS::SSM::Parameter", "Properties": properties}}, "Transform": own("global-transform", "second-global-transform")}
    deployed(walk, template, Capabilities=ALL)
    processed(walk)


@drives("cloudformation", MACRO + "snipped_scope[transformation_snippet_topic.yml]")
def snippet(walk):
    macro(walk, "ConvertTopicToFifo", "makes it FIFO")
    template = walk.answers["original_template"]["TemplateBody"]
    deployed(walk, template, Parameters=given(TopicName="topic-of-macro.fifo"), Capabilities=ALL)
    processed(walk, "original_template", "Original")
    processed(walk)


@drives("cloudformation", MACRO + "capabilities_requirements")
def capabilities(walk):
    macro(walk, "AddRole", "adds a role")
    template = {"Resources": {"Parameter": parameter("not-important")}, "Outputs": told(ParameterName=ref("Parameter")), "Transform": "AddRole"}
    ask = lambda **more: cloudformation(walk).create_stack(StackName="stack", TemplateBody=text(template), **more)
    walk("error", ask, Capabilities=["CAPABILITY_NAMED_IAM"])
    ask(Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"])
    settled(walk)
    processed(walk)


@drives("cloudformation", MACRO + "failed_state[return_unsuccessful_without_message.py]")
def fails(walk):
    macro(walk, "Unsuccessful", "fails")
    made(walk, {"Resources": {"P": parameter()}, "Transform": "Unsuccessful"}, Capabilities=ALL)
    events = cloudformation(walk).describe_stack_events(StackName="stack")["StackEvents"]
    walk.match("failed_description", next(one for one in events if one["ResourceStatus"] == "ROLLBACK_IN_PROGRESS"))


TRANSFORM = "change_set_fn_transform · TestChangeSetFnTransform · test_"


def named(value="foo", name="topic-name-1", **more):
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Name": name, "Type": "String", "Value": value, **more}}


def stored(walk, body):
    bucket = f"templates-{walk.account}"
    walk.client("s3").create_bucket(Bucket=bucket)
    walk.client("s3").put_object(Bucket=bucket, Key="template", Body=body)
    return {"Name": "AWS::Include", "Parameters": {"Location": f"s3://{bucket}/template"}}


@drives("cloudformation", TRANSFORM + "embedded_fn_transform_include[json]", TRANSFORM + "global_fn_transform_include[yml]")
def includes(walk):
    first = {"Resources": {"Parameter": named()}}
    if "embedded" in walk.name:
        include = stored(walk, json.dumps({"Parameter": named(name="name-2-3e00e97a")}))
        captured(walk, first, {"Resources": {"Parameter": named(), "Fn::Transform": include}})
    else:
        include = stored(walk, "Outputs:\n  ParameterRef:\n    Value:\n      Ref: Parameter\n")
        captured(walk, first, {**first, "Transform": include})


@drives("cloudformation", TRANSFORM + "global_macro_fn_transform", TRANSFORM + "multiple_fn_transform_order", TRANSFORM + "conditional_transform[true]")
def transforms(walk):
    own = lambda *inputs: [{"Name": "ReplaceString", "Parameters": {"Input": one}} for one in inputs]
    if "global_macro" in walk.name:
        macro(walk, "Substitution", "takes its input")
        default = {"Substitution": {"Type": "String", "Default": "SubstitutionDefault"}}
        second = {"Parameters": default, "Resources": {"Parameter": named("{Substitution}", "name-1")}, "Transform": {"Name": "Substitution"}}
        captured(walk, {"Resources": {"Parameter": named("original", "name-1")}}, second)
        return
    macro(walk, "ReplaceString", "takes its input")
    first = {"Resources": {"Parameter": named(name="parameter-name")}}
    if "multiple" in walk.name:
        properties = named("<replace-this>", "parameter-name", **{"Fn::Transform": own("snippet-transform", "second-snippet-transform")})
        captured(walk, first, {"Resources": {"Parameter": properties}, "Transform": own("global-transform", "second-global-transform")})
    else:
        properties = {**named("<replace-this>", "parameter-name", **{"Fn::Transform": own("snippet-transform")}), "Condition": "Deploy"}
        second = {"Parameters": {"Transform": {"Type": "String"}}, "Conditions": {"Deploy": {"Fn::Equals": [ref("Transform"), "true"]}}, "Resources": {"Parameter": properties}}
        captured(walk, first, second, {}, {"Transform": "true"})


@drives("cloudformation", "change_set_parameters · TestChangeSetParameters · test_parameter_type_change")
def other_type(walk):
    template = lambda type: {"Parameters": {"Value": {"Type": type}}, "Resources": {"MyParameter": parameter(ref("Value"))}}
    captured(walk, template("Number"), template("String"), {"Value": "123"}, {"Value": "456"})


@drives("cloudformation", "dynamic_resolving · TestSSMParameterValues · test_update_parameter_between_deployments")
def meanwhile(walk):
    put = walk.client("ssm").put_parameter
    put(Name="param-name-0123456789", Value="first-value-0123456789", Type="String")
    template = {"Parameters": {"MyValue": {"Type": "AWS::SSM::Parameter::Value<String>"}}, "Resources": {"MyParameter": parameter(ref("MyValue"))}}
    values = {"MyValue": "param-name-0123456789"}
    captured(walk, template, template, values, values, lambda: put(Name="param-name-0123456789", Value="second-value-0123456789", Overwrite=True))


@drives("cloudformation", "stacks · test_stack_deletion_order")
def deletion_order(walk, order):
    values = {"A": "root", "B": ref("A"), "C": ref("B")}
    made = {"Dummy": parameter("dummy"), **{name: parameter(values[name]) for name in "ABC"}}
    stays = {name: made[name] for name in made if name not in order.split("-")}
    id = captured(walk, {"Resources": made}, {"Resources": stays})
    told = []
    for event in cloudformation(walk).describe_stack_events(StackName=id)["StackEvents"][::-1]:
        one = [event["LogicalResourceId"], event["ResourceStatus"]]
        if one not in told and one[1] != "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
            told.append(one)
    walk.match("all-events", told)


@drives("cloudformation", "stacks · TestStacksApi · test_stack_update_resources")
def updates(walk):
    template = {"Parameters": {"ApiName": {"Type": "String"}}, "Resources": {"Api": resource("ApiGateway::RestApi", Name=ref("ApiName"))}}
    walk.match("stack_created", deployed(walk, template, Parameters=given(ApiName="test_12395eb4"), Capabilities=ALL, ChangeSetName=f"one-{walk.account}"))
    template["Resources"]["Bucket"] = resource("S3::Bucket")
    value = walk.answers["stack_updated"]["Parameters"][0]["ParameterValue"]
    walk.match("stack_updated", deployed(walk, template, "UPDATE", Parameters=given(ApiName=value), ChangeSetName=f"two-{walk.account}", Capabilities=walk.answers["stack_updated"].get("Capabilities", [])))
    walk.answers = json.loads(json.dumps(walk.answers).replace("-10xf2vf1pqap8", "-<suffix:1>"))
    walk("stack_resources", cloudformation(walk).describe_stack_resources, StackName="stack")


@drives("cloudformation", "stacks · test_name_conflicts")
def stack_names(walk):
    own, template = cloudformation(walk), text({"Resources": {"P": parameter()}})
    create = lambda: own.create_stack(StackName="stack", TemplateBody=template)
    first = create()["StackId"]
    walk.match("created_stack_desc", settled(walk, first)["StackStatus"])
    walk("create_stack_already_exists_exc", create)
    deleted(walk)
    walk("stack_id_desc" if "first" in walk.answers else "deleted_stack_not_found_exc", own.describe_stacks, StackName="stack")
    walk("deleted_stack_events_not_found_by_name", own.describe_stack_events, StackName="stack")
    walk("deleted_stack_desc", own.describe_stacks, StackName=first)
    second = create()["StackId"]
    settled(walk, second)
    walk("new_stack_desc", own.describe_stacks, StackName="stack")
    walk("new_stack_id_desc", own.describe_stacks, StackName=second)
    walk("stack_id_desc", own.describe_stacks, StackName=first)
    deleted(walk)
    walk("deleted_second_stack_desc", own.describe_stacks, StackName=second)


@drives("cloudformation", "stack_policies · TestStackPolicy · test_policy_during_update")
def policy_during(walk):
    own, policy = cloudformation(walk), {"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}
    made(walk, {"Resources": {"P": parameter()}})
    own.update_stack(StackName="stack", TemplateBody=text({"Resources": {"P": parameter("other")}}), StackPolicyDuringUpdateBody=json.dumps(policy))
    # It is over when it is answered: nobody sees the policy that held meanwhile.
    settled(walk)
    walk("policy_after_update", own.get_stack_policy, StackName="stack")


@drives("cloudformation", "templates · test_create_stack_from_s3_template_url")
def from_bucket(walk, style):
    bucket, name = f"templates-{walk.account}", f"topic-{walk.account}"
    walk.client("s3").create_bucket(Bucket=bucket)
    walk.client("s3").put_object(Bucket=bucket, Key="template.json", Body=text({"Resources": {"Topic": resource("SNS::Topic", TopicName=name)}}))
    url = {"s3_url": f"s3://{bucket}/template.json", "http_host": f"https://{bucket}.s3.amazonaws.com/template.json", "http_path": f"https://s3.amazonaws.com/{bucket}/template.json"}[style]
    create = lambda: cloudformation(walk).create_stack(StackName="stack", TemplateURL=url)
    if style == "s3_url":
        walk("create-error", create)
        return
    create()
    settled(walk)
    walk.match("matching-topic", walk.client("sns").list_topics()["Topics"])


@drives("cloudformation", "template_engine · TestSsmParameters · test_create_stack_with_ssm_parameters")
def with_parameters(walk):
    walk.client("ssm").put_parameter(Name="name-0123456789", Value="value-0123456789", Type="String")
    tag = {"Key": "param-value", "Value": {"Fn::Sub": "param ${parameter123}"}}
    template = {
        "Parameters": {"parameter123": {"Type": "AWS::SSM::Parameter::Value<String>"}},
        "Resources": {"Topic": resource("SNS::Topic", Tags=[tag])},
        "Outputs": told(Arn=ref("Topic")),
    }
    one = deployed(walk, template, Parameters=given(parameter123="name-0123456789"), Capabilities=ALL)
    arn = {output["OutputKey"]: output["OutputValue"] for output in one.pop("Outputs")}["Arn"]
    walk.match("stack-details", one)
    listed = walk.client("sns").list_tags_for_resource(ResourceArn=arn)["Tags"]
    walk.match("topic-tags", [tag for tag in listed if not tag["Key"].startswith("aws:")])


@drives("cloudformation", "secretsmanager · test_cfn_secretsmanager_gen_secret")
def secret(walk):
    name = f"secret-{walk.account}"
    stack(walk, Secret=resource("SecretsManager::Secret", Name=name, Description="Aurora Password", GenerateSecretString={"PasswordLength": 30}))
    recorded = json.dumps(walk.answers["secret"]).replace("stack-63e3fdc5", "stack").replace("79663e60-3952-11ef-809b-0affeb5ce635", "<id-of-stack:1>")
    walk.answers["secret"] = json.loads(recorded.replace("2b1f1af7-47ee-aee1-5609-991d4352ae14", "<version:1>"))
    answer = walk.client("secretsmanager").describe_secret(SecretId=name)
    for side in (answer, walk.answers["secret"]):
        side["Tags"].sort(key=lambda tag: tag["Key"])
    walk.match("secret", answer)


@drives("cloudformation", "logs · test_cfn_handle_log_group_resource")
def log_group(walk):
    name = f"group-{walk.account}"
    stack(walk, Group=resource("Logs::LogGroup", LogGroupName=name, RetentionInDays=731))
    walk.answers["describe_log_groups"]["logGroups"][0].pop("storedBytes")  # Since 2026 nothing is said of an empty one.
    walk("describe_log_groups", walk.client("logs").describe_log_groups, logGroupNamePrefix=name)


@drives("cloudformation", "ec2_resource_provider · test_deploy_prefix_list")
def prefix_list(walk):
    own = resource("EC2::PrefixList", PrefixListName="vpc-1-servers", AddressFamily="IPv4", MaxEntries=10, Tags=[{"Key": "Name", "Value": "VPC-1-Servers"}])
    id = stack(walk, {"Id": ref("NewPrefixList")}, NewPrefixList=own)["Id"]
    answer = walk.client("ec2").describe_managed_prefix_lists(PrefixListIds=[id])
    for one in answer["PrefixLists"]:
        one["Tags"] = [tag for tag in one["Tags"] if not tag["Key"].startswith("aws:")]
    walk("resource-description", cloudformation(walk).describe_stack_resources, StackName="stack")
    walk.match("prefix-list", answer)


@drives("cloudformation", "stepfunctions · test_statemachine_create_with_logging_configuration")
def logged(walk):
    destinations = [{"CloudWatchLogsLogGroup": {"LogGroupArn": att("Group")}}]
    own = resource(
        "StepFunctions::StateMachine",
        RoleArn=att("Role"),
        DefinitionString=json.dumps({"StartAt": "S0", "States": {"S0": {"Type": "Pass", "End": True}}}),
        LoggingConfiguration={"IncludeExecutionData": True, "Level": "ALL", "Destinations": destinations},
    )
    arn = stack(walk, {"Arn": ref("Machine")}, Role=role("states.amazonaws.com"), Group=resource("Logs::LogGroup"), Machine=own)["Arn"]
    walk("describe_state_machine_result", walk.client("stepfunctions").describe_state_machine, stateMachineArn=arn)


@drives("cloudformation", "apigateway · test_api_gateway_with_policy_as_dict")
def policy_of_api(walk):
    statement = {"Sid": "AllowInvokeAPI", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"}
    own = resource("ApiGateway::RestApi", Name=f"api-{walk.account}", Policy={"Version": "2012-10-17", "Statement": [statement]})
    id = stack(walk, {"Id": ref("MyApi")}, name="stack-name", MyApi=own)["Id"]
    answer = walk.client("apigateway").get_rest_api(restApiId=id)
    answer["policy"] = json.loads(answer["policy"].replace('\\"', '"').replace("\\/", "/"))
    walk.match("rest-api", answer)


@drives("cloudformation", "transformers · test_language_extensions")
def length(walk):
    template = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"QueueList": {"Type": "CommaDelimitedList"}},
        "Resources": {"P": parameter({"Fn::Length": ref("QueueList")})},
        "Outputs": told(ParameterName=ref("P")),
    }
    name = outputs(deployed(walk, template, Parameters=given(QueueList="a,b,c"), Capabilities=ALL))["ParameterName"]
    walk.match("parameter-value", walk.client("ssm").get_parameter(Name=name)["Parameter"])


@drives("cloudformation", "sam · test_sam_policies")
def policies(walk):
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Function": {
                "Type": "AWS::Serverless::Function",
                "Properties": {"Handler": "index.handler", "Runtime": "python3.12", "InlineCode": "def handler(event, context):\n    pass", "Policies": ["AmazonSNSFullAccess"]},
            }
        },
        "Outputs": told(Role=ref("FunctionRole")),
    }
    name = outputs(deployed(walk, template, Capabilities=ALL))["Role"]
    walk("list_attached_role_policies", walk.client("iam").list_attached_role_policies, RoleName=name)
