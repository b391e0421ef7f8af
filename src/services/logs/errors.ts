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
