import { awsError } from "../../core/aws-error.ts";

/** Errors of EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/APIReference/CommonErrors.html */

export const validation = awsError("ValidationException", 400, (message: string) => message);
export const invalidExpression = awsError(
  "ValidationException",
  400,
  (expression: string) => `Invalid Schedule Expression ${expression}.`,
);
export const targetUnsupported = awsError(
  "ValidationException",
  400,
  (service: string) => `${service} is not a supported service for a target.`,
);
export const apiUnsupported = awsError(
  "ValidationException",
  400,
  (action: string) => `${action} API is not supported.`,
);
export const targetIsElsewhere = awsError(
  "ValidationException",
  400,
  (region: string) => `The target ARN provided does not match the current region ${region}.`,
);
export const parametersUnsupported = awsError(
  "ValidationException",
  400,
  (name: string) => `Parameters ${name} not supported for the target.`,
);
/** Measured of SqsParameters; of the others inferred. */
export const parametersMissing = awsError(
  "ValidationException",
  400,
  (name: string) => `Parameters ${name} must be specified.`,
);
export const inputIsNoJson = awsError(
  "ValidationException",
  400,
  "JSON syntax error in input for the target",
);
export const inputMissing = awsError(
  "ValidationException",
  400,
  "You must provide an input to set this target for your schedule.",
);
export const defaultGroupStays = awsError(
  "ValidationException",
  400,
  (name: string) => `This operation cannot be performed on schedule group ${name}.`,
);
export const scheduleNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (name: string) => `Schedule ${name} does not exist.`,
);
export const scheduleExists = awsError(
  "ConflictException",
  409,
  (name: string) => `Schedule ${name} already exists.`,
);
export const groupNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (name: string) => `Schedule group ${name} does not exist.`,
);
export const groupExists = awsError(
  "ConflictException",
  409,
  (name: string) => `Schedule group ${name} already exists.`,
);
export const groupLeaves = awsError(
  "ConflictException",
  409,
  (name: string) => `Schedule group ${name} is being deleted.`,
);
export const tooManyTags = awsError(
  "ServiceQuotaExceededException",
  402,
  (most: number) => `A schedule group can have at most ${most} tags.`,
);
/** Squall's own: a target that nothing here could take. */
export const targetNotServed = awsError(
  "NotImplemented",
  501,
  (service: string) => `Squall does not serve ${service}, so a schedule cannot call it.`,
);
