import { AwsError } from "../../core/aws-error.ts";

/** Errors of Aurora DSQL: https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/CommonErrors.html and each action's page; texts are inferred. */

const CLUSTER = "cluster";

export const clusterNotFound = (id: string): AwsError =>
  new AwsError("ResourceNotFoundException", `Cluster ${id} not found.`, {
    status: 404,
    members: { resourceId: id, resourceType: CLUSTER },
  });

export const invalid = (message: string): AwsError =>
  new AwsError("ValidationException", message, { members: { reason: "other" } });

export const isProtected = (id: string): AwsError =>
  new AwsError("ValidationException", `Cluster ${id} has deletion protection enabled: disable it first.`, {
    members: { reason: "deletionProtectionEnabled" },
  });

export const conflict = (id: string, message: string): AwsError =>
  new AwsError("ConflictException", message, {
    status: 409,
    members: { resourceId: id, resourceType: CLUSTER },
  });

/** https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html */
export const tooManyClusters = (): AwsError => noCapacity("You have reached the cluster limit.");

export const noCapacity = (message: string): AwsError =>
  new AwsError("ServiceQuotaExceededException", message, {
    status: 402,
    members: { resourceId: "", resourceType: CLUSTER, serviceCode: "dsql", quotaCode: "" },
  });

export const tooManyTags = (most: number): AwsError =>
  new AwsError("ServiceQuotaExceededException", `A cluster can have at most ${most} tags.`, {
    status: 402,
    members: { resourceId: "", resourceType: CLUSTER, serviceCode: "dsql", quotaCode: "" },
  });
