import { awsError } from "../../core/aws-error.ts";

/** Errors of EventBridge Pipes: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/CommonErrors.html */

export const validation = awsError("ValidationException", 400, (message: string) => message);
/** What lies in a member of the input: its message is JSON, as Terraform's users have seen it. */
export const parameterMissing = awsError("ValidationException", 400, (name: string) =>
  JSON.stringify({ ValidationErrorFields: [{ Name: name, Message: "Missing required parameter." }] }),
);
export const isCrossRegion = awsError(
  "ValidationException",
  400,
  "Creating cross-region pipe is not permitted.",
);
export const sourceParameterInvalid = awsError(
  "ValidationException",
  400,
  "Invalid source parameter provided for source.",
);
export const targetParameterInvalid = awsError(
  "ValidationException",
  400,
  "Invalid target parameter provided for target.",
);
/** Its end, from the number on, is not known: it is ours. */
export const batchTooLarge = awsError(
  "ValidationException",
  400,
  (size: number, most: number) =>
    `The configured batch size ${size} is greater than the max supported batch size ${most}.`,
);
export const topicIsFifo = awsError(
  "ValidationException",
  400,
  "SNS FIFO topics are not supported as a pipe target.",
);
export const enrichmentInvalid = awsError("ValidationException", 400, "Invalid pipe enrichment.");
export const placeholderInvalid = awsError(
  "ValidationException",
  400,
  "Invalid json path reference or predefined variable for placeholder",
);
export const logDestinationMissing = awsError(
  "ValidationException",
  400,
  "Must provide at least 1 log destination in LogConfiguration",
);
export const logFormatUnsupported = awsError(
  "ValidationException",
  400,
  "w3c and plain output formats are not supported by Pipes",
);
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
