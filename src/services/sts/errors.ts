import { awsError } from "../../core/aws-error.ts";

/** Errors of STS: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and each action's page. */

export const notAuthorized = awsError(
  "AccessDenied",
  403,
  (callerArn: string, action: string, resource: string) =>
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource}`,
);
export const notAuthorizedAnonymously = awsError(
  "AccessDenied",
  403,
  (action: string) => `Not authorized to perform ${action}`,
);
export const invalidArn = awsError("ValidationError", 400, (arn: string) => `${arn} is invalid`);
export const durationTooLong = awsError(
  "ValidationError",
  400,
  "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
);
export const chainedDurationTooLong = awsError(
  "ValidationError",
  400,
  "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
);
export const duplicateTags = awsError(
  "InvalidParameterValue",
  400,
  "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
);
export const invalidTag = awsError("InvalidParameterValue", 400, (reason: string) => reason);
export const tooManyTags = awsError(
  "InvalidParameterValue",
  400,
  (most: number) => `A session can have at most ${most} tags.`,
);
export const transitiveTagMissing = awsError(
  "InvalidParameterValue",
  400,
  "The specified transitive tag key must be included in the requested tags.",
);
export const transitiveTagConflict = awsError(
  "InvalidParameterValue",
  400,
  "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
);
export const sourceIdentityIsSet = awsError(
  "AccessDenied",
  403,
  (callerArn: string) =>
    `User: ${callerArn} is not authorized to perform: sts:SetSourceIdentity because the source identity of the calling session cannot be changed`,
);
export const malformedPolicy = awsError("MalformedPolicyDocument", 400, "This policy contains invalid Json");
export const invalidIdentityToken = awsError("InvalidIdentityToken", 400, (message: string) => message);
export const expiredToken = awsError(
  "ExpiredTokenException",
  400,
  (nowSeconds: number, expiry: number) =>
    `Token expired: current date/time ${nowSeconds} must be before the expiration date/time ${expiry}`,
);
export const invalidAuthorizationMessage = awsError(
  "InvalidAuthorizationMessageException",
  400,
  "Message is not valid",
);
