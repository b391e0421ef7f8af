import { awsError } from "../../core/aws-error.ts";

/** Errors of Amazon EC2 Auto Scaling: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html and each action's page. */

export const validationError = awsError("ValidationError", 400, (message: string) => message);
export const groupNotFound = (name: string) =>
  validationError(`AutoScalingGroup name not found - no such group: ${name}`);
export const groupExists = awsError(
  "AlreadyExists",
  400,
  (name: string) =>
    `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
);
export const resourceInUse = awsError(
  "ResourceInUse",
  400,
  "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
);
export const policyNotFound = (name: string) =>
  validationError(`PolicyName not found - No such policy: ${name}`);
export const activityInProgress = awsError(
  "ScalingActivityInProgress",
  400,
  (group: string) => `Scaling activity is in progress: the group ${group} is within its cooldown.`,
);
export const actionNotFound = (name: string) =>
  validationError(`Scheduled action name not found - No such scheduled action: ${name}`);
export const invalidToken = awsError("InvalidNextToken", 400, "The NextToken value is not valid.");
export const tooManyTags = () => validationError("A group can have at most 50 tags.");
