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
  acm: ["CertificateManager", "CertificateManagerServiceRolePolicy"],
  appmesh: ["AppMesh", "AWSAppMeshServiceRolePolicy"],
  "autoscaling-plans": ["AutoScalingPlans_EC2AutoScaling", "AWSAutoScalingPlansEC2AutoScalingPolicy"],
  backup: ["Backup", "AWSBackupServiceLinkedRolePolicyForBackup"],
  batch: ["Batch", "BatchServiceRolePolicy"],
  "cassandra.application-autoscaling": [
    "ApplicationAutoScaling_CassandraTable",
    "AWSApplicationAutoscalingCassandraTablePolicy",
  ],
  "cks.kms": [
    "KeyManagementServiceCustomKeyStores",
    "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
  ],
  cloudtrail: ["CloudTrail", "CloudTrailServiceRolePolicy"],
  "codestar-notifications": ["CodeStarNotifications", "AWSCodeStarNotificationsServiceRolePolicy"],
  config: ["Config", "AWSConfigServiceRolePolicy"],
  dms: ["DMSServerless", "AWSDMSServerlessServiceRolePolicy"],
  "dms-fleet-advisor": ["DMSFleetAdvisor", "AWSDMSFleetAdvisorServiceRolePolicy"],
  "docdb-elastic": ["DocDB-Elastic", "AmazonDocDB-ElasticServiceRolePolicy"],
  "ec2-instance-connect": ["Ec2InstanceConnect", "Ec2InstanceConnectEndpoint"],
  "ec2.application-autoscaling": [
    "ApplicationAutoScaling_EC2SpotFleetRequest",
    "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy",
  ],
  ecr: ["ECRTemplate", "ECRTemplateServiceRolePolicy"],
  ecs: ["ECS", "AmazonECSServiceRolePolicy"],
  eks: ["AmazonEKS", "AmazonEKSServiceRolePolicy"],
  "eks-connector": ["AmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"],
  "eks-fargate": ["AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"],
  "eks-nodegroup": ["AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"],
  elasticache: ["ElastiCache", "ElastiCacheServiceRolePolicy"],
  elasticbeanstalk: ["ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"],
  elasticfilesystem: ["AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"],
  elasticloadbalancing: ["ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"],
  "email.cognito-idp": ["AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"],
  "emr-containers": ["AmazonEMRContainers", "AmazonEMRContainersServiceRolePolicy"],
  emrwal: ["EMRWAL", "EMRDescribeClusterPolicyForEMRWAL"],
  fis: ["FIS", "AmazonFISServiceRolePolicy"],
  grafana: ["AmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"],
  imagebuilder: ["ImageBuilder", "AWSServiceRoleForImageBuilder"],
  iotmanagedintegrations: ["IoTManagedIntegrations", "AWSIoTManagedIntegrationsRolePolicy"],
  kafka: ["Kafka", "KafkaServiceRolePolicy"],
  kafkaconnect: ["KafkaConnect", "KafkaConnectServiceRolePolicy"],
  lakeformation: ["LakeFormationDataAccess", "LakeFormationDataAccessServiceRolePolicy"],
  lex: ["LexBots", "AmazonLexBotPolicy"],
  lightsail: ["Lightsail", "LightsailExportAccess"],
  m2: ["AWSM2", "AWSM2ServicePolicy"],
  memorydb: ["MemoryDB", "MemoryDBServiceRolePolicy"],
  mq: ["AmazonMQ", "AmazonMQServiceRolePolicy"],
  "mrk.kms": [
    "KeyManagementServiceMultiRegionKeys",
    "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
  ],
  notifications: ["AwsUserNotifications", "AWSUserNotificationsServiceLinkedRolePolicy"],
  "observability.aoss": ["AmazonOpenSearchServerless", "AmazonOpenSearchServerlessServiceRolePolicy"],
  opensearchservice: ["AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"],
  "ops.apigateway": ["APIGateway", "APIGatewayServiceRolePolicy"],
  "ops.emr-serverless": ["AmazonEMRServerless", "AmazonEMRServerlessServiceRolePolicy"],
  "opsdatasync.ssm": ["SystemsManagerOpsDataSync", "AWSSystemsManagerOpsDataSyncServiceRolePolicy"],
  "opsinsights.ssm": ["AmazonSSM_OpsInsights", "AWSSSMOpsInsightsServiceRolePolicy"],
  "pullthroughcache.ecr": ["ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"],
  ram: ["ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"],
  rds: ["RDS", "AmazonRDSServiceRolePolicy"],
  redshift: ["Redshift", "AmazonRedshiftServiceLinkedRolePolicy"],
  "replication.cassandra": ["KeyspacesReplication", "KeyspacesReplicationServiceRolePolicy"],
  "replication.ecr": ["ECRReplication", "ECRReplicationServiceRolePolicy"],
  "repository.sync.codeconnections": ["GitSync", "AWSGitSyncServiceRolePolicy"],
  "resource-explorer-2": ["ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"],
  rolesanywhere: ["RolesAnywhere", "AWSRolesAnywhereServicePolicy"],
  "s3-outposts": ["S3OnOutposts", "AWSS3OnOutpostsServiceRolePolicy"],
  ses: ["AmazonSES", "AmazonSESServiceRolePolicy"],
  shield: ["AWSShield", "AWSShieldServiceRolePolicy"],
  ssm: ["AmazonSSM", "AmazonSSMServiceRolePolicy"],
  "ssm-incidents": ["IncidentManager", "AWSIncidentManagerServiceRolePolicy"],
  "ssm-quicksetup": ["SSMQuickSetup", "SSMQuickSetupRolePolicy"],
  sso: ["SSO", "AWSSSOServiceRolePolicy"],
  waf: ["WAFLogging", "WAFLoggingServiceRolePolicy"],
  wafv2: ["WAFV2Logging", "WAFV2LoggingServiceRolePolicy"],
};

/** Roles that take a suffix, or of which it is not known that they do not. */
const SEVERAL: Readonly<Record<string, Row>> = {
  "access-analyzer": ["AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"],
  "apidestinations.events": [
    "AmazonEventBridgeApiDestinations",
    "AmazonEventBridgeApiDestinationsServiceRolePolicy",
  ],
  "application-insights": ["ApplicationInsights", "CloudwatchApplicationInsightsServiceLinkedRolePolicy"],
  "application-signals.cloudwatch": [
    "CloudWatchApplicationSignals",
    "CloudWatchApplicationSignalsServiceRolePolicy",
  ],
  apprunner: ["AppRunner", "AppRunnerServiceRolePolicy"],
  "appstream.application-autoscaling": [
    "ApplicationAutoScaling_AppStreamFleet",
    "AWSApplicationAutoscalingAppStreamFleetPolicy",
  ],
  appsync: ["AppSync", "AWSAppSyncServiceRolePolicy"],
  autoscaling: ["AutoScaling", "AutoScalingServiceRolePolicy"],
  "comprehend.application-autoscaling": [
    "ApplicationAutoScaling_ComprehendEndpoint",
    "AWSApplicationAutoscalingComprehendEndpointPolicy",
  ],
  "compute-optimizer": ["ComputeOptimizer", "ComputeOptimizerServiceRolePolicy"],
  connect: ["AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"],
  "contributorinsights.dynamodb": [
    "DynamoDBCloudWatchContributorInsights",
    "DynamoDBCloudWatchContributorInsightsServiceRolePolicy",
  ],
  "custom-resource.application-autoscaling": [
    "ApplicationAutoScaling_CustomResource",
    "AWSApplicationAutoScalingCustomResourcePolicy",
  ],
  dsql: ["AuroraDsql", "AuroraDsqlServiceLinkedRolePolicy"],
  "dynamodb.application-autoscaling": [
    "ApplicationAutoScaling_DynamoDBTable",
    "AWSApplicationAutoscalingDynamoDBTablePolicy",
  ],
  ec2fleet: ["EC2Fleet", "AWSEC2FleetServiceRolePolicy"],
  "ecs.application-autoscaling": [
    "ApplicationAutoScaling_ECSService",
    "AWSApplicationAutoscalingECSServicePolicy",
  ],
  "elasticache.application-autoscaling": [
    "ApplicationAutoScaling_ElastiCacheRG",
    "AWSApplicationAutoscalingElastiCacheRGPolicy",
  ],
  elasticmapreduce: ["EMRCleanup", "AmazonEMRCleanupPolicy"],
  es: ["AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"],
  events: ["CloudWatchEvents", "CloudWatchEventsServiceRolePolicy"],
  fms: ["FMS", "FMSServiceRolePolicy"],
  globalaccelerator: ["GlobalAccelerator", "AWSGlobalAcceleratorSLRPolicy"],
  guardduty: ["AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"],
  inspector2: ["AmazonInspector2", "AmazonInspector2ServiceRolePolicy"],
  "kafka.application-autoscaling": [
    "ApplicationAutoScaling_KafkaCluster",
    "AWSApplicationAutoscalingKafkaClusterPolicy",
  ],
  "kinesisreplication.dynamodb": [
    "DynamoDBKinesisDataStreamsReplication",
    "DynamoDBKinesisReplicationServiceRolePolicy",
  ],
  "lambda.application-autoscaling": [
    "ApplicationAutoScaling_LambdaConcurrency",
    "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
  ],
  lexv2: ["LexV2Bots", "AmazonLexV2BotPolicy"],
  macie: ["AmazonMacie", "AmazonMacieServiceRolePolicy"],
  "managedupdates.elasticbeanstalk": [
    "ElasticBeanstalkManagedUpdates",
    "AWSElasticBeanstalkManagedUpdatesServiceRolePolicy",
  ],
  "neptune.application-autoscaling": [
    "ApplicationAutoScaling_NeptuneCluster",
    "AWSApplicationAutoscalingNeptuneClusterPolicy",
  ],
  "networking.apprunner": ["AppRunnerNetworking", "AppRunnerNetworkingServiceRolePolicy"],
  organizations: ["Organizations", "AWSOrganizationsServiceTrustPolicy"],
  "rds.application-autoscaling": [
    "ApplicationAutoScaling_RDSCluster",
    "AWSApplicationAutoscalingRDSClusterPolicy",
  ],
  "replication.dynamodb": ["DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"],
  "replicator.lambda": ["LambdaReplicator", "AWSLambdaReplicator"],
  route53resolver: ["Route53Resolver", "Route53ResolverServiceRolePolicy"],
  "sagemaker.application-autoscaling": [
    "ApplicationAutoScaling_SageMakerEndpoint",
    "AWSApplicationAutoscalingSageMakerEndpointPolicy",
  ],
  securityhub: ["SecurityHub", "AWSSecurityHubServiceRolePolicy"],
  servicequotas: ["ServiceQuotas", "ServiceQuotasServiceRolePolicy"],
  spot: ["EC2Spot", "AWSEC2SpotServiceRolePolicy"],
  spotfleet: ["EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"],
  support: ["Support", "AWSSupportServiceRolePolicy"],
  transitgateway: ["VPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"],
  trustedadvisor: ["TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"],
  "vpcorigin.cloudfront": ["CloudFrontVPCOrigin", "AWSCloudFrontVPCOriginServiceRolePolicy"],
  "waf-regional": ["WAFRegionalLogging", "WAFRegionalLoggingServiceRolePolicy"],
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
