import { parseArn } from "../../../core/arn.ts";
import type { CallService, KeptResource } from "../../../core/service.ts";
import { RESOURCE_IDENTIFIERS } from "../identifiers.ts";
import type { Values } from "../sam/value.ts";

/*
 * Cloud Control names a resource by its type's primary identifier: mostly what `Ref` gives, for parts of an API their API's id beside
 * it. https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-identifier.html
 */

/** Identifiers of several parts, in their order; the part that is no property is what `Ref` gives. */
const COMPOUND: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::Authorizer": ["RestApiId", "AuthorizerId"],
  "AWS::ApiGateway::Deployment": ["DeploymentId", "RestApiId"],
  "AWS::ApiGateway::DocumentationPart": ["DocumentationPartId", "RestApiId"],
  "AWS::ApiGateway::DocumentationVersion": ["DocumentationVersion", "RestApiId"],
  "AWS::ApiGateway::Model": ["RestApiId", "Name"],
  "AWS::ApiGateway::RequestValidator": ["RestApiId", "RequestValidatorId"],
  "AWS::ApiGateway::Resource": ["RestApiId", "ResourceId"],
  "AWS::ApiGateway::Stage": ["RestApiId", "StageName"],
  "AWS::ApiGatewayV2::Authorizer": ["AuthorizerId", "ApiId"],
  "AWS::ApiGatewayV2::Deployment": ["ApiId", "DeploymentId"],
  "AWS::ApiGatewayV2::Integration": ["ApiId", "IntegrationId"],
  "AWS::ApiGatewayV2::Model": ["ApiId", "ModelId"],
  "AWS::ApiGatewayV2::Route": ["ApiId", "RouteId"],
  "AWS::ECS::Service": ["ServiceArn", "Cluster"],
};

/** Types whose `Ref` gives the ARN. */
const BY_ARN: ReadonlySet<string> = new Set([
  "AWS::ECS::TaskDefinition",
  "AWS::ElasticLoadBalancingV2::Listener",
  "AWS::ElasticLoadBalancingV2::ListenerRule",
  "AWS::ElasticLoadBalancingV2::LoadBalancer",
  "AWS::ElasticLoadBalancingV2::TargetGroup",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::OIDCProvider",
  "AWS::IAM::SAMLProvider",
  "AWS::IAM::VirtualMFADevice",
  "AWS::Kinesis::StreamConsumer",
  "AWS::Lambda::CodeSigningConfig",
  "AWS::Lambda::LayerVersion",
  "AWS::Logs::LogAnomalyDetector",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SecretsManager::Secret",
  "AWS::StepFunctions::Activity",
  "AWS::StepFunctions::StateMachine",
  "AWS::StepFunctions::StateMachineAlias",
  "AWS::StepFunctions::StateMachineVersion",
  "AWS::XRay::Group",
  "AWS::XRay::SamplingRule",
]);

/** What a type calls the identifier that its service makes: `primaryIdentifier` of its schema. */
const MADE: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::Account": "Id",
  "AWS::ApiGateway::ApiKey": "APIKeyId",
  "AWS::ApiGateway::ClientCertificate": "ClientCertificateId",
  "AWS::ApiGateway::RestApi": "RestApiId",
  "AWS::ApiGateway::UsagePlan": "Id",
  "AWS::ApiGateway::VpcLink": "VpcLinkId",
  "AWS::ApiGatewayV2::Api": "ApiId",
  "AWS::ApiGatewayV2::VpcLink": "VpcLinkId",
  "AWS::DSQL::Cluster": "Identifier",
  "AWS::EC2::Instance": "InstanceId",
  "AWS::EC2::InternetGateway": "InternetGatewayId",
  "AWS::EC2::LaunchTemplate": "LaunchTemplateId",
  "AWS::EC2::NatGateway": "NatGatewayId",
  "AWS::EC2::NetworkAcl": "Id",
  "AWS::EC2::NetworkInterface": "Id",
  "AWS::EC2::PrefixList": "PrefixListId",
  "AWS::EC2::RouteTable": "RouteTableId",
  "AWS::EC2::SecurityGroup": "Id",
  "AWS::EC2::Subnet": "SubnetId",
  "AWS::EC2::TransitGateway": "Id",
  "AWS::EC2::TransitGatewayRouteTable": "TransitGatewayRouteTableId",
  "AWS::EC2::VPC": "VpcId",
  "AWS::EC2::VPCEndpoint": "Id",
  "AWS::EC2::VPCPeeringConnection": "Id",
  "AWS::EC2::Volume": "VolumeId",
  "AWS::ECS::TaskDefinition": "TaskDefinitionArn",
  "AWS::ElastiCache::ParameterGroup": "CacheParameterGroupName",
  "AWS::ElasticLoadBalancingV2::Listener": "ListenerArn",
  "AWS::ElasticLoadBalancingV2::ListenerRule": "RuleArn",
  "AWS::ElasticLoadBalancingV2::LoadBalancer": "LoadBalancerArn",
  "AWS::ElasticLoadBalancingV2::TargetGroup": "TargetGroupArn",
  "AWS::FIS::ExperimentTemplate": "Id",
  "AWS::IAM::ManagedPolicy": "PolicyArn",
  "AWS::IAM::OIDCProvider": "Arn",
  "AWS::IAM::SAMLProvider": "Arn",
  "AWS::IAM::ServiceLinkedRole": "RoleName",
  "AWS::IAM::VirtualMFADevice": "SerialNumber",
  "AWS::KMS::Key": "KeyId",
  "AWS::Kinesis::StreamConsumer": "ConsumerARN",
  "AWS::Lambda::Alias": "AliasArn",
  "AWS::Lambda::CodeSigningConfig": "CodeSigningConfigArn",
  "AWS::Lambda::EventSourceMapping": "Id",
  "AWS::Lambda::LayerVersion": "LayerVersionArn",
  "AWS::Lambda::Url": "FunctionArn",
  "AWS::Lambda::Version": "FunctionArn",
  "AWS::Logs::Delivery": "DeliveryId",
  "AWS::Logs::LogAnomalyDetector": "AnomalyDetectorArn",
  "AWS::Logs::QueryDefinition": "QueryDefinitionId",
  "AWS::MemoryDB::MultiRegionCluster": "MultiRegionClusterName",
  "AWS::Route53::HealthCheck": "HealthCheckId",
  "AWS::Route53::HostedZone": "Id",
  "AWS::SNS::Subscription": "Arn",
  "AWS::SNS::Topic": "TopicArn",
  "AWS::SQS::Queue": "QueueUrl",
  "AWS::SecretsManager::Secret": "Id",
  "AWS::StepFunctions::Activity": "Arn",
  "AWS::StepFunctions::StateMachine": "Arn",
  "AWS::StepFunctions::StateMachineAlias": "Arn",
  "AWS::StepFunctions::StateMachineVersion": "Arn",
  "AWS::XRay::Group": "GroupARN",
  "AWS::XRay::SamplingRule": "RuleARN",
};

/** The properties that an identifier says: what a list has of a resource, as recorded. */
export function identifying(type: string, identifier: string): Values {
  const made = Object.hasOwn(MADE, type) ? MADE[type] : undefined;
  const names = COMPOUND[type] ?? RESOURCE_IDENTIFIERS[type] ?? (made === undefined ? [] : [made]);
  const values = names.length === 1 ? [identifier] : identifier.split("|");
  if (values.length !== names.length) return {};
  return Object.fromEntries(names.map((name, at) => [name, values[at]!]));
}

/** How a resource that is made is named. @param id what `Ref` gives */
export function identifierOf(type: string, id: string, properties: Values): string {
  const parts = COMPOUND[type];
  if (!parts) return id;
  return parts.map((name) => String(properties[name] ?? id)).join("|");
}

/** The identifier that a resource is to have: the name that it is made with, where its type's identifier is that. */
export function identifierIn(type: string, properties: Values): string | undefined {
  const [name, ...others] = RESOURCE_IDENTIFIERS[type] ?? [];
  const value = name === undefined || others.length > 0 ? undefined : properties[name];
  return typeof value === "string" ? value : undefined;
}

/** What an identifier says: what `Ref` gives, and the properties beside it. */
export function readIdentifier(type: string, identifier: string): { id: string; properties: Values } {
  const parts = COMPOUND[type];
  const values = identifier.split("|");
  if (!parts || values.length !== parts.length) return { id: identifier, properties: {} };
  const properties: Values = {};
  let id = identifier;
  for (const [index, name] of parts.entries()) {
    const value = values[index] ?? "";
    if (isOfParent(name)) properties[name] = value;
    else id = value;
  }
  return { id, properties };
}

const isOfParent = (name: string): boolean => name === "RestApiId" || name === "ApiId" || name === "Cluster";

/** Gives the identifiers of resources that services have, for one list: what tells of them all is asked once. */
export function identifiersOfKept(call: CallService): (resource: KeptResource) => Promise<string> {
  let targets: Promise<ReadonlyMap<string, string>> | undefined;
  return async (resource) => {
    if (resource.cloudFormationType !== "AWS::ApplicationAutoScaling::ScalableTarget")
      return await identifierOfKept(resource, call);
    targets ??= scalableTargets(call);
    return (await targets).get(resource.arn) ?? resource.arn;
  };
}

async function identifierOfKept(
  { arn, cloudFormationType: type = "" }: KeptResource,
  call: CallService,
): Promise<string> {
  if (BY_ARN.has(type)) return arn;
  const { resource = "" } = parseArn(arn) ?? {};
  if (type === "AWS::SQS::Queue") {
    const { QueueUrl } = await call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: resource });
    return QueueUrl;
  }
  if (type === "AWS::KMS::Alias") return resource;
  if (type === "AWS::EC2::EIP") {
    const AllocationIds = [resource.split("/").at(-1)];
    const { Addresses } = await call<{ Addresses: { PublicIp: string }[] }>("ec2", "DescribeAddresses", {
      AllocationIds,
    });
    return Addresses[0]?.PublicIp ?? resource;
  }
  if (type === "AWS::EC2::KeyPair") {
    const KeyPairIds = [resource.split("/").at(-1)];
    const { KeyPairs } = await call<{ KeyPairs: { KeyName: string }[] }>("ec2", "DescribeKeyPairs", {
      KeyPairIds,
    });
    return KeyPairs[0]?.KeyName ?? resource;
  }
  // rule/name, rule/bus/name
  if (type === "AWS::Events::Rule") return resource.split("/").slice(1).join("|");
  // connection/name/uuid
  if (type === "AWS::Events::Connection" || type === "AWS::Events::ApiDestination")
    return resource.split("/")[1] ?? resource;
  // service/cluster/name
  if (type === "AWS::ECS::Service") return `${arn}|${resource.split("/")[1]}`;
  const parts = COMPOUND[type];
  // /restapis/a1/stages/prod
  if (parts) {
    const [, , parent = "", , ...own] = resource.split("/");
    return parts.map((name) => (isOfParent(name) ? parent : own.join("/"))).join("|");
  }
  return NAMED_BY_PATH.has(type)
    ? resource.replace(/^[^/:]+[/:]/, "")
    : (resource.split(/[/:]/).at(-1) ?? resource);
}

/** The identifiers of scalable targets by their ARNs, which do not say what is scaled. */
async function scalableTargets(call: CallService): Promise<ReadonlyMap<string, string>> {
  const identifiers = new Map<string, string>();
  for (const ServiceNamespace of ["dynamodb", "ecs", "lambda"])
    for (let NextToken: string | undefined = ""; NextToken !== undefined; ) {
      const asked = { ServiceNamespace, ...(NextToken !== "" && { NextToken }) };
      const answer: { ScalableTargets: Readonly<Record<string, string>>[]; NextToken?: string } = await call(
        "application-autoscaling",
        "DescribeScalableTargets",
        asked,
      );
      for (const { ScalableTargetARN = "", ResourceId, ScalableDimension } of answer.ScalableTargets)
        identifiers.set(ScalableTargetARN, [ResourceId, ScalableDimension, ServiceNamespace].join("|"));
      NextToken = answer.NextToken;
    }
  return identifiers;
}

/** Types whose names have slashes. */
const NAMED_BY_PATH: ReadonlySet<string> = new Set([
  "AWS::ECR::Repository",
  "AWS::Logs::LogGroup",
  "AWS::SSM::Parameter",
]);
