import type { ServiceDeclaration } from "./declaration.ts";
import type { ResourceDeclaration } from "./resource.ts";

/**
 * Resources of services that Squall does not serve: enough for rules to match on them in front of an upstream. Members are
 * those of the requests (https://docs.aws.amazon.com/service-authorization/latest/reference/ has the ARNs).
 */
export const UNSERVED: readonly ServiceDeclaration[] = [
  unserved("acm", { certificate: regional("acm", "certificate/{CertificateId}", ["CertificateArn"]) }),
  unserved("appsync", { api: regional("appsync", "apis/{apiId}", ["apiId"]) }),
  unserved("athena", { workgroup: regional("athena", "workgroup/{WorkGroup}", ["WorkGroup"]) }),
  unserved("batch", { queue: regional("batch", "job-queue/{jobQueue}", ["jobQueue"]) }),
  unserved("cloudformation", {
    stack: regional("cloudformation", "stack/{StackName}/{Id}", ["StackName"], { Id: "*" }),
  }),
  unserved("cognito-identity", {
    pool: regional("cognito-identity", "identitypool/{IdentityPoolId+}", ["IdentityPoolId"]),
  }),
  unserved("cognito-idp", { pool: regional("cognito-idp", "userpool/{UserPoolId}", ["UserPoolId"]) }),
  unserved("ecs", {
    cluster: regional("ecs", "cluster/{cluster}", ["cluster", "clusterName", "clusters[]"]),
    service: regional("ecs", "service/{cluster}/{service}", ["cluster", "service", "serviceName"]),
    task: regional("ecs", "task/{cluster}/{task}", ["cluster", "task", "tasks[]"]),
  }),
  unserved("firehose", {
    stream: regional("firehose", "deliverystream/{DeliveryStreamName}", ["DeliveryStreamName"]),
  }),
  unserved("glue", {
    database: regional("glue", "database/{DatabaseName}", ["DatabaseName"]),
    table: regional("glue", "table/{DatabaseName}/{TableName}", ["DatabaseName", "TableName"]),
    job: regional("glue", "job/{JobName}", ["JobName"]),
  }),
  unserved("opensearch", { domain: regional("es", "domain/{DomainName}", ["DomainName"]) }),
  unserved("rds-data", { cluster: regional("rds", "cluster:{DBClusterIdentifier}", ["resourceArn"]) }),
  unserved("redshift", {
    cluster: regional("redshift", "cluster:{ClusterIdentifier}", ["ClusterIdentifier"]),
  }),
  unserved("sesv2", {
    identity: regional("ses", "identity/{EmailIdentity}", ["EmailIdentity", "FromEmailAddress"]),
  }),
  unserved("stepfunctions", {
    machine: regional("states", "stateMachine:{StateMachineName}", ["stateMachineArn", "name"]),
    activity: regional("states", "activity:{ActivityName}", ["activityArn"]),
  }),
];

function unserved(
  name: string,
  resources: Readonly<Record<string, ResourceDeclaration>>,
): ServiceDeclaration {
  return { name, resources };
}

/** A type whose ARNs have a region and an account. Members fill the placeholder of their own name, else the last one. */
function regional(
  service: string,
  resource: string,
  members: readonly string[],
  defaults: Readonly<Record<string, string>> = {},
  read?: (text: string) => string | undefined,
): ResourceDeclaration {
  const how = read ?? (true as const);
  return {
    arn: `arn:{partition}:${service}:{region}:{account}:${resource}`,
    namedBy: Object.fromEntries(members.map((member) => [member, how])),
    defaults,
  };
}
