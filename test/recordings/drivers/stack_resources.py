"""CloudFormation: what the services tell of the resources that stacks have made."""

import io
import json
import re
import zipfile

from botocore.exceptions import ClientError

from drivers.stacks import ALL, cloudformation, deployed, described, outputs, parameter, proposed, settled
from walker import drives


def ref(name):
    return {"Ref": name}


def att(name, attribute="Arn"):
    return {"Fn::GetAtt": [name, attribute]}


def told(**values):
    """The outputs of a template, by their names."""
    return {name: {"Value": value} for name, value in values.items()}


def resource(kind, at={}, **properties):
    """`at`: what stands beside its properties."""
    return {"Type": f"AWS::{kind}", "Properties": properties, **at}


def stack(walk, of={}, kind="CREATE", name="stack", **resources):
    """Makes or changes a stack of these resources, and gives its outputs."""
    template = {"Resources": resources, **({"Outputs": told(**of)} if of else {})}
    return outputs(deployed(walk, template, kind, StackName=name, Capabilities=ALL))


def deleted(walk, name="stack"):
    id = described(walk, name)["StackId"]
    cloudformation(walk).delete_stack(StackName=name)
    settled(walk, id)


def tags(listed):
    return {tag["Key"]: tag["Value"] for tag in listed}


def bare(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@drives("cloudformation", "apigateway · test_cfn_apigateway_rest_api")
def rest_api(walk):
    api = resource("ApiGateway::RestApi", Name="DemoApi_dev", BinaryMediaTypes=["image/jpg", "image/png"])
    id = stack(walk, {"Id": ref("Api")}, Api=api)["Id"]
    walk.match("rest-api", bare(walk.client("apigateway").get_rest_api(restApiId=id)))


@drives("cloudformation", "attributes · TestResourceAttributes · test_invalid_getatt_fails")
def no_attribute(walk):
    deployed(walk, {"Resources": {"P": parameter()}, "Outputs": told(InvalidOutput=att("P", "Invalid"))})
    walk.match("stack_events", {"events": cloudformation(walk).describe_stack_events(StackName="stack")["StackEvents"]})


@drives("cloudformation", "change_set_exports_imports · TestChangeSetImportExport · test_describe_change_set_import", "change_set_exports_imports · TestChangeSetImportExport · test_describe_change_set_import_non_existent_export_then_create")
def imports(walk):
    name = f"export-{walk.account}"
    exporting = {"Resources": {"P": parameter()}, "Outputs": {"Out": {"Value": "exported-value-01234", "Export": {"Name": name}}}}
    isLate = "non_existent" in walk.name
    if not isLate:
        deployed(walk, exporting, StackName="exporting")
    importing = {"Resources": {"MyFoo": parameter({"Fn::ImportValue": name})}}
    set = proposed(walk, importing, StackName=f"importing-{walk.account}")
    describe = cloudformation(walk).describe_change_set
    for label, isWhole in (("describe", False), ("describe_with_values", True)):
        walk(label, describe, ChangeSetName=set["Id"], IncludePropertyValues=isWhole)
    if isLate:
        deployed(walk, exporting, StackName="exporting")
    cloudformation(walk).execute_change_set(ChangeSetName=set["Id"])
    walk.match("post-deploy-stack-describe", settled(walk, set["StackId"]))


@drives("cloudformation", "change_sets · TestCaptureUpdateProcess · test_execute_with_ref")
def follows(walk):
    for label, kind, name in (("before-value", "CREATE", "first"), ("after-value", "UPDATE", "second")):
        stack(walk, kind=kind, Parameter1=parameter("my-value", Name=f"{name}-{walk.account}"), Parameter2=parameter(ref("Parameter1"), Name="follows"))
        walk.match(label, walk.client("ssm").get_parameter(Name="follows")["Parameter"]["Value"])


@drives("cloudformation", "change_sets · TestCaptureUpdateProcess · test_single_resource_static_update")
def updated(walk):
    name = f"parameter-{walk.account}"
    for at, value in ((1, "foo"), (2, "bar")):
        template = {"Resources": {"MyParameter": parameter(value, Name=name)}}
        set = proposed(walk, template, "CREATE" if at == 1 else "UPDATE", ChangeSetName=f"set-{at}-{walk.account}")
        answer = cloudformation(walk).describe_change_set(ChangeSetName=set["Id"])
        cloudformation(walk).execute_change_set(ChangeSetName=set["Id"])
        settled(walk, set["StackId"])
        walk.match(f"parameter-{at}", walk.client("ssm").get_parameter(Name=name)["Parameter"])
        walk.match(f"describe-{at}", answer)


@drives("cloudformation", "change_sets · test_list_change_sets")
def listed(walk):
    proposed(walk, {"Resources": {"P": parameter()}})
    walk("change-sets", cloudformation(walk).list_change_sets, StackName="stack")


@drives("cloudformation", "cloudwatch · test_composite_alarm_creation")
def composite(walk):
    def alarm(name, of, threshold):
        return resource(
            "CloudWatch::Alarm",
            AlarmName=f"High{name}Usage",
            AlarmDescription=f"{of} usage is high",
            Namespace="CustomNamespace",
            MetricName=f"{name}Usage",
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            Threshold=threshold,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="breaching",
        )

    stack(
        walk,
        CPU=alarm("CPU", "CPU", 70),
        Memory=alarm("Memory", "Memory", 65),
        Topic=resource("SNS::Topic", TopicName=f"alarms-{walk.account}"),
        Both=resource(
            "CloudWatch::CompositeAlarm",
            {"DependsOn": ["CPU", "Memory"]},
            AlarmName="HighResourceUsage",
            AlarmDescription="Indicates that the system resource usage is high while no known deployment is in progress",
            AlarmRule="(ALARM(HighCPUUsage) OR ALARM(HighMemoryUsage))",
            AlarmActions=[ref("Topic")],
        ),
    )
    describe = walk.client("cloudwatch").describe_alarms
    walk.match("composite_alarm", describe(AlarmNames=["HighResourceUsage"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"])
    walk.match("metric_alarm", describe(AlarmNames=["HighMemoryUsage"])["MetricAlarms"])


@drives("cloudformation", "conditions · TestCloudFormationConditions · test_nested_conditions[test-bucket-nopolicy]")
def conditions(walk, *_):
    own, name = cloudformation(walk), f"bucket-{walk.account}"
    template = {
        "Parameters": {"EnvType": {"Type": "String"}, "BucketName": {"Type": "String", "Default": ""}},
        "Conditions": {
            "IsProduction": {"Fn::Equals": [ref("EnvType"), "prod"]},
            "CreateBucket": {"Fn::Not": [{"Fn::Equals": [ref("BucketName"), ""]}]},
            "CreateBucketPolicy": {"Fn::And": [{"Condition": "IsProduction"}, {"Condition": "CreateBucket"}]},
        },
        "Resources": {
            "Bucket": resource("S3::Bucket", {"Condition": "CreateBucket"}, BucketName=ref("BucketName")),
            "Policy": resource("S3::BucketPolicy", {"Condition": "CreateBucketPolicy"}, Bucket=ref("Bucket"), PolicyDocument={}),
        },
    }
    parameters = [{"ParameterKey": "BucketName", "ParameterValue": name}, {"ParameterKey": "EnvType", "ParameterValue": "test"}]
    set = walk("create_cs_result", own.create_change_set, StackName="stack", ChangeSetName="set", ChangeSetType="CREATE", TemplateBody=json.dumps(template), Parameters=parameters)
    walk.match("describe_changeset_result", walk.until(lambda: own.describe_change_set(ChangeSetName=set["Id"]), lambda one: one["Status"] == "CREATE_COMPLETE"))
    own.execute_change_set(ChangeSetName=set["Id"])
    settled(walk)
    walk("describe_stack_result", own.describe_stacks, StackName="stack")
    walk("stack_events", own.describe_stack_events, StackName="stack")
    walk("stack_resources", own.describe_stack_resources, StackName="stack")


def text_of(call, **told):
    try:
        return str(call(**told))
    except ClientError as error:
        return str(error)


@drives("cloudformation", "deletion_policy · test_deletion_policy_with_deletion")
def policy_of_deletion(walk):
    stack(walk, P={**parameter(Name="goes"), "DeletionPolicy": "Delete"})
    deleted(walk)
    walk.match("error", {"message": text_of(walk.client("ssm").get_parameter, Name="goes")})


CODE = {"ZipFile": "def handler(event, context):\n    return {}"}


def role(principal="lambda.amazonaws.com", **more):
    statement = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
    return resource("IAM::Role", AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [statement]}, **more)


def function(**more):
    return resource("Lambda::Function", **{"Handler": "index.handler", "Code": CODE, "Role": att("Role"), "Runtime": "python3.12", **more})


@drives("cloudformation", "drift_detection · test_drift_detection_on_lambda")
def drifted(walk):
    environment = lambda url: {"Variables": {"ENDPOINT_URL": url}}
    name = stack(
        walk,
        {"Name": ref("Function")},
        Role=role(),
        Function=function(Description="function to test lambda function url", Environment=environment("aws.amazon.com"), Runtime="python3.9"),
    )["Name"]
    functions = walk.client("lambda")
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    functions.update_function_configuration(FunctionName=name, Runtime="python3.8", Description="different description", Environment=environment("localhost.localstack.cloud"))
    walk.answers = json.loads(json.dumps(walk.answers).replace("stack-0d03b713", "stack").replace("-ijoJmdBJP4re", "-<suffix:1>"))
    walk("drift_detection", cloudformation(walk).detect_stack_resource_drift, StackName="stack", LogicalResourceId="Function")


def table(*keys, **more):
    key = lambda at, name: {"AttributeName": name, "KeyType": ("HASH", "RANGE")[at]}
    return {"AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in keys], "KeySchema": [key(at, name) for at, name in enumerate(keys[:2])], **more}


@drives("cloudformation", "dynamodb · test_default_name_for_table")
def named_table(walk):
    given = table("keyName", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}, Tags=[{"Key": f"TagKey{at}", "Value": f"TagValue{at}"} for at in (1, 2)])
    name = stack(walk, {"Name": ref("Table")}, Table=resource("DynamoDB::Table", **given))["Name"]
    answer = walk("table_description", walk.client("dynamodb").describe_table, TableName=name)
    listed = walk.client("dynamodb").list_tags_of_resource(ResourceArn=answer["Table"]["TableArn"])
    listed["Tags"] = [tag for tag in listed["Tags"] if not tag["Key"].startswith("aws:")]
    walk.match("list_tags_of_resource", listed)


@drives("cloudformation", "dynamodb · test_global_table", "dynamodb · test_global_table_with_ttl_and_sse")
def global_table(walk):
    given = table("keyName", BillingMode="PAY_PER_REQUEST", Replicas=[{"Region": "us-east-1"}])
    if walk.name.endswith("sse"):
        index = {"IndexName": "GSI1", "KeySchema": table("gsi1pk", "gsi1sk")["KeySchema"], "Projection": {"ProjectionType": "ALL"}}
        given = table(
            *("pk", "sk", "gsi1pk", "gsi1sk"),
            BillingMode="PAY_PER_REQUEST",
            Replicas=[{"Region": "us-east-1", "TableClass": "STANDARD"}],
            GlobalSecondaryIndexes=[index],
            SSESpecification={"SSEEnabled": True, "SSEType": "KMS"},
            TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True},
        )
    name = stack(walk, {"Name": ref("Table")}, Table=resource("DynamoDB::GlobalTable", **given))["Name"]
    walk("table_description", walk.client("dynamodb").describe_table, TableName=name)


def vpc(block):
    return resource("EC2::VPC", CidrBlock=block)


@drives("cloudformation", "ec2 · test_simple_route_table_creation", "ec2 · test_vpc_with_route_table", "ec2 · test_cfn_with_multiple_route_table_associations")
def route_tables(walk):
    production = [{"Key": "env", "Value": "production"}]
    isSimple, isWith = "simple" in walk.name, "with_route" in walk.name
    more, subnets = {}, {}
    if "multiple" in walk.name:
        for at in (1, 2):
            subnets[f"Subnet{at}"] = resource("EC2::Subnet", VpcId=ref("Vpc"), CidrBlock=f"100.0.{at}.0/24")
            more[f"Association{at}"] = resource("EC2::SubnetRouteTableAssociation", RouteTableId=ref("RouteTable"), SubnetId=ref(f"Subnet{at}"))
    name = [{"Key": "Name", "Value": "Suspicious Route table"}]
    own = resource("EC2::RouteTable", VpcId=ref("Vpc"), Tags=name if isSimple else production)
    id = stack(walk, {"Id": ref("RouteTable")}, Vpc=vpc("10.0.0.0/16" if isSimple else "100.0.0.0/20"), RouteTable=own, **subnets, **more)["Id"]
    answer = walk.client("ec2").describe_route_tables(RouteTableIds=[id])
    found = answer["RouteTables"][0]
    if isWith:
        found["Tags"] = tags(found["Tags"])
        walk.match("route_table", answer)
        return
    if isSimple:
        own_tags = tags(found.pop("Tags"))
        walk.match("tags", {"Name": own_tags["Name"]})
    else:
        walk.answers["route_table"]["Tags"].sort(key=lambda tag: tag["Key"])
        found["Tags"].sort(key=lambda tag: tag["Key"])
        for tag in walk.answers["route_table"]["Tags"]:
            tag["Value"] = tag["Value"].replace("stack-2264231d", "stack").replace("d12f4090-3887-11ef-ba9f-0e78e2279133", "<id-of-stack:1>")
    walk.match("route_table", found)


@drives("cloudformation", "ec2 · test_vpc_gateway_attachment")
def attachments(walk):
    own = stack(
        walk,
        {"Vpc": ref("Vpc"), "One": ref("One"), "Two": ref("Two")},
        Vpc=vpc("10.0.0.0/16"),
        Internet=resource("EC2::InternetGateway"),
        Private=resource("EC2::VPNGateway", Type="ipsec.1"),
        One=resource("EC2::VPCGatewayAttachment", VpcId=ref("Vpc"), InternetGatewayId=ref("Internet")),
        Two=resource("EC2::VPCGatewayAttachment", VpcId=ref("Vpc"), VpnGatewayId=ref("Private")),
    )
    walk.match("attachment-1-ref", own["One"])
    walk.match("attachment-2-ref", own["Two"])


@drives("cloudformation", "ec2_resource_provider · test_deploy_instance_with_key_pair")
def key_pair(walk):
    name = f"key-{walk.account}"
    stack(walk, Key=resource("EC2::KeyPair", KeyName=name))
    answer = walk.client("ec2").describe_key_pairs(KeyNames=[name])
    for pair in answer["KeyPairs"]:
        pair["Tags"] = [tag for tag in pair["Tags"] if not tag["Key"].startswith("aws:")]
    walk.match("key_pair", answer)
    deleted(walk)
    walk("key_pair_deleted", walk.client("ec2").describe_key_pairs, KeyNames=[name])


@drives("cloudformation", "events · test_rule_pattern_transformation")
def pattern(walk):
    name = f"rule-{walk.account}"
    own = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": ["test-s3-bucket"]}, "object": {"key": [{"suffix": "/test.json"}]}}}
    stack(walk, Rule=resource("Events::Rule", Name=name, EventPattern=own))
    walk("rule", walk.client("events").describe_rule, Name=name)


@drives("cloudformation", "events · test_rule_properties")
def rules(walk):
    bus, more = {"EventBusName": ref("Bus")}, {"EventPattern": {"source": ["a"]}}
    own = {f"Rule{kind}{of}": value for kind in ("WithName", "WithoutBus", "WithoutName") for of, value in (("Arn", att(f"Rule{kind}")), ("Ref", ref(f"Rule{kind}")))}
    found = stack(
        walk,
        own,
        Bus=resource("Events::EventBus", Name=f"bus-{walk.account}"),
        RuleWithName=resource("Events::Rule", Name=f"rule-{walk.account}", **bus, **more),
        RuleWithoutBus=resource("Events::Rule", **more),
        RuleWithoutName=resource("Events::Rule", **bus, **more),
    )
    walk.match("outputs", found)


@drives("cloudformation", "kinesis · test_default_parameters_kinesis", "kinesis · test_stream_creation")
def streams(walk):
    own = resource("Kinesis::Stream") if "default" in walk.name else resource("Kinesis::Stream", ShardCount=1)
    found = stack(walk, {"StreamArnFromAtt": att("TestStream"), "StreamNameFromRef": ref("TestStream")}, TestStream=own)
    describe = lambda label: walk(label, walk.client("kinesis").describe_stream, StreamName=found["StreamNameFromRef"])
    if "default" in walk.name:
        describe("describe_stream")
        return
    walk.match("stack_output", found)
    describe("stream_description")
    walk("resource_description", cloudformation(walk).describe_stack_resources, StackName="stack")


@drives("cloudformation", "kinesis · test_dynamodb_stream_response_with_cf")
def streaming(walk):
    own = resource("DynamoDB::Table", **table("pk", BillingMode="PAY_PER_REQUEST", KinesisStreamSpecification={"StreamArn": att("Stream")}))
    name = stack(walk, {"Name": ref("Table")}, Stream=resource("Kinesis::Stream", Name="EventStream", ShardCount=1), Table=own)["Name"]
    answer = walk.client("dynamodb").describe_kinesis_streaming_destination(TableName=name)
    for one in answer["KinesisDataStreamDestinations"]:  # The recording is from before this member.
        one.pop("ApproximateCreationDateTimePrecision", None)
    walk.match("describe_kinesis_streaming_destination", answer)


@drives("cloudformation", "kms · test_cfn_with_kms_resources")
def key(walk):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}, "Action": "kms:*", "Resource": "*"}]}
    found = stack(
        walk,
        {"KeyAlias": ref("Alias"), "KeyArn": att("Key")},
        Key=resource("KMS::Key", KeyPolicy=policy),
        Alias=resource("KMS::Alias", AliasName=f"alias/key-{walk.account}", TargetKeyId=ref("Key")),
    )
    walk.match("stack-outputs", found)


@drives("cloudformation", "kinesis · test_describe_template")
def summaries(walk):
    names = ("KinesisRoleName", "DeliveryStreamName", "KinesisStreamName")
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {name: {"Type": "String"} for name in names},
        "Resources": {
            "KinesisStream": resource("Kinesis::Stream", Name=ref("KinesisStreamName"), ShardCount=1),
            "MyRole": role(RoleName=ref("KinesisRoleName")),
            "MyBucket": resource("S3::Bucket"),
            "DeliveryStream": resource("KinesisFirehose::DeliveryStream", DeliveryStreamName=ref("DeliveryStreamName")),
        },
    }
    body = json.dumps(template)
    bucket = f"templates-{walk.account}"
    walk.client("s3").create_bucket(Bucket=bucket)
    walk.client("s3").put_object(Bucket=bucket, Key="template.json", Body=body)
    for label, by in (("get_template_summary_by_body", {"TemplateBody": body}), ("get_template_summary_by_url", {"TemplateURL": f"https://{bucket}.s3.amazonaws.com/template.json"})):
        answer = cloudformation(walk).get_template_summary(**by)
        for side in (answer, walk.answers[label]):
            side["Parameters"].sort(key=lambda one: one["ParameterKey"])
            side["ResourceIdentifierSummaries"].sort(key=lambda one: one["ResourceType"])
            side["ResourceTypes"].sort()
        walk.match(label, answer)


@drives("cloudformation", "lambda · test_lambda_layer_crud")
def layer(walk):
    bucket, name = f"layers-{walk.account}", f"layer-{walk.account}"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("python/lib.py", "one = 1")
    walk.client("s3").create_bucket(Bucket=bucket)
    walk.client("s3").put_object(Bucket=bucket, Key="layer.zip", Body=packed.getvalue())
    found = stack(
        walk,
        {"LambdaArn": att("Function"), "LambdaName": ref("Function"), "LayerVersionRef": ref("Layer"), "LayerVersionArn": att("Layer", "LayerVersionArn")},
        Role=role(),
        Layer=resource("Lambda::LayerVersion", LayerName=name, Content={"S3Bucket": bucket, "S3Key": "layer.zip"}),
        Function=function(Layers=[ref("Layer")]),
    )
    walk.match("layer-name", name)
    walk.match("cfn-output", found)


@drives("cloudformation", "logs · test_logstream")
def log_stream(walk):
    found = stack(
        walk,
        {"LogGroupNameOutput": ref("Group"), "LogStreamNameOutput": ref("Stream")},
        Group=resource("Logs::LogGroup", LogGroupName=f"group-{walk.account}"),
        Stream=resource("Logs::LogStream", LogGroupName=ref("Group")),
    )
    walk.match("outputs", found)
    walk.match("describe_log_streams", walk.client("logs").describe_log_streams(logGroupName=found["LogGroupNameOutput"])["logStreams"])


@drives("cloudformation", "logs · test_handle_existing_log_group")
def log_group_twice(walk):
    name = f"group-{walk.account}"
    walk.client("logs").create_log_group(logGroupName=name)
    template = {"Parameters": {"LogGroupName": {"Type": "String"}}, "Resources": {"Group": resource("Logs::LogGroup", LogGroupName=ref("LogGroupName"))}}
    parameters = [{"ParameterKey": "LogGroupName", "ParameterValue": name}]
    walk.match("failed-stack-describe", deployed(walk, template, Parameters=parameters, Capabilities=ALL))


@drives("cloudformation", "parameter · TestAttributeAccess · test_getattr[Value]")
def attribute(walk):
    found = stack(walk, {"MyOutput": att("MyResource", "Value"), "MyRef": ref("MyResource")}, MyResource=parameter("abc123"))
    walk.match("stack_outputs", found)
    walk.match("physical_resource_id", cloudformation(walk).describe_stack_resources(StackName="stack")["StackResources"][0]["PhysicalResourceId"])


@drives("cloudformation", "parameter · TestBasicCRD · test_black_box")
def made_and_gone(walk):
    name = f"parameter-{walk.account}"
    stack(walk, MyResource=parameter("abc123", Name=name))
    walk("describe-resource", walk.client("ssm").get_parameter, Name=name)
    deleted(walk)
    walk.match("deleted-resource", {"error-message": text_of(walk.client("ssm").get_parameter, Name=name)})


@drives("cloudformation", "reference_resolving · test_nested_getatt_ref[TopicArn]")
def nested_attribute(walk):
    parts = {"Fn::Join": ["", ["arn:aws:sns:us-east-1:", ref("AWS::AccountId"), ":", att("MyTopic", "TopicName")]]}
    own = {"MyTopicArn": att("MyTopic", "TopicArn"), "MyTopicCustom": parts, "MyTopicName": att("MyTopic", "TopicName"), "MyTopicRef": ref("MyTopic")}
    walk.match("outputs", stack(walk, own, MyTopic=resource("SNS::Topic", TopicName=f"topic-{walk.account}")))


@drives("cloudformation", "replacement · test_requires_replacement")
def replaced(walk):
    walk.answers["queue-events"] = json.loads(json.dumps(walk.answers["queue-events"]).replace("queue-47128d25", "<queue-name-2>"))
    for at, kind in ((1, "CREATE"), (2, "UPDATE")):
        stack(walk, kind=kind, MyQueue=resource("SQS::Queue", QueueName=f"queue-{at}-{walk.account}"))
    events = cloudformation(walk).describe_stack_events(StackName="stack")["StackEvents"][::-1]
    told = []
    for event in events:
        if event["LogicalResourceId"] != "MyQueue":
            continue
        if told and told[-1]["ResourceStatus"] == event["ResourceStatus"]:
            told.pop()
        event["PhysicalResourceId"] = re.sub("^http://[^/]+", "https://sqs.us-east-1.amazonaws.com", event["PhysicalResourceId"])
        told.append({name: event[name] for name in ("PhysicalResourceId", "LogicalResourceId", "ResourceType", "ResourceStatus", "Timestamp")})
    walk.match("queue-events", told)


@drives("cloudformation", "s3 · test_bucketpolicy")
def bucket_policy(walk):
    name, buckets = f"bucket-{walk.account}", walk.client("s3")
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["s3:GetObject*", "s3:GetBucket*", "s3:List*"], "Resource": [att("Bucket"), {"Fn::Join": ["", [att("Bucket"), "/*"]]}]}
    bucket = resource("S3::Bucket", BucketName=name, PublicAccessBlockConfiguration={"BlockPublicPolicy": False})
    walk.match("bucket", {"BucketName": name})
    policy = resource("S3::BucketPolicy", Bucket=ref("Bucket"), PolicyDocument={"Version": "2012-10-17", "Statement": [statement]})
    stack(walk, Bucket=bucket, Policy=policy)
    walk.match("get-policy-true", json.loads(buckets.get_bucket_policy(Bucket=name)["Policy"]))
    stack(walk, kind="UPDATE", Bucket=bucket)
    walk("no-policy", buckets.get_bucket_policy, Bucket=name)


@drives("cloudformation", "s3 · test_cfn_handle_s3_notification_configuration")
def notified(walk):
    name, buckets = f"bucket-{walk.account}", walk.client("s3")
    statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": att("Queue")}
    stack(
        walk,
        Queue=resource("SQS::Queue"),
        Policy=resource("SQS::QueuePolicy", Queues=[ref("Queue")], PolicyDocument={"Version": "2012-10-17", "Statement": [statement]}),
        Bucket=resource("S3::Bucket", {"DependsOn": "Policy"}, BucketName=name, NotificationConfiguration={"QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": att("Queue")}]}),
    )
    walk("get_bucket_notification_configuration", buckets.get_bucket_notification_configuration, Bucket=name)
    deleted(walk)
    walk("get_bucket_notification_configuration_error", buckets.get_bucket_notification_configuration, Bucket=name)


@drives("cloudformation", "s3 · test_object_lock_configuration")
def locked(walk):
    rule = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}}}
    found = stack(
        walk,
        {"One": ref("One"), "Two": ref("Two")},
        One=resource("S3::Bucket", ObjectLockEnabled=True),
        Two=resource("S3::Bucket", ObjectLockEnabled=True, ObjectLockConfiguration=rule),
    )
    for label, name in (("object-lock-info-only-enabled", "One"), ("object-lock-info-with-configuration", "Two")):
        walk(label, walk.client("s3").get_object_lock_configuration, Bucket=found[name])


@drives("cloudformation", "scheduler · test_schedule_and_group")
def schedules(walk):
    group, name = f"group-{walk.account}", f"schedule-{walk.account}"
    stack(
        walk,
        Queue=resource("SQS::Queue"),
        Role=role("scheduler.amazonaws.com"),
        MyScheduleGroup=resource("Scheduler::ScheduleGroup", Name=group),
        MySchedule=resource(
            "Scheduler::Schedule",
            Name=name,
            GroupName=ref("MyScheduleGroup"),
            FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60},
            ScheduleExpression="cron(0 0 * * ? *)",
            Target={"Arn": att("Queue"), "RoleArn": att("Role")},
        ),
    )
    describe = lambda name: cloudformation(walk).describe_stack_resource(StackName="stack", LogicalResourceId=name)["StackResourceDetail"]
    walk.match("Schedule", describe("MySchedule"))
    walk.match("Group", describe("MyScheduleGroup"))
    walk("ScheduleDesc", walk.client("scheduler").get_schedule, GroupName=group, Name=name)
    walk("GroupDesc", walk.client("scheduler").get_schedule_group, Name=group)


@drives("cloudformation", "sns · test_sns_topic_update_name")
def renamed(walk):
    topics = walk.client("sns")
    for at, (label, kind, name) in enumerate((("initial", "CREATE", "Initial"), ("new", "UPDATE", "Updated"))):
        own = resource("SNS::Topic", TopicName=f"topic-{at}-{walk.account}", DisplayName=f"{name} Display Name", Subscription=[{"Endpoint": "test@example.com", "Protocol": "email"}])
        arn = stack(walk, {"Arn": ref("Topic")}, kind, Topic=own)["Arn"]
        answer = topics.get_topic_attributes(TopicArn=arn)
        for side in (answer, walk.answers[f"{label}-topic-attributes"]):  # There the subscription was not counted yet.
            side["Attributes"].pop("SubscriptionsPending")
        walk.match(f"{label}-topic-attributes", answer)
        walk(f"{label}-subscriptions", topics.list_subscriptions_by_topic, TopicArn=arn)


@drives("cloudformation", "sns · test_sns_topic_with_attributes")
def archived(walk):
    own = resource("SNS::Topic", TopicName=f"topic-{walk.account}.fifo", FifoTopic=True, ContentBasedDeduplication=True, ArchivePolicy={"MessageRetentionPeriod": "30"})
    arn = stack(walk, {"Arn": ref("Topic")}, Topic=own)["Arn"]
    walk.match("topic-archive-policy", json.loads(walk.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["ArchivePolicy"]))


@drives("cloudformation", "sns · test_update_subscription")
def subscribed(walk):
    for at, kind, isRaw in ((1, "CREATE", True), (2, "UPDATE", False)):
        arn = stack(
            walk,
            {"Arn": ref("Subscription")},
            kind,
            Queue=resource("SQS::Queue"),
            Topic=resource("SNS::Topic"),
            Subscription=resource("SNS::Subscription", TopicArn=ref("Topic"), Protocol="sqs", Endpoint=att("Queue"), RawMessageDelivery=isRaw),
        )["Arn"]
        answer = walk.client("sns").get_subscription_attributes(SubscriptionArn=arn)
        # There a user made it.
        answer["Attributes"]["SubscriptionPrincipal"] = answer["Attributes"]["SubscriptionPrincipal"].replace(":root", ":user/somebody-0123456789")
        walk.match(f"subscription-{at}", answer)


@drives("cloudformation", "ssm · test_parameter_defaults")
def defaults(walk):
    name = stack(walk, {"Name": ref("P")}, P=parameter("custom-value-0123456789"))["Name"]
    walk("ssm_parameter", walk.client("ssm").get_parameter, Name=name)
    deleted(walk)
    walk("ssm_parameter_not_found", walk.client("ssm").get_parameter, Name=name)


@drives("cloudformation", "stack_sets · test_create_stack_set_with_stack_instances")
def stack_set(walk):
    own, name = cloudformation(walk), f"set-{walk.account}"
    walk("create_stack_set", own.create_stack_set, StackSetName=name, TemplateBody=json.dumps({"Resources": {"P": parameter()}}))
    walk("create_stack_instances", own.create_stack_instances, StackSetName=name, Accounts=[walk.account], Regions=["us-east-1"])
