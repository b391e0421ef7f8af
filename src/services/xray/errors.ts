import { AwsError, awsError } from "../../core/aws-error.ts";

/**
 * Errors of X-Ray: https://docs.aws.amazon.com/xray/latest/api/CommonErrors.html and each action's page. Which code an error has is
 * documented, what it says hardly anywhere: the texts are inferred.
 */

export const invalidRequest = awsError("InvalidRequestException", 400, (message: string) => message);
export const invalidToken = awsError("InvalidRequestException", 400, "Invalid next token.");
export const groupExists = awsError(
  "InvalidRequestException",
  400,
  (name: string) => `A group with the name ${name} already exists.`,
);
export const groupNotFound = awsError("InvalidRequestException", 400, "Group not found.");
export const ruleExists = awsError(
  "InvalidRequestException",
  400,
  (name: string) => `A sampling rule with the name ${name} already exists.`,
);
export const ruleNotFound = awsError("InvalidRequestException", 400, "Sampling rule does not exist.");
export const tooManyRules = awsError(
  "RuleLimitExceededException",
  400,
  (most: number) => `You have reached the maximum number of sampling rules: ${most}.`,
);
export const tooManyTags = (most: number, arn: string): AwsError =>
  new AwsError("TooManyTagsException", `A resource can have at most ${most} tags.`, {
    status: 400,
    members: { ResourceName: arn },
  });
export const resourceNotFound = (arn: string): AwsError =>
  new AwsError("ResourceNotFoundException", "The resource was not found. Verify that its ARN is right.", {
    status: 404,
    members: { ResourceName: arn },
  });
