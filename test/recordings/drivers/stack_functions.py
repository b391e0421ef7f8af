"""CloudFormation: stacks with functions, and what stands around them."""

import json

from drivers.stack_resources import att, ref, resource, role, stack
from drivers.stack_templates import resources
from drivers.stacks import cloudformation
from walker import drives

LAMBDA = "lambda · "
BASIC = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}


def function(source="def handler(event, context):\n    return {}", role="Role", **more):
    told = {"Handler": "index.handler", "Code": {"ZipFile": source}, "Role": att(role), "Runtime": "python3.9", **more}
    return resource("Lambda::Function", **told)


def policy(*actions, source, role):
    document = {"Version": "2012-10-17", "Statement": [{"Action": list(actions), "Effect": "Allow", "Resource": source}]}
    return lambda name: resource("IAM::Policy", PolicyName=name, PolicyDocument=document, Roles=[ref(role)])


@drives("cloudformation", LAMBDA + "test_lambda_function_tags")
def tagged(walk):
    own = [{"Key": "Environment", "Value": "test"}, {"Key": "lambda:createdBy", "Value": "SAM"}]
    made = stack(walk, {"Name": ref("TestFunction")}, Role=role(), TestFunction=function(Runtime="python3.11", Tags=own))
    answer = walk.client("lambda").get_function(FunctionName=made["Name"])
    walk.match("get_function_result", answer)


@drives("cloudformation", LAMBDA + "TestCfnLambdaIntegrations · test_cfn_lambda_permissions")
def permitted(walk):
    found = stack(
        walk,
        {"Name": ref("fn5FF616E3"), "Topic": ref("topic69831491")},
        fnServiceRole5D180AFD=role(ManagedPolicyArns=[BASIC]),
        fn5FF616E3=function(role="fnServiceRole5D180AFD"),
        topic69831491=resource("SNS::Topic"),
        fnAllowInvokeLambdaPermissionsStacktopicF723B1A748672DB5=resource("Lambda::Permission", Action="lambda:InvokeFunction", FunctionName=att("fn5FF616E3"), Principal="sns.amazonaws.com", SourceArn=ref("topic69831491")),
        fntopic09ED913A=resource("SNS::Subscription", Protocol="lambda", TopicArn=ref("topic69831491"), Endpoint=att("fn5FF616E3")),
    )
    walk.match("stack_resources", resources(walk))
    own = walk.client("lambda")
    walk("get_function_result", own.get_function, FunctionName=found["Name"])
    walk("get_policy_result", own.get_policy, FunctionName=found["Name"])
    answer = walk.client("sns").get_topic_attributes(TopicArn=found["Topic"])
    # How many have confirmed is counted some time later at AWS.
    answer["Attributes"]["SubscriptionsConfirmed"] = "0"
    walk.match("get_topic_attributes_result", answer)


@drives("cloudformation", LAMBDA + "TestCfnLambdaIntegrations · test_cfn_lambda_sqs_source")
def fed(walk):
    name = "fnServiceRoleDefaultPolicy0ED5D3E5"
    actions = ("sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
    made = {
        "fnServiceRole5D180AFD": role(ManagedPolicyArns=[BASIC]),
        name: policy(*actions, source=att("q14836DC8"), role="fnServiceRole5D180AFD")(name),
        "fn5FF616E3": function(role="fnServiceRole5D180AFD"),
        "q14836DC8": resource("SQS::Queue"),
        "fnSqsEventSourceLambdaSqsSourceStackq2097017B53C3FF8C": resource("Lambda::EventSourceMapping", FunctionName=ref("fn5FF616E3"), EventSourceArn=att("q14836DC8"), BatchSize=1),
    }
    mapping = ref("fnSqsEventSourceLambdaSqsSourceStackq2097017B53C3FF8C")
    found = stack(walk, {"Name": ref("fn5FF616E3"), "Queue": ref("q14836DC8"), "Role": ref("fnServiceRole5D180AFD"), "Mapping": mapping}, **made)
    server = found["Queue"].split(f"/{walk.account}/")[0]
    walk.answers = json.loads(json.dumps(walk.answers).replace("https://sqs.<region>.amazonaws.com", server))
    walk.match("stack_resources", resources(walk))
    own, iam = walk.client("lambda"), walk.client("iam")
    walk("get_function_result", own.get_function, FunctionName=found["Name"])
    walk("get_esm_result", own.get_event_source_mapping, UUID=found["Mapping"])
    walk("get_queue_atts_result", walk.client("sqs").get_queue_attributes, QueueUrl=found["Queue"], AttributeNames=["All"])
    walk("get_role_result", iam.get_role, RoleName=found["Role"])
    walk("list_attached_role_policies_result", iam.list_attached_role_policies, RoleName=found["Role"])
    walk("list_inline_role_policies_result", iam.list_role_policies, RoleName=found["Role"])
    walk.match("role_policies", {"policies": [iam.get_role_policy(RoleName=found["Role"], PolicyName=name)]})


SAYS = "import os\n\n\ndef handler(event, context):\n    return {'function_version': os.environ['AWS_LAMBDA_FUNCTION_VERSION'], 'initialization_type': os.environ.get('AWS_LAMBDA_INITIALIZATION_TYPE')}"


def invoked(walk, name, qualifier):
    answer = walk.client("lambda").invoke(FunctionName=name, Qualifier=qualifier)
    return {**answer, "Payload": json.loads(answer["Payload"].read())}


def allocated(walk, name, qualifier):
    ask = lambda: walk.client("lambda").get_provisioned_concurrency_config(FunctionName=name, Qualifier=qualifier)
    return walk.until(ask, lambda one: one["Status"] != "IN_PROGRESS")


@drives("cloudformation", LAMBDA + "test_lambda_version_provisioned_concurrency")
def provisioned(walk):
    found = stack(
        walk,
        {"Name": ref("fn5FF616E3"), "Version": att("fnVersion7BF8AE5A", "Version")},
        fnServiceRole5D180AFD=role(ManagedPolicyArns=[BASIC]),
        fn5FF616E3=function(SAYS, role="fnServiceRole5D180AFD", Runtime="python3.12"),
        fnVersion7BF8AE5A=resource("Lambda::Version", FunctionName=ref("fn5FF616E3"), Description="test description", ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1}),
    )
    own, name, version = walk.client("lambda"), found["Name"], found["Version"]
    walk.match("stack_resources", resources(walk))
    walk("versions_by_fn", own.list_versions_by_function, FunctionName=name)
    walk("get_function_version", own.get_function, FunctionName=name, Qualifier=version)
    walk.match("provisioned_concurrency_config", allocated(walk, name, version))
    answer = invoked(walk, name, version)
    del answer["Payload"]["function_version"]
    walk.match("invoke_result", answer)


@drives("cloudformation", LAMBDA + "test_lambda_alias")
def aliased(walk):
    name = f"function-{walk.account}"
    text = json.dumps(walk.answers).replace("<function-name>", name).replace("<role-name>", f"role-{walk.account}").replace("<alias-name>", "alias")
    walk.answers = json.loads(text)
    stack(
        walk,
        MyFnServiceRole=role(RoleName=f"role-{walk.account}"),
        LambdaFunction=function(SAYS, role="MyFnServiceRole", FunctionName=name, Runtime="python3.12"),
        Version=resource("Lambda::Version", FunctionName=ref("LambdaFunction")),
        FunctionAlias=resource("Lambda::Alias", FunctionName=ref("LambdaFunction"), FunctionVersion=att("Version", "Version"), Name="alias", ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1}),
    )
    own = walk.client("lambda")
    walk.match("stack_resource_descriptions", resources(walk))
    walk("Alias", own.get_alias, FunctionName=name, Name="alias")
    walk.match("provisioned_concurrency_config", allocated(walk, name, "alias"))
    answer = invoked(walk, name, "alias")
    # Its function asked for what no environment has.
    answer["Payload"]["initialization_type"] = None
    walk.match("invoke_result", answer)


@drives("cloudformation", "stacks · test_blocked_stack_deletion")
def blocked(walk):
    template = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {"BrokenPolicy": resource("IAM::Policy", PolicyName=ref("Name"), PolicyDocument={"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})},
    }
    own = cloudformation(walk)
    told = {"StackName": "stack", "TemplateBody": json.dumps(template), "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    id = own.create_stack(Parameters=[{"ParameterKey": "Name", "ParameterValue": f"policy-{walk.account}"}], **told)["StackId"]
    ask = lambda: own.describe_stacks(StackName=id)
    done = lambda answer: not answer["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS")
    walk.match("stack_post_create", walk.until(ask, done))
    own.delete_stack(StackName=id)
    walk.match("stack_post_fail_delete", walk.until(ask, done))
    own.delete_stack(StackName=id, RetainResources=["BrokenPolicy"])
    walk.match("stack_post_success_delete", walk.until(ask, done))
    walk.match("stack_events", own.describe_stack_events(StackName=id))
