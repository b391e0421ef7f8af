"""Writes SAM templates after the schema of AWS's translator, the same for the same seed: every property of every resource and event
comes in one or another, valid or not. `generate.py SEED COUNT`; the documents are JSON, which is YAML."""

import json
import random
import sys

from samtranslator.internal.schema_source import schema

MODEL = schema.SamModel.schema() if hasattr(schema, "SamModel") else schema.Model.schema()
DEFINITIONS = MODEL["definitions"]

KINDS = {
    "Function": 8,
    "Api": 4,
    "HttpApi": 3,
    "StateMachine": 3,
    "SimpleTable": 1,
    "LayerVersion": 1,
    "Application": 1,
    "WebSocketApi": 1,
    "Connector": 2,
}

# What a property of that name is often given; others are made after their types.
VALUES = {
    "Runtime": ["nodejs22.x", "python3.13"],
    "Handler": ["index.handler"],
    "CodeUri": ["s3://bucket/key", "s3://bucket/key?versionId=3", {"Bucket": "b", "Key": "k"}],
    "ContentUri": ["s3://bucket/layer"],
    "DefinitionUri": ["s3://bucket/definition"],
    "Location": ["https://bucket.s3.amazonaws.com/t.yaml", {"ApplicationId": "arn:aws:serverlessrepo:us-east-1:1:applications/a", "SemanticVersion": "1.0.0"}],
    "InlineCode": ["exports.handler = async () => 1"],
    "PackageType": ["Zip", "Image"],
    "ImageUri": ["1.dkr.ecr.us-east-1.amazonaws.com/a:1"],
    "Architectures": [["arm64"], ["x86_64"]],
    "Method": ["get", "POST", "any", "ANY", "$default"],
    "Path": ["/", "/items", "/items/{id}", "/{proxy+}"],
    "RestApiId": [{"Ref": "TheApi"}],
    "ApiId": [{"Ref": "TheHttp"}],
    "StageName": ["prod", {"Ref": "Stage"}],
    "AutoPublishAlias": ["live", {"Ref": "Stage"}],
    "AutoPublishCodeSha256": ["0" * 64],
    "AutoPublishAliasAllProperties": [True, False],
    "ProvisionedConcurrencyConfig": [{"ProvisionedConcurrentExecutions": 1}],
    "Role": ["arn:aws:iam::123456789012:role/r", {"Fn::GetAtt": ["Other", "Arn"]}],
    "Policies": [
        "AmazonDynamoDBFullAccess",
        ["AWSLambdaExecute", {"DynamoDBCrudPolicy": {"TableName": {"Ref": "Table"}}}],
        [{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}],
        [{"SQSPollerPolicy": {"QueueName": "q"}}, {"AMIDescribePolicy": {}}],
        {"S3ReadPolicy": {"BucketName": "b"}},
        [{"Fn::If": ["IsProd", "AWSLambdaExecute", {"Ref": "AWS::NoValue"}]}],
    ],
    "Stream": ["arn:aws:kinesis:us-east-1:1:stream/s", {"Fn::GetAtt": ["Table", "StreamArn"]}],
    "Queue": ["arn:aws:sqs:us-east-1:1:q", {"Fn::GetAtt": ["Queue", "Arn"]}],
    "Bucket": [{"Ref": "Bucket"}],
    "Topic": ["arn:aws:sns:us-east-1:1:t", {"Ref": "Topic"}],
    "UserPool": [{"Ref": "Pool"}],
    "Trigger": ["PreSignUp", ["PreSignUp", "CustomMessage"]],
    "Schedule": ["rate(5 minutes)", "cron(0 1 * * ? *)"],
    "ScheduleExpression": ["rate(5 minutes)"],
    "Pattern": [{"source": ["aws.ec2"]}],
    "EventBusName": ["bus", {"Ref": "Bus"}],
    "State": ["ENABLED", "DISABLED"],
    "DeadLetterConfig": [{"Arn": "arn:aws:sqs:us-east-1:1:q"}, {"Type": "SQS"}, {"Type": "SQS", "QueueLogicalId": "Dlq"}],
    "DeadLetterQueue": [{"Type": "SQS", "TargetArn": "arn:aws:sqs:us-east-1:1:q"}, {"Type": "SNS", "TargetArn": {"Ref": "Topic"}}],
    "Tracing": ["Active", "PassThrough", "Disabled"],
    "Authorizers": [
        {"First": {"UserPoolArn": {"Fn::GetAtt": ["Pool", "Arn"]}}},
        {"First": {"FunctionArn": {"Fn::GetAtt": ["Other", "Arn"]}, "AuthorizerPayloadFormatVersion": "2.0"}},
        {"First": {"IdentitySource": "$request.header.Authorization", "JwtConfiguration": {"issuer": "https://i.example.com", "audience": ["a"]}}},
    ],
    "Authorizer": ["First", "NONE", "AWS_IAM"],
    "DefaultAuthorizer": ["First", "AWS_IAM"],
    "Cors": ["'*'", True, {"AllowMethods": "'GET'", "AllowOrigin": "'*'", "MaxAge": "'600'"}],
    "EndpointConfiguration": ["REGIONAL", {"Type": "PRIVATE"}, {"Type": "REGIONAL"}],
    "OpenApiVersion": ["3.0.1", "2.0", "3.1"],
    "MethodSettings": [[{"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "INFO"}]],
    "PrimaryKey": [{"Name": "id", "Type": "String"}, {"Name": "id", "Type": "Number"}],
    "Definition": [{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}],
    "DefinitionSubstitutions": [{"Arn": {"Fn::GetAtt": ["Other", "Arn"]}}],
    "RetentionPolicy": ["Retain", "Delete", "delete"],
    "Tags": [{"team": "a", "stage": {"Ref": "Stage"}}],
    "PropagateTags": [True, False],
    "Source": [{"Id": "Other"}, {"Id": "Bucket"}, {"Type": "AWS::SNS::Topic", "Arn": "arn:aws:sns:us-east-1:1:t"}],
    "Destination": [{"Id": "Queue"}, {"Id": "Table"}, {"Id": "Other"}],
    "Permissions": [["Read"], ["Write"], ["Read", "Write"]],
    "VpcConfig": [{"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}],
    "Environment": [{"Variables": {"A": "1", "T": {"Ref": "Table"}}}],
    "Description": ["what it is"],
    "Name": ["a-name", {"Fn::Sub": "${AWS::StackName}-a"}],
    "CacheClusterEnabled": [True, False],
    "CacheClusterSize": ["0.5"],
    "PermissionsBoundary": ["arn:aws:iam::123456789012:policy/p"],
    "Variables": [{"a": "1"}],
    "StageVariables": [{"a": "1"}],
    "Logging": [{"Level": "ALL", "IncludeExecutionData": True}],
    "LoggingConfig": [{"LogFormat": "JSON"}],
    "Layers": [["arn:aws:lambda:us-east-1:1:layer:l:1"], [{"Ref": "Layer"}]],
    "AccessLogSetting": [{"DestinationArn": "arn:aws:logs:us-east-1:1:log-group:g", "Format": "$context.requestId"}],
    "AccessLogSettings": [{"DestinationArn": "arn:aws:logs:us-east-1:1:log-group:g", "Format": "$context.requestId"}],
    "DefaultRouteSettings": [{"ThrottlingBurstLimit": 5}],
    "RouteSettings": [{"GET /items": {"ThrottlingBurstLimit": 5}}],
    "Parameters": [{"A": "1"}],
    "Routes": [{"$connect": {"FunctionArn": {"Fn::GetAtt": ["Other", "Arn"]}}}],
    "FailOnWarnings": [True, False],
    "MinimumCompressionSize": [1024],
    "CorsConfiguration": [True, {"AllowOrigins": ["*"], "AllowMethods": ["GET"], "AllowHeaders": ["x"], "MaxAge": 60, "AllowCredentials": False}],
    "LayerName": ["layer"],
    "BinaryMediaTypes": [["image~1png", "application/octet-stream"]],
    "TracingEnabled": [True, False],
    "CompatibleArchitectures": [["arm64"]],
    "CompatibleRuntimes": [["nodejs22.x"]],
    "DisableExecuteApiEndpoint": [True, False],
    "NotificationARNs": [["arn:aws:sns:us-east-1:1:t"]],
    "SnapStart": [{"ApplyOn": "PublishedVersions"}],
    "CanarySetting": [{"PercentTraffic": 5}],
    "Input": ["{\"a\": 1}"],
    "InputPath": ["$.a"],
    "Mode": ["overwrite", "merge"],
    "GatewayResponses": [{"UNAUTHORIZED": {"StatusCode": 401, "ResponseTemplates": {"application/json": "{}"}}}],
    "DefinitionBody": [
        {"swagger": "2.0", "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Other.Arn}/invocations"}}}}}},
        {"openapi": "3.0.1", "paths": {"/a": {"post": {"responses": {}}}}},
    ],
    "Models": [{"User": {"type": "object", "properties": {"name": {"type": "string"}}}}],
    "LicenseInfo": ["MIT"],
    "CreateUsagePlan": ["PER_API", "SHARED", "NONE"],
    "SeparateRecordSetGroup": [True],
    "Domain": [{"DomainName": "a.example.com", "CertificateArn": "arn:aws:acm:us-east-1:1:certificate/c"}],
    "Timeout": [3, {"Ref": "Stage"}],
    "MemorySize": [256],
    "Environment": [{"Variables": {"A": "1", "T": {"Ref": "Table"}}}],
    "EphemeralStorage": [{"Size": 1024}],
    "FileSystemConfigs": [[{"Arn": "arn:aws:elasticfilesystem:us-east-1:1:access-point/a", "LocalMountPath": "/mnt/a"}]],
    "KmsKeyArn": ["arn:aws:kms:us-east-1:1:key/k"],
    "ReservedConcurrentExecutions": [5],
    "RecursiveLoop": ["Allow"],
    "DurableConfig": [{"ExecutionTimeout": 60}],
    "FunctionScalingConfig": [{}],
    "AssumeRolePolicyDocument": [{"Version": "2012-10-17", "Statement": []}],
    "ImageConfig": [{"Command": ["a.b"]}],
    "ProvisionedThroughput": [{"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}],
    "SSESpecification": [{"SSEEnabled": True}],
    "Id": ["Other", "Queue"],
    "ApiKeySourceType": ["HEADER", "AUTHORIZER"],
    "EndpointAccessMode": ["BASIC"],
    "SecurityPolicy": ["TLS_1_2"],
    "FilterCriteria": [{"Filters": [{"Pattern": "{}"}]}],
    "DestinationConfig": [{"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:1:q"}}, {"OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": ["Queue", "Arn"]}}}],
    "RetryPolicy": [{"MaximumRetryAttempts": 2}],
    "InputTransformer": [{"InputTemplate": "\"a\""}],
    "FlexibleTimeWindow": [{"Mode": "OFF"}],
    "FilterPolicy": [{"a": ["b"]}],
    "Filter": [{"S3Key": {"Rules": [{"Name": "prefix", "Value": "a"}]}}],
    "Events": ["s3:ObjectCreated:*", ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]],
}
# Hooks of the CLI and of parts that are not properties of a resource.
LEFT_OUT = {"IgnoreGlobals", "Connectors", "Metadata"}
SCALARS = ["text", "true", 7, True, {"Ref": "Stage"}, {"Fn::Sub": "${AWS::StackName}-a"}, {"Fn::If": ["IsProd", "a", "b"]}]


def made(shape, name, dice, depth=0):
    if name in VALUES and not (name == "Events" and "additionalProperties" in shape) and dice.random() < 0.9:
        return dice.choice(VALUES[name])
    if "$ref" in shape:
        return made(DEFINITIONS[shape["$ref"].split("/")[-1]], name, dice, depth)
    if "allOf" in shape:
        return made(shape["allOf"][0], name, dice, depth)
    if "anyOf" in shape:
        return made(dice.choice(shape["anyOf"]), name, dice, depth)
    if "enum" in shape:
        return dice.choice(shape["enum"])
    kind = shape.get("type")
    if "properties" in shape:
        required = shape.get("required", [])
        chance = 0.25 if len(shape["properties"]) > 8 else 0.5
        return {
            key: made(inner, key, dice, depth + 1)
            for key, inner in shape["properties"].items()
            if key not in LEFT_OUT and not key.startswith("__") and (key in required or key == "Properties" or dice.random() < chance)
        }
    if kind == "object":
        inner = shape.get("additionalProperties")
        if isinstance(inner, dict) and inner:
            return {f"{name}{n}": made(inner, "", dice, depth + 1) for n in range(dice.randint(1, 2))}
        return dice.choice([{"Ref": "Stage"}, {"Fn::GetAtt": ["Other", "Arn"]}, {"key": "value"}])
    if kind == "array":
        return [made(shape.get("items", {}), name, dice, depth + 1) for _ in range(dice.randint(1, 2))]
    if kind == "string":
        return dice.choice(["text", "other"])
    if kind == "integer" or kind == "number":
        return dice.randint(1, 60)
    if kind == "boolean":
        return dice.random() < 0.5
    return dice.choice(SCALARS)


def resource(kind, dice):
    name = next(n for n in DEFINITIONS if n.lower().endswith(f"aws_serverless_{kind.lower()}__resource"))
    shape = DEFINITIONS[name]
    is_ = made(shape, kind, dice)
    is_["Type"] = f"AWS::Serverless::{kind}"
    properties = is_.get("Properties", {})
    if kind == "Function" and isinstance(properties, dict):
        # Without these there is only one fault to be found.
        if properties.get("PackageType") == "Image":
            for other in ("Runtime", "Handler", "CodeUri", "InlineCode", "Layers"):
                properties.pop(other, None)
            properties.setdefault("ImageUri", VALUES["ImageUri"][0])
        else:
            properties.setdefault("Runtime", "nodejs22.x")
            properties.setdefault("Handler", "index.handler")
            properties.pop("ImageUri", None)
            properties.pop("ImageConfig", None)
            if "CodeUri" in properties or dice.random() < 0.8:
                properties.pop("InlineCode", None)
                properties.setdefault("CodeUri", "s3://bucket/key")
            else:
                properties.setdefault("InlineCode", VALUES["InlineCode"][0])
        if "CapacityProviderConfig" not in properties:
            properties.pop("FunctionScalingConfig", None)
        if "AutoPublishAlias" not in properties and dice.random() < 0.8:
            for needing in ("VersionDeletionPolicy", "ProvisionedConcurrencyConfig", "DeploymentPreference"):
                properties.pop(needing, None)
    if kind == "StateMachine":
        if "Tracing" in properties:
            properties["Tracing"] = {"Enabled": True}
        if "DefinitionUri" in properties:
            properties.pop("Definition", None)
        else:
            properties.setdefault("Definition", VALUES["Definition"][0])
    if kind in ("Api", "HttpApi") and "DefinitionUri" in properties:
        properties.pop("DefinitionBody", None)
    for attribute in ("DependsOn", "DeletionPolicy", "UpdatePolicy", "UpdateReplacePolicy", "Condition"):
        is_.pop(attribute, None)
    if dice.random() < 0.2:
        is_["Condition"] = "IsProd"
    if dice.random() < 0.2:
        is_["DependsOn"] = "Queue"
    if dice.random() < 0.1:
        is_["DeletionPolicy"] = "Retain"
    return is_


def template(seed):
    dice = random.Random(seed)
    resources = {
        "Table": {"Type": "AWS::DynamoDB::Table"},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Bus": {"Type": "AWS::Events::EventBus"},
        "Pool": {"Type": "AWS::Cognito::UserPool"},
        "Other": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Runtime": "nodejs22.x", "Handler": "a.b", "CodeUri": "s3://bucket/other"},
        },
        "TheApi": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "prod"}},
        "TheHttp": {"Type": "AWS::Serverless::HttpApi"},
    }
    kinds = dice.choices(list(KINDS), KINDS.values(), k=dice.randint(1, 2))
    for number, kind in enumerate(kinds):
        resources[f"{kind}{number}"] = resource(kind, dice)
    made_ = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": f"seed {seed}",
        "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        "Resources": resources,
    }
    if dice.random() < 0.2:
        made_["Globals"] = {"Function": {"Timeout": 9, "Tags": {"of": "globals"}, "Environment": {"Variables": {"G": "1"}}}}
    return made_


if __name__ == "__main__":
    first, count = int(sys.argv[1]), int(sys.argv[2])
    print("\n---\n".join(json.dumps(template(seed)) for seed in range(first, first + count)))
