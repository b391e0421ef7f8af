/** What AWS calls a service's role (behind `AWSServiceRoleFor`), and the policy that it attaches to it. */
export interface LinkedRole {
  readonly name: string;
  /** Below `arn:aws:iam::aws:policy/aws-service-role/`; absent where it is not known. */
  readonly policy?: string;
  /** Can there be several, told apart by a suffix? */
  readonly takesSuffix: boolean;
  /** What it says of itself, when nothing else is said at its making. */
  readonly description?: string;
}

type Row = readonly [name: string, policy: string];

/**
 * Roles of which an account has one: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 * and each service's page on its service-linked role.
 */
const SINGLE: Readonly<Record<string, Row>> = {
  "accountdiscovery.ssm": ["AmazonSSM_AccountDiscovery", "AWSSystemsManagerAccountDiscoveryServicePolicy"],
  backup: ["Backup", "AWSBackupServiceLinkedRolePolicyForBackup"],
  cloudtrail: ["CloudTrail", "CloudTrailServiceRolePolicy"],
  "codestar-notifications": ["CodeStarNotifications", "AWSCodeStarNotificationsServiceRolePolicy"],
  config: ["Config", "AWSConfigServiceRolePolicy"],
  dms: ["DMSServerless", "AWSDMSServerlessServiceRolePolicy"],
  ecs: ["ECS", "AmazonECSServiceRolePolicy"],
  eks: ["AmazonEKS", "AmazonEKSServiceRolePolicy"],
  "eks-nodegroup": ["AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"],
  elasticache: ["ElastiCache", "ElastiCacheServiceRolePolicy"],
  elasticfilesystem: ["AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"],
  elasticloadbalancing: ["ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"],
  fis: ["FIS", "AmazonFISServiceRolePolicy"],
  imagebuilder: ["ImageBuilder", "AWSServiceRoleForImageBuilder"],
  iotmanagedintegrations: ["IoTManagedIntegrations", "AWSIoTManagedIntegrationsRolePolicy"],
  lex: ["LexBots", "AmazonLexBotPolicy"],
  lightsail: ["Lightsail", "LightsailExportAccess"],
  m2: ["AWSM2", "AWSM2ServicePolicy"],
  mq: ["AmazonMQ", "AmazonMQServiceRolePolicy"],
  "mrk.kms": [
    "KeyManagementServiceMultiRegionKeys",
    "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
  ],
  notifications: ["AwsUserNotifications", "AWSUserNotificationsServiceLinkedRolePolicy"],
  "observability.aoss": ["AmazonOpenSearchServerless", "AmazonOpenSearchServerlessServiceRolePolicy"],
  "ops.emr-serverless": ["AmazonEMRServerless", "AmazonEMRServerlessServiceRolePolicy"],
  "opsdatasync.ssm": ["SystemsManagerOpsDataSync", "AWSSystemsManagerOpsDataSyncServiceRolePolicy"],
  "pullthroughcache.ecr": ["ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"],
  redshift: ["Redshift", "AmazonRedshiftServiceLinkedRolePolicy"],
  "replication.ecr": ["ECRReplication", "ECRReplicationServiceRolePolicy"],
  "repository.sync.codeconnections": ["GitSync", "AWSGitSyncServiceRolePolicy"],
  rolesanywhere: ["RolesAnywhere", "AWSRolesAnywhereServicePolicy"],
  "s3-outposts": ["S3OnOutposts", "AWSS3OnOutpostsServiceRolePolicy"],
  ses: ["AmazonSES", "AmazonSESServiceRolePolicy"],
  "ssm-incidents": ["IncidentManager", "AWSIncidentManagerServiceRolePolicy"],
  "ssm-quicksetup": ["SSMQuickSetup", "SSMQuickSetupRolePolicy"],
  sso: ["SSO", "AWSSSOServiceRolePolicy"],
};

/** Roles that take a suffix, or of which it is not known that they do not. */
const SEVERAL: Readonly<Record<string, Row>> = {
  acm: ["CertificateManager", "CertificateManagerServiceRolePolicy"],
  appmesh: ["AppMesh", "AWSAppMeshServiceRolePolicy"],
  autoscaling: ["AutoScaling", "AutoScalingServiceRolePolicy"],
  "autoscaling-plans": ["AutoScalingPlans_EC2AutoScaling", "AWSAutoScalingPlansEC2AutoScalingPolicy"],
  batch: ["Batch", "BatchServiceRolePolicy"],
  connect: ["AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"],
  "contributorinsights.dynamodb": [
    "DynamoDBCloudWatchContributorInsights",
    "DynamoDBCloudWatchContributorInsightsServiceRolePolicy",
  ],
  "dynamodb.application-autoscaling": [
    "ApplicationAutoScaling_DynamoDBTable",
    "AWSApplicationAutoscalingDynamoDBTablePolicy",
  ],
  "ec2-instance-connect": ["Ec2InstanceConnect", "Ec2InstanceConnectEndpoint"],
  ecr: ["ECRTemplate", "ECRTemplateServiceRolePolicy"],
  "ecs.application-autoscaling": [
    "ApplicationAutoScaling_ECSService",
    "AWSApplicationAutoscalingECSServicePolicy",
  ],
  "eks-connector": ["AmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"],
  "eks-fargate": ["AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"],
  "email.cognito-idp": ["AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"],
  es: ["AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"],
  events: ["CloudWatchEvents", "CloudWatchEventsServiceRolePolicy"],
  grafana: ["AmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"],
  guardduty: ["AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"],
  kafka: ["Kafka", "KafkaServiceRolePolicy"],
  kafkaconnect: ["KafkaConnect", "KafkaConnectServiceRolePolicy"],
  "kinesisreplication.dynamodb": [
    "DynamoDBKinesisDataStreamsReplication",
    "DynamoDBKinesisReplicationServiceRolePolicy",
  ],
  "lambda.application-autoscaling": [
    "ApplicationAutoScaling_LambdaConcurrency",
    "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
  ],
  lexv2: ["LexV2Bots", "AmazonLexV2BotPolicy"],
  memorydb: ["MemoryDB", "MemoryDBServiceRolePolicy"],
  opensearchservice: ["AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"],
  "ops.apigateway": ["APIGateway", "APIGatewayServiceRolePolicy"],
  "opsinsights.ssm": ["AmazonSSM_OpsInsights", "AWSSSMOpsInsightsServiceRolePolicy"],
  organizations: ["Organizations", "AWSOrganizationsServiceTrustPolicy"],
  rds: ["RDS", "AmazonRDSServiceRolePolicy"],
  "replication.cassandra": ["KeyspacesReplication", "KeyspacesReplicationServiceRolePolicy"],
  "replication.dynamodb": ["DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"],
  "replicator.lambda": ["LambdaReplicator", "AWSLambdaReplicator"],
  "resource-explorer-2": ["ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"],
  securityhub: ["SecurityHub", "AWSSecurityHubServiceRolePolicy"],
  spot: ["EC2Spot", "AWSEC2SpotServiceRolePolicy"],
  spotfleet: ["EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"],
  ssm: ["AmazonSSM", "AmazonSSMServiceRolePolicy"],
  support: ["Support", "AWSSupportServiceRolePolicy"],
  trustedadvisor: ["TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"],
  "vpcorigin.cloudfront": ["CloudFrontVPCOrigin", "AWSCloudFrontVPCOriginServiceRolePolicy"],
  waf: ["WAFLogging", "WAFLoggingServiceRolePolicy"],
  wafv2: ["WAFV2Logging", "WAFV2LoggingServiceRolePolicy"],
};

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  sso: "Service-linked role used by AWS SSO to manage AWS resources, including IAM roles, policies and SAML IdP on your behalf.",
};

/** The role of a service (`fis.amazonaws.com`). One that is not known here is named after its service, and has no policy. */
export function linkedRoleOf(principal: string): LinkedRole {
  const service = principal.replace(/\.amazonaws\.com(\.cn)?$/, "");
  const takesSuffix = !Object.hasOwn(SINGLE, service);
  const rows = takesSuffix ? SEVERAL : SINGLE;
  const [name, policy] = (Object.hasOwn(rows, service) && rows[service]) || [nameAfter(service)];
  const description = Object.hasOwn(DESCRIPTIONS, service) ? DESCRIPTIONS[service] : undefined;
  return {
    name,
    takesSuffix,
    ...(policy !== undefined && { policy }),
    ...(description !== undefined && { description }),
  };
}

function nameAfter(service: string): string {
  return service
    .split(/[.-]/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");
}
