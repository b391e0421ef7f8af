import { kmsRefusals } from "../../aws/kms-refusal.ts";
import { AwsError, awsError } from "../../core/aws-error.ts";

/** What most refusals of SNS are: `Invalid parameter: TopicArn Reason: …`. */
export const invalidParameter = awsError(
  "InvalidParameterException",
  400,
  (what: string) => `Invalid parameter: ${what}`,
);
export const invalidParameterMessage = awsError(
  "InvalidParameterException",
  400,
  (message: string) => message,
);
export const parameterValueInvalid = awsError(
  "InvalidParameterValueException",
  400,
  (message: string) => message,
);
export const topicNotFound = awsError("NotFoundException", 404, "Topic does not exist");
export const subscriptionNotFound = awsError("NotFoundException", 404, "Subscription does not exist");
export const endpointNotFound = awsError("NotFoundException", 404, "Endpoint does not exist");
export const platformApplicationNotFound = awsError(
  "NotFoundException",
  404,
  "PlatformApplication does not exist",
);
export const resourceNotFound = awsError("ResourceNotFoundException", 404, "Resource does not exist");
export const noEndpointForTarget = awsError(
  "InvalidParameterException",
  400,
  "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
);
export const endpointDisabled = awsError("EndpointDisabledException", 400, "Endpoint is disabled");
export const platformApplicationDisabled = awsError(
  "PlatformApplicationDisabledException",
  400,
  "Platform application is disabled",
);
export const invalidToken = awsError("InvalidParameterException", 400, "Invalid token");
export const emptyBatch = awsError(
  "EmptyBatchRequestException",
  400,
  "The batch request doesn't contain any entries.",
);
export const tooManyEntries = awsError(
  "TooManyEntriesInBatchRequestException",
  400,
  "The batch request contains more entries than permissible.",
);
export const entryIdsNotDistinct = awsError(
  "BatchEntryIdsNotDistinctException",
  400,
  "Two or more batch entries in the request have the same Id.",
);
export const invalidEntryId = awsError(
  "InvalidBatchEntryIdException",
  400,
  "The Id of a batch entry in a batch request doesn't abide by the specification.",
);
export const batchTooLong = awsError(
  "BatchRequestTooLongException",
  400,
  "The length of all the messages put together is more than the limit.",
);
export const tooManyTags = awsError(
  "TagLimitExceededException",
  400,
  "Could not complete request: tag quota of per resource exceeded",
);
export const authorizationError = awsError("AuthorizationErrorException", 403, (message: string) => message);
export const optedOut = awsError(
  "OptedOutException",
  400,
  (phoneNumber: string) => `${phoneNumber} is opted out and cannot receive messages`,
);
export const sandboxNumberNotFound = awsError(
  "ResourceNotFoundException",
  404,
  "The phone number does not exist in the SMS sandbox.",
);
export const verificationFailed = () =>
  new AwsError("VerificationException", "The one-time password (OTP) does not match.", {
    status: 400,
    members: { Status: "Pending" },
  });

/** The wire code of a modelled error shape (`InvalidParameterException` → `InvalidParameter`), as batch entries name it. */
export const wireCode = (error: AwsError) => error.code.replace(/Exception$/, "");
export const invalidState = awsError(
  "InvalidStateException",
  400,
  (what: string) => `Invalid state: ${what}`,
);
export const tooManySubscriptions = awsError(
  "SubscriptionLimitExceededException",
  403,
  "Subscription limit exceeded",
);

/** KMS does not let the topic's key be used. On the wire `KMSDisabled` and its like. */
export const refusalOfKms = kmsRefusals({
  accessDenied: "KMSAccessDeniedException",
  disabled: "KMSDisabledException",
  invalidKeyUsage: "KMSInvalidStateException",
  invalidState: "KMSInvalidStateException",
  notFound: "KMSNotFoundException",
  throttled: "KMSThrottlingException",
  internal: "InternalErrorException",
});
