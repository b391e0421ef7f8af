import { stateOf } from "../../aws/lifecycle.ts";
import { tagList } from "../../aws/tags.ts";
import type { ServiceHost } from "../../core/service.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { replicaLifecycle } from "./lifecycle.ts";
import { endOfWindow } from "./schedule.ts";
import { DAY_MS, type Rotation, type Secret, stagesOf } from "./secret.ts";

/** What DescribeSecret and ListSecrets have in common. */
export function describe(secret: Secret) {
  const { rotation } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.type !== undefined && { Type: secret.type }),
    ...(secret.description && { Description: secret.description }),
    ...(secret.kmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
    ...(rotation && { RotationEnabled: rotation.isEnabled }),
    ...(rotation?.functionArn !== undefined && { RotationLambdaARN: rotation.functionArn }),
    ...(rotation?.rules && { RotationRules: rulesOf(rotation.rules, rotation) }),
    ...(rotation?.lastMs !== undefined && { LastRotatedDate: new Date(rotation.lastMs) }),
    ...(rotation?.nextMs !== undefined &&
      rotation.isEnabled && {
        NextRotationDate: new Date(endOfWindow(rotation.rules ?? {}, rotation.nextMs)),
      }),
    CreatedDate: new Date(secret.createdAtMs),
    LastChangedDate: new Date(secret.changedAtMs),
    ...(secret.accessedMs !== undefined && { LastAccessedDate: new Date(secret.accessedMs) }),
    ...(secret.deletion && { DeletedDate: new Date(secret.deletion.atMs) }),
    ...(Object.keys(secret.tags).length > 0 && { Tags: tagList(secret.tags) }),
    ...(secret.primaryRegion !== undefined && { PrimaryRegion: secret.primaryRegion }),
  };
}

/**
 * After a rotation every schedule has its days: those until the next one, as in the example of
 * https://docs.aws.amazon.com/cli/latest/reference/secretsmanager/describe-secret.html (a cron for the 1st and the 15th, two days).
 */
function rulesOf(
  rules: SecretsManager.RotationRulesType,
  { lastMs, nextMs }: Rotation,
): SecretsManager.RotationRulesType {
  if (rules.AutomaticallyAfterDays !== undefined || lastMs === undefined || nextMs === undefined)
    return rules;
  return { AutomaticallyAfterDays: Math.max(1, Math.round((nextMs - lastMs) / DAY_MS)), ...rules };
}

export function describeReplicas(
  { replicas = [] }: Secret,
  host: ServiceHost,
): { ReplicationStatus: SecretsManager.ReplicationStatusType[] } | undefined {
  if (replicas.length === 0) return undefined;
  return {
    ReplicationStatus: replicas.map((replica) => {
      const { region, kmsKeyId = "alias/aws/secretsmanager", transition } = replica;
      const status = stateOf(replicaLifecycle, transition, replica.status, host) as SecretsManager.StatusType;
      const { message = transition?.failure ?? "Replication succeeded" } = replica;
      return {
        Region: region,
        KmsKeyId: kmsKeyId,
        Status: status,
        ...(status !== "InProgress" && { StatusMessage: message }),
      };
    }),
  };
}

export const describeWhole = (secret: Secret, host: ServiceHost): SecretsManager.DescribeSecretResponse => {
  const stages = stagesOf(secret);
  const replicas = describeReplicas(secret, host);
  return { ...describe(secret), ...(stages && { VersionIdsToStages: stages }), ...replicas };
};

export const describeListed = (secret: Secret): SecretsManager.SecretListEntry => {
  const stages = stagesOf(secret);
  return { ...describe(secret), ...(stages && { SecretVersionsToStages: stages }) };
};

/** A day, without its time: AWS says no more of when a secret was read. */
export const dayOf = (nowMs: number) => Math.floor(nowMs / DAY_MS) * DAY_MS;
