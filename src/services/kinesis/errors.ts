import { kmsRefusals } from "../../aws/kms-refusal.ts";
import { awsError } from "../../core/aws-error.ts";
import { ITERATOR_LIFE_MS } from "./iterator-text.ts";
import type { StreamRecord } from "./stream.ts";

/** Errors of Kinesis: https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html and each action's page. */

export const invalidArgument = (message: string) => awsError("InvalidArgumentException", 400, message)();
const where = ({ name, account }: Pick<StreamRecord, "name" | "account">) =>
  `stream ${name} under account ${account}`;

export const streamNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (name: string, account: string) => `Stream ${name} under account ${account} not found.`,
);
export const streamExists = awsError(
  "ResourceInUseException",
  400,
  (name: string, account: string) => `Stream ${name} under account ${account} already exists.`,
);
export const streamNotActive = awsError(
  "ResourceInUseException",
  400,
  (name: string, account: string, status: string) =>
    `Stream ${name} under account ${account} not ACTIVE, instead in state ${status}`,
);
export const streamHasConsumers = awsError(
  "ResourceInUseException",
  400,
  (name: string, account: string) =>
    `Stream ${name} under account ${account} has enhanced fan-out consumers. To delete the stream, deregister its consumers first or set EnforceConsumerDeletion to true.`,
);
export const streamNameMissing = () => invalidArgument("Either StreamName or StreamARN must be provided.");
export const namesDiffer = () => invalidArgument("StreamName and StreamARN must refer to the same stream.");
export const shardCountMissing = awsError(
  "ValidationException",
  400,
  "ShardCount must be provided in PROVISIONED mode.",
);
export const shardCountGiven = awsError(
  "ValidationException",
  400,
  "ShardCount cannot be specified in ON_DEMAND mode.",
);
export const notForOnDemand = awsError(
  "ValidationException",
  400,
  (stream: StreamRecord) =>
    `Request is invalid. Stream ${stream.name} under account ${stream.account} is in On-Demand mode.`,
);
export const shardLimitExceeded = awsError(
  "LimitExceededException",
  400,
  (account: string, region: string, count: number, limit: number, more: number) =>
    `This request would exceed the shard limit for the account ${account} in ${region}. Current shard count for the account: ${count}. Limit: ${limit}. Number of additional shards that would have resulted from this request: ${more}. Refer to the AWS Service Limits page (https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
);

export const partitionKeyMissing = awsError(
  "ValidationException",
  400,
  (path: string) =>
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
);
export const shardNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (id: string, stream: StreamRecord) => `Could not find shard ${id} in ${where(stream)}.`,
);
export const shardDoesNotExist = awsError(
  "ResourceNotFoundException",
  400,
  (id: string, stream: StreamRecord) => `Shard ${id} in ${where(stream)} does not exist`,
);
export const shardClosed = (id: string, stream: StreamRecord) =>
  invalidArgument(
    `Shard ${id} in ${where(stream)} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
export const notAdjacent = (a: string, b: string, stream: StreamRecord) =>
  invalidArgument(
    `Shards ${a} and ${b} in ${where(stream)} are not an adjacent pair of shards eligible for merging`,
  );
export const splitOutside = (key: string, id: string, stream: StreamRecord, start: string, end: string) =>
  invalidArgument(
    `NewStartingHashKey ${key} used in SplitShard() on shard ${id} in ${where(stream)} is not both greater than one plus the shard's StartingHashKey ${start} and less than the shard's EndingHashKey ${end}.`,
  );
export const countTooHigh = (target: number, most: number, current: number) =>
  invalidArgument(
    `UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: ${current} Target shard count: ${target}, most allowed: ${most}`,
  );
export const countTooLow = (target: number, least: number, current: number) =>
  invalidArgument(
    `UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: ${current} Target shard count: ${target}, least allowed: ${least}`,
  );

export const hashKeyOutside = (key: string) =>
  invalidArgument(
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${key}`,
  );
export const recordTooLong = awsError(
  "ValidationException",
  400,
  (member: string, limit: number) =>
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
);
export const requestTooLong = () => invalidArgument("Records size exceeds 10 MB limit");
export const rateExceeded = awsError(
  "ProvisionedThroughputExceededException",
  400,
  (id: string, stream: StreamRecord) => `Rate exceeded for shard ${id} in ${where(stream)}.`,
);

export const iteratorInvalid = () => invalidArgument("Invalid ShardIterator.");
export const iteratorExpired = awsError(
  "ExpiredIteratorException",
  400,
  (issuedMs: number, nowMs: number) =>
    `Iterator expired. The iterator was created at time ${utc(issuedMs)} while right now it is ${utc(nowMs)} which is further in the future than the tolerated delay of ${ITERATOR_LIFE_MS} milliseconds.`,
);
export const sequenceNumberMissing = (type: string) =>
  invalidArgument(
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and no StartingSequenceNumber.`,
  );
export const sequenceNumberGiven = (type: string) =>
  invalidArgument(
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and also a StartingSequenceNumber.`,
  );
export const sequenceNumberInvalid = (given: string, id: string, stream: StreamRecord) =>
  invalidArgument(
    `StartingSequenceNumber ${given} used in GetShardIterator on shard ${id} in ${where(stream)} is invalid.`,
  );
export const timestampMissing = () =>
  invalidArgument(
    "Must specify timestamp parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
  );
export const timestampInFuture = (ms: number, nowMs: number) =>
  invalidArgument(
    `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${ms}, currentTimestampInMillis: ${nowMs}`,
  );

export const tokenWithName = () => invalidArgument("NextToken and StreamName cannot be provided together.");
export const tokenInvalid = () => invalidArgument("Invalid NextToken.");
export const tokenExpired = awsError(
  "ExpiredNextTokenException",
  400,
  "The pagination token has expired. Pagination tokens are valid for 300 seconds.",
);
export const filterIncomplete = (member: string, type: string) =>
  invalidArgument(`${member} must be provided with the shard filter type ${type}.`);

export const retentionTooShort = (hours: number) =>
  invalidArgument(
    `Minimum allowed retention period is 24 hours. Requested retention period (${hours} hours) is too short.`,
  );
export const retentionTooLong = (hours: number) =>
  invalidArgument(
    `Maximum allowed retention period is 8760 hours. Requested retention period (${hours} hours) is too long.`,
  );
export const retentionNotShorter = (hours: number, stream: StreamRecord) =>
  invalidArgument(
    `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing retention period (${stream.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
  );
export const retentionNotLonger = (hours: number, stream: StreamRecord) =>
  invalidArgument(
    `Requested retention period (${hours} hours) for stream ${stream.name} can not be shorter than existing retention period (${stream.retentionHours} hours). Use DecreaseRetentionPeriod API.`,
  );

export const tooManyTags = ({ name, account }: Pick<StreamRecord, "name" | "account">) =>
  invalidArgument(
    `Failed to add tags to stream ${name} under account ${account} because a given stream cannot have more than 50 tags associated with it.`,
  );
export const consumerNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (consumer: string, account: string) => `Consumer ${consumer} under account ${account} not found.`,
);
export const consumerExists = awsError(
  "ResourceInUseException",
  400,
  (name: string, stream: StreamRecord) => `Consumer ${name} already exists for ${where(stream)}.`,
);
export const tooManyConsumers = awsError(
  "LimitExceededException",
  400,
  (stream: StreamRecord) => `The limit of 20 registered consumers has been reached for ${where(stream)}.`,
);
export const consumerUnnamed = () =>
  invalidArgument("Either ConsumerARN or StreamARN and ConsumerName must be provided.");
export const policyNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (arn: string) => `No resource policy found for resource ARN ${arn}.`,
);
export const policyInvalid = () => invalidArgument("The resource policy is not valid.");

/** `Wed Aug 27 05:28:14 UTC 2014` */
function utc(ms: number): string {
  const [day, date, month, year, time] = new Date(ms).toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}

/** In the first five seconds of a subscription nobody else may make one for the same consumer and shard. */
export const subscribed = awsError(
  "ResourceInUseException",
  400,
  (consumer: string, { name, account }: StreamRecord) =>
    `Another active subscription exists for this consumer: ${account}:${name}:${consumer}`,
);
/** Told to a subscription whose place another one has taken. */
export const subscriptionTaken = awsError(
  "ResourceInUseException",
  400,
  "Another subscription has been made for this consumer and shard.",
);

/** KMS does not let the stream's key be used. */
export const refusalOfKms = kmsRefusals({
  accessDenied: "KMSAccessDeniedException",
  disabled: "KMSDisabledException",
  invalidKeyUsage: "KMSInvalidStateException",
  invalidState: "KMSInvalidStateException",
  notFound: "KMSNotFoundException",
  throttled: "KMSThrottlingException",
  internal: "InternalFailureException",
});
