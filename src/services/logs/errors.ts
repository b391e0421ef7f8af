import { type KmsRefusal, kmsRefusals, reasonOfKms } from "../../aws/kms-refusal.ts";
import { awsError } from "../../core/aws-error.ts";

export const invalidParameter = awsError("InvalidParameterException", 400, (message: string) => message);
export const groupNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "The specified log group does not exist.",
);
export const streamNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "The specified log stream does not exist.",
);
export const groupExists = awsError(
  "ResourceAlreadyExistsException",
  400,
  "The specified log group already exists",
);
export const streamExists = awsError(
  "ResourceAlreadyExistsException",
  400,
  "The specified log stream already exists",
);
export const metricFilterNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "The specified metric filter does not exist.",
);
export const subscriptionFilterNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "The specified subscription filter does not exist.",
);
export const destinationNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "The specified destination does not exist.",
);
export const resourcePolicyNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (name: string) => `Policy with name [${name}] does not exist`,
);
export const queryNotFound = awsError("ResourceNotFoundException", 400, "Query not found");
export const queryDefinitionNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "Query definition not found",
);
export const exportTaskNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "The specified export task does not exist.",
);
export const taggedNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "The specified resource does not exist.",
);
export const limitExceeded = awsError("LimitExceededException", 400, "Resource limit exceeded.");
export const deletionProtected = awsError(
  "OperationAbortedException",
  400,
  "The log group has deletion protection enabled. Disable deletion protection before deleting it.",
);
export const queryEnded = awsError("InvalidParameterException", 400, "The specified query is not running");
export const accessDenied = awsError("AccessDeniedException", 400, (message: string) => message);
export const accountPolicyNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "The specified policy does not exist.",
);

/** KMS does not let the group's key be used for what is in it. */
export const refusalOfKms = kmsRefusals({
  accessDenied: "AccessDeniedException",
  disabled: "InvalidParameterException",
  invalidKeyUsage: "InvalidParameterException",
  invalidState: "InvalidParameterException",
  notFound: "InvalidParameterException",
  throttled: "ThrottlingException",
  internal: "ServiceUnavailableException",
});

const UNUSABLE = (arn: string) =>
  `The specified KMS key does not exist or is not allowed to be used with Arn '${arn}'`;
const keyNotAllowed = awsError("AccessDeniedException", 400, UNUSABLE);
const keyInvalid = awsError("InvalidParameterException", 400, UNUSABLE);

/** KMS does not let a key be used that a group is to be given: one that is there but disabled is the parameter's fault. */
export const refusalOfGivenKey: KmsRefusal = (error, asked) => {
  const reason = reasonOfKms(error);
  if (reason === "throttled" || reason === "internal") return refusalOfKms(error, asked);
  const isUnknown = reason === "accessDenied" || reason === "notFound";
  return isUnknown ? keyNotAllowed(asked.resource) : keyInvalid(asked.resource);
};
