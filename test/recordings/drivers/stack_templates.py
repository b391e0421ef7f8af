"""CloudFormation: what templates say of parameters, references and transforms, and what comes of it."""

import json

from drivers.stack_resources import att, bare, ref, resource, role, stack, tags
from drivers.stacks import ALL, cloudformation, deployed, described, given, outputs, parameter, proposed, settled
from walker import drives

TRANSFORMERS, LANGUAGE = "transformers · ", {"Transform": "AWS::LanguageExtensions"}
LOOPS = TRANSFORMERS + "TestLanguageExtensionsTransform · test_"


def resources(walk, name="stack"):
    return cloudformation(walk).describe_stack_resources(StackName=name)


def value(walk, name):
    return walk.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]


@drives("cloudformation", "changesets · test_create_and_then_update_refreshes_template_metadata")
def unchanged(walk):
    template = {"Resources": {"Parameter": parameter()}}
    deployed(walk, template)
    id = proposed(walk, template, "UPDATE", ChangeSetName="again")["Id"]
    try:
        cloudformation(walk).get_waiter("change_set_create_complete").wait(ChangeSetName=id, WaiterConfig={"Delay": 0, "MaxAttempts": 3})
    except Exception as error:
        walk.match("waiter-error", str(error))


@drives("cloudformation", "change_set_fn_select · TestChangeSetFnSelect · test_nested_select_within_other_intrinsics")
def selected(walk):
    repository = resource("ECR::Repository", RepositoryName=f"repository-{walk.account}")
    uri = {"Fn::Sub": ["${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/${Name}", {"Name": {"Fn::Select": [0, [ref("Repository")]]}}]}
    found = stack(walk, {"RepoName": ref("Repository"), "Name": ref("Parameter")}, Repository=repository, Parameter=parameter(uri))
    walk.match("parameter-value", {"ParameterValue": value(walk, found["Name"]), "RepoName": found["RepoName"]})


@drives("cloudformation", "references · TestFnSub · test_fn_sub_cases")
def substituted(walk):
    """Its outputs are told by their names."""
    sub = lambda text, **values: {"Fn::Sub": [text, values]}
    both = {"Param1": ref("Param1"), "Region": ref("AWS::Region")}
    told = {
        "ListRefGetAtt": {"Fn::Sub": ["unimportant${Kind}", {"Kind": {"Fn::Select": [1, {"Fn::Split": ["String", att("Parameter", "Type")]}]}}]},
        "ListRefGetAttMapping": sub("unimportant${Kind}", Kind={"Fn::Select": [1, {"Fn::Split": ["String", att("Parameter", "Type")]}]}),
        "ListRefMultipleMix": sub("${Parameter.Value}-${Region}-${Param1}", **both),
        "ListRefParam": sub("${Param1}", Param1=ref("Param1")),
        "ListRefPseudoParam": sub("${Region}", Region=ref("AWS::Region")),
        "ListRefResourceDirect": sub("${Parameter.Value}", Other="unused"),
        "ListRefResourceMappingRef": sub("${Value}", Value=att("Parameter", "Value")),
        "ListStatic": sub("this is a static string", Other="unused"),
        "StringRefGetAtt": {"Fn::Sub": "${Other.Value}"},
        "StringRefMultiple": {"Fn::Sub": "${Parameter.Value} - ${Param1}"},
        "StringRefParam": {"Fn::Sub": "${Param1}"},
        "StringRefPseudoParam": {"Fn::Sub": "${AWS::Region}"},
        "StringRefResource": {"Fn::Sub": "${Parameter.Value}"},
        "StringStatic": {"Fn::Sub": "this is a static string"},
        "UrlSuffixPseudoParam": {"Fn::Sub": "${AWS::URLSuffix}"},
    }
    template = {
        "Parameters": {"Param1": {"Type": "String"}},
        "Resources": {"Parameter": parameter(ref("Param1")), "Other": parameter("unimportant")},
        "Outputs": {name: {"Value": one} for name, one in told.items()},
    }
    walk.match("outputs", outputs(deployed(walk, template, Parameters=given(Param1="Param1Value"))))


@drives("cloudformation", "references · test_resolve_transitive_placeholders_in_strings")
def transitive(walk):
    template = {
        "Parameters": {"Version": {"Type": "String", "Default": "/cdk-bootstrap/.../version"}},
        "Resources": {"Topic": resource("SQS::Queue", QueueName="queue", Tags=[{"Key": "test", "Value": {"Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${Version}"}}])},
        "Outputs": {"Url": {"Value": ref("Topic")}},
    }
    url = outputs(deployed(walk, template))["Url"]
    answer = walk.client("sqs").list_queue_tags(QueueUrl=url)
    own = {key: one for key, one in answer["Tags"].items() if not key.startswith("aws:")}
    walk.match("tags", {**answer, "Tags": own})


@drives("cloudformation", "stacks · test_subnet_id_parameter_type")
def subnets(walk):
    own = walk.client("ec2")
    vpc = own.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = [own.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{at}.0/24")["Subnet"]["SubnetId"] for at in (1, 2)]
    template = {
        "Parameters": {"Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}},
        "Resources": {"Parameter": parameter({"Fn::Join": ["|", ref("Subnets")]})},
        "Outputs": {"ParamValue": {"Value": att("Parameter", "Value")}},
    }
    told = outputs(deployed(walk, template, Parameters=given(Subnets=",".join(made))))
    for at, id in enumerate(made, 1):
        told["ParamValue"] = told["ParamValue"].replace(id, f"subnet-id-{at}")
    walk.match("outputs", told)


@drives("cloudformation", "template_engine · TestSsmParameters · test_resolve_ssm")
def resolved(walk):
    walk.client("ssm").put_parameter(Name="given", Type="String", Value="topic-name")
    template = {
        "Parameters": {"Given": {"Type": "AWS::SSM::Parameter::Value<String>"}},
        "Resources": {"Topic": resource("SNS::Topic", TopicName=ref("Given")), "Parameter": parameter({"Fn::Sub": "abc:${Given}"})},
        "Outputs": {"TopicName": {"Value": att("Topic", "TopicName")}, "Name": {"Value": ref("Parameter")}},
    }
    told = outputs(deployed(walk, template, Parameters=given(Given="given")))
    walk.match("results", {"ParameterValue": value(walk, told["Name"]), "TopicName": told["TopicName"]})


@drives("cloudformation", "nested_stacks · test_nested_output_in_params")
def nested(walk):
    bucket = f"nested-{walk.account}"
    walk.client("s3").create_bucket(Bucket=bucket)
    kept = lambda name, template: walk.client("s3").put_object(Bucket=bucket, Key=name, Body=json.dumps(template))
    kept("topic.json", {"Resources": {"Topic": resource("SNS::Topic", TopicName="topic")}, "Outputs": {"Arn": {"Value": ref("Topic")}}})
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sns:Publish"], "Resource": [ref("Topic")]}]}
    policy = resource("IAM::Policy", PolicyName="PolicyA", Roles=[ref("RoleName")], PolicyDocument=document)
    kept("policy.json", {"Parameters": {"Topic": {"Type": "String"}, "RoleName": {"Type": "String"}}, "Resources": {"Policy": policy}})
    inner = lambda name, **told: resource("CloudFormation::Stack", TemplateURL=f"https://{bucket}.s3.amazonaws.com/{name}", Parameters=told)
    stack(walk, Role=role(RoleName="role"), Topics=inner("topic.json"), Policies=inner("policy.json", Topic=att("Topics", "Outputs.Arn"), RoleName=ref("Role")))
    own = walk.client("iam")
    walk("role_policies", own.list_role_policies, RoleName="role")
    walk("actual_policy", own.get_role_policy, RoleName="role", PolicyName="PolicyA")
    answer = own.get_role(RoleName="role")
    # Roles that a stack has made have its tags.
    answer["Role"].pop("Tags", None)
    walk.match("get_role_response", answer)


def looped(walk, template, ids, **more):
    """Of a template and its stack: what is made of it, and with which names."""
    walk.answers = json.loads(json.dumps(walk.answers).replace("/<stack-name>/", "/<stack-name>/<stack-id>/"))
    stack = deployed(walk, {**LANGUAGE, **template}, Capabilities=ALL, **more)
    asked = {"StackName": "stack", "TemplateStage": "Processed"}
    walk.match("transformed", cloudformation(walk).get_template(**asked)["TemplateBody"])
    answer = resources(walk)
    for recorded in walk.answers["resources"]["StackResources"]:
        recorded["StackId"] = stack["StackId"]
        if recorded["PhysicalResourceId"].startswith("CFN-"):
            recorded["PhysicalResourceId"] = f"CFN-{recorded['LogicalResourceId']}-<random>"
    walk.match("resources", answer)


@drives("cloudformation", LOOPS + "transform_foreach")
def topics(walk):
    names = [f"topic{at}" for at in range(3)]
    text = json.dumps(walk.answers)
    for at, name in enumerate(names):
        text = text.replace(f"<topic-name-{at}>", name)
    walk.answers = json.loads(text)
    topic = resource("SNS::Topic", TopicName={"Fn::Join": [".", [ref("Name"), "fifo"]]}, FifoTopic=True)
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"pRepoARNs": {"Description": "ARN of SSO instance", "Type": "CommaDelimitedList"}},
        "Resources": {"Fn::ForEach::Topics": ["Name", ref("pRepoARNs"), {"SnsTopic${Name}": topic}]},
    }
    looped(walk, template, names, Parameters=given(pRepoARNs=",".join(names)))


@drives("cloudformation", LOOPS + "transform_foreach_multiple_resources")
def parameters(walk):
    of = lambda names: {"${Name}": None}
    loop = lambda names, logical: ["Name", names, {logical: parameter({"Fn::Sub": "my value ${Name}"})}]
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "Fn::ForEach::Named": loop(["Foo", "Bar"], "My${Name}Parameter"),
            "Fn::ForEach::Foos": loop(["A", "B", "C"], "MyFooParameter${Name}"),
            "Fn::ForEach::Bars": loop(["A", "B", "C"], "MyBarParameter${Name}"),
        },
    }
    looped(walk, template, [])


@drives("cloudformation", LOOPS + "transform_to_json_string")
def json_strings(walk):
    template = {
        "Resources": {
            "MyObjectParameter": parameter({"Fn::ToJsonString": {"a": "foo", "b": "bar"}}),
            "MyArrayParameter": parameter({"Fn::ToJsonString": ["a", "b", "c"]}),
        },
        "Outputs": {"ObjectName": {"Value": ref("MyObjectParameter")}, "ArrayName": {"Value": ref("MyArrayParameter")}},
    }
    looped(walk, template, [])
    told = outputs(described(walk))
    walk.match("object-value", value(walk, told["ObjectName"]))
    walk.match("array-value", value(walk, told["ArrayName"]))


@drives("cloudformation", TRANSFORMERS + "test_redeployment_with_fn_include")
def included(walk):
    bucket = f"included-{walk.account}"
    walk.client("s3").create_bucket(Bucket=bucket)
    document = {"openapi": "3.0.1", "info": {"title": "first", "version": "1.2.3"}, "paths": {}}
    walk.client("s3").put_object(Bucket=bucket, Key="api.json", Body=json.dumps(document))
    body = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": f"s3://{bucket}/api.json"}}}
    api = resource("ApiGateway::RestApi", Name=f"api-{walk.account}", Body=body)
    id = stack(walk, {"Id": ref("RestApi")}, RestApi=api)["Id"]
    stack(walk, {"Id": ref("RestApi")}, "UPDATE", RestApi=api, Parameter=parameter())
    walk("api-details", walk.client("apigateway").get_rest_api, restApiId=id)
