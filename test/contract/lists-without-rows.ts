/** Operations that a model shows as paged and that have no row in `lists/`, with why: `<service>.<operation>`. */
export const WITHOUT_ROWS: Readonly<Record<string, string>> = {
  "application-autoscaling.DescribeScalingActivities":
    "Activities do not go away; its pages are made as DescribeScalableTargets'.",
  "arc-zonal-shift.ListAutoshifts": "AWS shifts nothing here by itself: there are none.",
  "autoscaling.DescribeAutoScalingInstances":
    "Instances come and go with their groups; its pages are made as DescribeAutoScalingGroups'.",
  "autoscaling.DescribeScalingActivities":
    "Activities do not go away; its pages are made as DescribeAutoScalingGroups'.",
  "eks.ListClusters":
    "Clusters are the contexts of a kubeconfig, which no call makes; its pages are in eks.test.ts.",
  "eks.ListNodegroups":
    "Node groups are labels of a cluster's nodes, which no call makes; its pages are made as ListClusters'.",
  "xray.BatchGetTraces": "It answers about the five traces at most that it names, in one page.",
  "xray.GetGroups": "There are 25 groups at most: one page.",
  "xray.GetSamplingRules": "There are 25 rules at most and the default one: one page.",
  "xray.GetSamplingStatisticSummaries": "There is one for each rule: one page.",
  "xray.GetServiceGraph":
    "Services come and go with their traces, which stay; its pages are made as GetTraceSummaries'.",
  "xray.GetTimeSeriesServiceStatistics":
    "Bins come and go with their traces, which stay; its pages are made as GetTraceSummaries'.",
  "xray.GetTraceGraph": "It answers about the traces that it names.",
  "xray.ListTagsForResource": "A resource has 50 tags at most: one page.",
  "cloudformation.DescribeAccountLimits": "There are as many limits as AWS has: one page.",
  "cloudformation.DescribeStackResourceDrifts": "A drift goes with its resource, not by itself.",
  "cloudformation.ListStackInstanceResourceDrifts": "A drift goes with its resource, not by itself.",
  "cloudformation.DescribeChangeSetHooks": "There are no hooks.",
  "cloudformation.ListHookResults": "There are no hooks.",
  "cloudformation.ListStackSetOperations": "Operations do not go away.",
  "cloudformation.ListStackSetOperationResults": "Results do not go away but with their operation.",
  "ecs.ListContainerInstances":
    "Container instances are shares of this machine, which no call makes; its pages are made as ListTasks'.",
  "apigateway.GetTags": "Its position and limit are not supported, on AWS neither: all tags come at once.",
  "apigatewayv2.GetRouteResponses": "A route has one response, to $default: there is no second page.",
  "ec2.DescribePrefixLists": "There are three lists of AWS's own, and a page has five at least.",
  "cloudcontrol.ListResourceRequests": "Requests do not go away but with their days.",
  "ecr.DescribeImages": "Repositories have no images.",
  "ecr.ListImages": "Repositories have no images.",
  "iam.ListAccountAliases": "An account has one alias.",
  "kms.DescribeCustomKeyStores": "There are no custom key stores.",
  "kms.ListKeyPolicies": "A key has one policy.",
  "kms.ListKeyRotations": "A rotation does not go away; its pages are made as ListGrants'.",
  "kms.ListKeys": "A key goes when days have passed by the clock; its pages are made as ListGrants'.",
  "logs.DescribeAccountPolicies": "There is one account policy, a subscription filter.",
  "logs.DescribeIndexPolicies": "It answers about the groups that it names, 100 at most, in one page.",
  "logs.ListLogGroupsForQuery": "A query has 50 groups at most, and no page is asked for with less.",
  "elasticache.DescribeReplicationGroups":
    "Each is some Valkeys, and goes when they have ended; its pages are made as DescribeCacheSubnetGroups'.",
  "elasticache.DescribeCacheClusters":
    "Each is a Valkey, and goes when it has ended; its pages are made as DescribeCacheSubnetGroups'.",
  "elasticache.DescribeCacheParameters":
    "They are ElastiCache's own: nothing is added or removed between two pages.",
  "elasticache.DescribeEvents":
    "Events do not go away but with their days; its pages are made as DescribeCacheSubnetGroups'.",
  "elasticache.DescribeSnapshots":
    "Each is a file of a Valkey's; its pages are made as DescribeCacheSubnetGroups'.",
  "dsql.ListClusters":
    "Each is a PostgreSQL, and goes when it has ended; its pages are made as those of all that is kept.",
  "memorydb.DescribeClusters":
    "Each is some Valkeys, and goes when they have ended; its pages are made as DescribeSubnetGroups'.",
  "memorydb.DescribeSnapshots": "Each is a file of a Valkey's; its pages are made as DescribeSubnetGroups'.",
  "memorydb.DescribeMultiRegionClusters":
    "Their names are drawn, but for the end; its pages are made as DescribeSubnetGroups'.",
  "memorydb.DescribeParameters": "They are MemoryDB's own: nothing is added or removed between two pages.",
  "memorydb.DescribeEngineVersions": "They are AWS's: nothing is added or removed between two pages.",
  "memorydb.DescribeEvents":
    "Events do not go away but with their days; its pages are made as DescribeSubnetGroups'.",
  "rds.DescribeEngineDefaultClusterParameters":
    "They are the engine's own and stay as they are; their pages are made as DescribeDBParameters'.",
  "rds.DescribeEngineDefaultParameters":
    "They are the engine's own and stay as they are; their pages are made as DescribeDBParameters'.",
  "rds.DescribeDBInstanceAutomatedBackups":
    "Each is of an instance (see DescribeDBInstances); its pages are made as DescribeDBClusters'.",
  "rds.DescribeDBClusterAutomatedBackups":
    "Each is of a cluster that is there; its pages are made as DescribeDBClusters'.",
  "rds.DescribeDBClusterSnapshots":
    "Each is a copy of a PostgreSQL's files; its pages are made as DescribeDBClusters'.",
  "rds.DescribeDBSnapshots":
    "Each is a copy of a PostgreSQL's files; its pages are made as DescribeDBClusters'.",
  "rds.DescribeDBInstances":
    "Each is a PostgreSQL, and goes when it has ended; its pages are made as DescribeDBClusters'.",
  "secretsmanager.ListResourcePolicies": "A secret has one policy.",
  "sns.ListOriginationNumbers": "There are no numbers to send from.",
  "sns.ListPhoneNumbersOptedOut":
    "Opting out is no API call; its pages are made as ListSMSSandboxPhoneNumbers'.",
  "ssm.DescribeInstanceInformation":
    "Instances are EC2's, and leave with what they run; its pages are made as ListDocuments'.",
  "ec2.DescribeInstanceCreditSpecifications": "It answers about the instances that it names, in one page.",
  "ssm.ListCommandInvocations": "They are of instances (see DescribeInstanceInformation).",
  "ssm.ListCommands": "They are sent to instances (see DescribeInstanceInformation).",
  "ssm.DescribeAutomationStepExecutions":
    "Steps come as the runbook has them: nothing is added or removed between two pages.",
};
