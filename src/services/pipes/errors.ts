import { awsError } from "../../core/aws-error.ts";

/** Errors of EventBridge Pipes: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/CommonErrors.html */

export const validation = awsError("ValidationException", 400, (message: string) => message);
export const pipeNotFound = awsError(
  "NotFoundException",
  404,
  (name: string) => `Pipe ${name} does not exist.`,
);
export const pipeExists = awsError(
  "ConflictException",
  409,
  (name: string) => `Pipe ${name} already exists.`,
);
export const pipeLeaves = awsError(
  "ConflictException",
  409,
  (name: string) => `Pipe ${name} is being deleted.`,
);
export const tooManyTags = awsError(
  "ServiceQuotaExceededException",
  402,
  (most: number) => `A pipe can have at most ${most} tags.`,
);
/** Squall's own: what nothing here could read or write. */
export const notServed = awsError(
  "NotImplemented",
  501,
  (what: string, arn: string) => `Squall's pipes have no ${what} of the kind of ${arn}.`,
);
