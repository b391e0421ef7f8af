import { isMap, type Values } from "./sam/value.ts";

/**
 * What the schemas of types call write-only (`writeOnlyProperties`): no reading of a resource tells it. A way leads through maps
 * (`AuthParameters/BasicAuthParameters/Password`). https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
 */
const WRITE_ONLY: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::ApiKey": ["GenerateDistinctId"],
  "AWS::ApiGateway::Deployment": ["StageName", "StageDescription", "DeploymentCanarySettings"],
  "AWS::ApiGateway::RestApi": ["Body", "BodyS3Location", "CloneFrom", "FailOnWarnings", "Mode", "Parameters"],
  "AWS::ApiGatewayV2::Api": [
    "Body",
    "BasePath",
    "BodyS3Location",
    "CredentialsArn",
    "FailOnWarnings",
    "RouteKey",
    "Target",
    "DisableSchemaValidation",
  ],
  "AWS::CloudFormation::Stack": ["TemplateURL"],
  "AWS::DynamoDB::GlobalTable": ["GlobalTableSourceArn"],
  "AWS::DynamoDB::Table": ["ImportSourceSpecification"],
  "AWS::EC2::EIP": ["TransferAddress", "IpamPoolId", "Address"],
  "AWS::EC2::Instance": [
    "LicenseSpecifications",
    "AdditionalInfo",
    "Ipv6AddressCount",
    "Ipv6Addresses",
    "PropagateTagsToVolumeOnCreation",
  ],
  "AWS::EC2::LaunchTemplate": ["LaunchTemplateData", "VersionDescription", "TagSpecifications"],
  "AWS::EC2::NatGateway": ["MaxDrainDurationSeconds"],
  "AWS::ECR::Repository": ["EmptyOnDelete"],
  "AWS::ECS::Cluster": ["ServiceConnectDefaults"],
  "AWS::ECS::Service": ["ServiceConnectConfiguration", "VolumeConfigurations", "ForceNewDeployment"],
  "AWS::ElastiCache::CacheCluster": [
    "SnapshotArns",
    "SnapshotName",
    "CacheSecurityGroupNames",
    "PreferredAvailabilityZone",
  ],
  "AWS::ElastiCache::ReplicationGroup": [
    "AuthToken",
    "CacheParameterGroupName",
    "CacheSecurityGroupNames",
    "CacheSubnetGroupName",
    "EngineVersion",
    "NotificationTopicArn",
    "PreferredMaintenanceWindow",
    "SecurityGroupIds",
    "SnapshotArns",
    "SnapshotName",
    "NodeGroupConfiguration",
    "NumNodeGroups",
    "ReplicasPerNodeGroup",
    "KmsKeyId",
    "PrimaryClusterId",
    "PreferredCacheClusterAZs",
  ],
  "AWS::ElasticLoadBalancingV2::ListenerRule": ["ListenerArn"],
  "AWS::ElasticLoadBalancingV2::LoadBalancer": ["EnableCapacityReservationProvisionStabilize"],
  "AWS::Events::Connection": [
    "AuthParameters/BasicAuthParameters/Password",
    "AuthParameters/ApiKeyAuthParameters/ApiKeyValue",
    "AuthParameters/OAuthParameters/ClientParameters/ClientSecret",
    "AuthParameters/OAuthParameters/OAuthHttpParameters",
    "AuthParameters/InvocationHttpParameters",
  ],
  "AWS::Events::EventBus": ["EventSourceName"],
  "AWS::Events::EventBusPolicy": ["Principal", "Condition", "Action"],
  "AWS::IAM::SAMLProvider": ["AddPrivateKey", "RemovePrivateKey"],
  "AWS::IAM::ServiceLinkedRole": ["CustomSuffix", "AWSServiceName"],
  "AWS::IAM::User": ["LoginProfile/Password"],
  "AWS::KMS::Key": ["PendingWindowInDays", "BypassPolicyLockoutSafetyCheck", "RotationPeriodInDays"],
  "AWS::Kinesis::Stream": ["WarmThroughputMiBps"],
  "AWS::Lambda::Function": ["SnapStart", "Code", "PublishToLatestPublished"],
  "AWS::Lambda::LayerVersion": ["Content"],
  "AWS::Logs::DeliverySource": ["ResourceArn"],
  "AWS::Logs::LogAnomalyDetector": ["AccountId"],
  "AWS::Pipes::Pipe": ["TargetParameters", "SourceParameters"],
  "AWS::S3::Bucket": ["AccessControl", "BucketNamePrefix", "BucketNamespace"],
  "AWS::SSM::Parameter": ["Description", "Tier", "AllowedPattern", "Policies"],
  "AWS::SecretsManager::ResourcePolicy": ["BlockPublicPolicy"],
  "AWS::SecretsManager::Secret": ["SecretString", "GenerateSecretString"],
  "AWS::StepFunctions::StateMachine": ["Definition", "DefinitionS3Location", "DefinitionSubstitutions"],
  "AWS::StepFunctions::StateMachineAlias": ["DeploymentPreference"],
};

/** A resource's properties without what no reading tells. */
export function withoutWriteOnly(type: string, properties: Values): Values {
  const ways = Object.hasOwn(WRITE_ONLY, type) ? WRITE_ONLY[type] : undefined;
  return (ways ?? []).reduce((left, way) => without(left, way.split("/")), properties);
}

function without(properties: Values, [name = "", ...further]: readonly string[]): Values {
  const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (value === undefined) return properties;
  if (further.length === 0) {
    const { [name]: _, ...rest } = properties;
    return rest;
  }
  return isMap(value) ? { ...properties, [name]: without(value, further) } : properties;
}
