import { kmsRefusals } from "../../aws/kms-refusal.ts";
import { AwsError, awsError } from "../../core/aws-error.ts";

/** Errors of SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and each action's page. */

export const queueDoesNotExist = awsError("QueueDoesNotExist", 400, "The specified queue does not exist.");
export const queueNameExists = awsError(
  "QueueNameExists",
  400,
  (attribute: string) =>
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
);
export const queueDeletedRecently = awsError(
  "QueueDeletedRecently",
  400,
  "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
);
export const purgeInProgress = (queueName: string) =>
  new AwsError(
    "PurgeQueueInProgress",
    `Only one PurgeQueue operation on ${queueName} is allowed every 60 seconds.`,
    { status: 403 },
  );
export const invalidAddress = awsError(
  "InvalidAddress",
  404,
  (queueUrl: string) => `The address ${queueUrl} is not valid for this endpoint.`,
);

export const unknownAttribute = awsError(
  "InvalidAttributeName",
  400,
  (name: string) => `Unknown Attribute ${name}.`,
);
export const invalidAttributeName = awsError("InvalidAttributeName", 400, (message: string) => message);
export const queueTypeIsFixed = awsError(
  "InvalidAttributeValue",
  400,
  "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
);
export const invalidAttributeValue = awsError(
  "InvalidAttributeValue",
  400,
  (name: string) => `Invalid value for the parameter ${name}.`,
);

/** The commonest refusal: `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: …`. */
export const invalidParameter = awsError(
  "InvalidParameterValue",
  400,
  (parameter: string, value: string | number, reason: string) =>
    `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`,
);
export const invalidParameterValue = awsError("InvalidParameterValue", 400, (message: string) => message);
export const invalidTag = awsError("InvalidParameterValue", 400, (message: string) => message);
export const missingParameter = awsError(
  "MissingParameter",
  400,
  (parameter: string) => `The request must contain the parameter ${parameter}.`,
);
export const missingGroupId = awsError(
  "MissingParameter",
  400,
  "The request must contain the parameter MessageGroupId.",
);
/** In a batch AWS calls it otherwise than for a single message. */
export const missingGroupIdInBatch = awsError(
  "InvalidParameterValue",
  400,
  "The request must contain the parameter MessageGroupId.",
);
export const missingDeduplicationId = awsError(
  "InvalidParameterValue",
  400,
  "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
);
export const notForThisQueueType = awsError(
  "InvalidParameterValue",
  400,
  (parameter: string) => `The request include parameter ${parameter} which is not valid for this queue type`,
);
export const messageTooLong = awsError(
  "InvalidParameterValue",
  400,
  (limit: number) =>
    `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
);
/** In a batch AWS says it otherwise than for a single message. */
export const messageTooLongInBatch = awsError(
  "InvalidParameterValue",
  400,
  (limit: number) =>
    `One or more parameters cannot be validated. Reason: Message must be shorter than ${limit} bytes.`,
);
export const invalidMessageContents = awsError(
  "InvalidMessageContents",
  400,
  "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
);

export const receiptHandleIsInvalid = (handle: string) =>
  new AwsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    { status: 404 },
  );
export const receiptHandleExpired = (handle: string) =>
  invalidParameter("ReceiptHandle", handle, "The receipt handle has expired.");
export const messageNotAvailable = (handle: string) =>
  invalidParameter(
    "ReceiptHandle",
    handle,
    "Message does not exist or is not available for visibility timeout change.",
  );
export const messageNotInflight = awsError(
  "MessageNotInflight",
  400,
  "The message referred to isn't in flight.",
);
export const tooManyInFlight = awsError(
  "OverLimit",
  403,
  "The maximum number of in flight messages is reached (120000).",
);

export const emptyBatch = awsError(
  "EmptyBatchRequest",
  400,
  (entry: string) => `There should be at least one ${entry} in the request.`,
);
export const tooManyEntries = awsError(
  "TooManyEntriesInBatchRequest",
  400,
  (count: number) => `Maximum number of entries per request are 10. You have sent ${count}.`,
);
export const invalidEntryId = awsError(
  "InvalidBatchEntryId",
  400,
  "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
);
export const entryIdsNotDistinct = awsError(
  "BatchEntryIdsNotDistinct",
  400,
  (id: string) => `Id ${id} repeated.`,
);
export const batchTooLong = awsError(
  "BatchRequestTooLong",
  400,
  (limit: number, size: number) =>
    `Batch requests cannot be longer than ${limit} bytes. You have sent ${size} bytes.`,
);

export const tooManyActions = awsError(
  "OverLimit",
  403,
  (count: number) => `${count} Actions were found, maximum allowed is 7.`,
);
export const sourceDoesNotExist = awsError(
  "ResourceNotFoundException",
  404,
  "The resource that you specified for the SourceArn parameter doesn't exist.",
);
export const destinationDoesNotExist = awsError(
  "ResourceNotFoundException",
  404,
  "The resource that you specified for the DestinationArn parameter doesn't exist.",
);
export const taskDoesNotExist = awsError("ResourceNotFoundException", 404, "Task does not exist.");

/** KMS does not let the queue's key be used. On the wire `KMS.DisabledException` and its like. */
export const refusalOfKms = kmsRefusals({
  accessDenied: "KmsAccessDenied",
  disabled: "KmsDisabled",
  invalidKeyUsage: "KmsInvalidKeyUsage",
  invalidState: "KmsInvalidState",
  notFound: "KmsNotFound",
  throttled: "KmsThrottled",
  internal: "InternalError",
});
