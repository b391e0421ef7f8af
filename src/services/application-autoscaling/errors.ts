import { AwsError, awsError } from "../../core/aws-error.ts";

/** Errors of Application Auto Scaling: https://docs.aws.amazon.com/autoscaling/application/APIReference/CommonErrors.html and each action's page. */

/** What an input names a target by. */
export interface Named {
  readonly ServiceNamespace?: string;
  readonly ResourceId?: string;
  readonly ScalableDimension?: string;
}

const named = ({ ServiceNamespace, ResourceId, ScalableDimension }: Named) =>
  `service namespace: ${ServiceNamespace}, resource ID: ${ResourceId}, scalable dimension: ${ScalableDimension}`;

export const validation = awsError("ValidationException", 400, (message: string) => message);
export const unsupported = () =>
  validation("Unsupported service namespace, resource type or scalable dimension");
const notFound = awsError("ObjectNotFoundException", 400, (message: string) => message);
export const targetNotFound = (target: Named) =>
  notFound(`No scalable target registered for ${named(target)}`);
export const policyNotFound = (policy: Named & { readonly PolicyName?: string }) =>
  notFound(`No scaling policy found for ${named(policy)}, policy name: ${policy.PolicyName}`);
export const actionNotFound = (action: Named & { readonly ScheduledActionName?: string }) =>
  notFound(
    `No scheduled action found for ${named(action)}, scheduled action name: ${action.ScheduledActionName}`,
  );
export const invalidToken = awsError("InvalidNextTokenException", 400, "The token is not valid.");
export const resourceNotFound = (arn: string) =>
  new AwsError("ResourceNotFoundException", `The specified resource ${arn} doesn't exist.`, {
    status: 400,
    members: { ResourceName: arn },
  });
export const tooManyTags = awsError(
  "TooManyTagsException",
  400,
  (most: number) => `The maximum number of tags for a scalable target is ${most}.`,
);
