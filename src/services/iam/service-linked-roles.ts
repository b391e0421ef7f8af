import type { Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { describeRole } from "./describe.ts";
import { newEntity, ROLE, type RoleRecord, roles } from "./entity.ts";
import { invalidInput, noSuchDeletionTask } from "./errors.ts";
import { isServiceLinked } from "./roles.ts";

/** Services whose role's name is not made of their own. */
const NAMES: Readonly<Record<string, string>> = {
  "autoscaling.amazonaws.com": "AutoScaling",
  "dynamodb.application-autoscaling.amazonaws.com": "ApplicationAutoScaling_DynamoDBTable",
  "ecs.amazonaws.com": "ECS",
  "elasticloadbalancing.amazonaws.com": "ElasticLoadBalancing",
  "es.amazonaws.com": "AmazonElasticsearchService",
  "fis.amazonaws.com": "FIS",
  "lex.amazonaws.com": "LexBots",
  "opensearchservice.amazonaws.com": "AmazonOpenSearchService",
  "ops.apigateway.amazonaws.com": "APIGateway",
  "rds.amazonaws.com": "RDS",
  "replicator.lambda.amazonaws.com": "LambdaReplicator",
  "replication.dynamodb.amazonaws.com": "DynamoDBReplication",
  "spot.amazonaws.com": "EC2Spot",
  "support.amazonaws.com": "Support",
};
const SESSION_SECONDS = 3600;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html */
export const serviceLinkedRoles: Handlers<IAM.Operations> = {
  CreateServiceLinkedRole(input, ctx) {
    const service = input.AWSServiceName;
    if (!/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(service))
      throw invalidInput(`${service} is not a valid service.`);
    const suffix = input.CustomSuffix ? `_${input.CustomSuffix}` : "";
    const name = `AWSServiceRoleFor${nameOf(service)}${suffix}`;
    const all = roles(ctx);
    if (all.find(name)) {
      throw invalidInput(
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const statement = { Effect: "Allow", Principal: { Service: [service] }, Action: ["sts:AssumeRole"] };
    const role: RoleRecord = {
      ...newEntity(ROLE, name, `/aws-service-role/${service}/`, {}, ctx),
      attached: [],
      inline: {},
      trust: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      maxSessionSeconds: SESSION_SECONDS,
      ...(input.Description !== undefined && { description: input.Description }),
    };
    all.put(role);
    return { Role: describeRole(role) };
  },

  /** Nothing uses the role here: it is gone at once. */
  DeleteServiceLinkedRole(input, ctx) {
    const all = roles(ctx);
    const role = all.get(input.RoleName);
    if (!isServiceLinked(role)) throw invalidInput(`${role.name} is not a service-linked role.`);
    all.delete(role.name);
    return { DeletionTaskId: `task${role.path}${role.name}/${ctx.random.uuid()}` };
  },

  GetServiceLinkedRoleDeletionStatus(input) {
    if (!/^task\/aws-service-role\/[^/]+\/[^/]+\/[\w-]{36}$/.test(input.DeletionTaskId)) {
      throw noSuchDeletionTask(input.DeletionTaskId);
    }
    return { Status: "SUCCEEDED" };
  },
};

function nameOf(service: string): string {
  const known = Object.hasOwn(NAMES, service) ? NAMES[service] : undefined;
  if (known) return known;
  const own = service.replace(/\.amazonaws\.com(\.cn)?$/, "");
  return own
    .split(/[.-]/)
    .map((part) => part[0]!.toUpperCase() + part.slice(1))
    .join("");
}
