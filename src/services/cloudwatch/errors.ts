import { AwsError, awsError } from "../../core/aws-error.ts";

export const invalidParameterValue = awsError(
  "InvalidParameterValueException",
  400,
  (message: string) => message,
);
export const invalidParameterCombination = awsError(
  "InvalidParameterCombinationException",
  400,
  (message: string) => message,
);
export const missingParameter = awsError(
  "MissingRequiredParameterException",
  400,
  (message: string) => message,
);
/** What the alarm operations and GetMetricData answer to an input that makes no sense. */
export const validationError = awsError("ValidationError", 400, (message: string) => message);
export const invalidNextToken = awsError("InvalidNextToken", 400, "The next token specified is invalid.");
export const invalidFormat = awsError("InvalidFormatFault", 400, (message: string) => message);
export const alarmLimitExceeded = awsError(
  "LimitExceededFault",
  400,
  "The maximum limit of 5000 alarms has been exceeded.",
);
export const alarmNotFound = awsError("ResourceNotFound", 404, "");
export const detectorNotFound = awsError(
  "ResourceNotFoundException",
  404,
  "The anomaly detector does not exist.",
);
export const dashboardNotFound = awsError(
  "DashboardNotFoundError",
  404,
  (name: string) => `Dashboard ${name} does not exist`,
);
export const dashboardsNotFound = awsError(
  "DashboardNotFoundError",
  404,
  (names: readonly string[]) => `The specified dashboard does not exist. [${names.join(", ")}]`,
);
export const invalidDashboard = (messages: readonly { DataPath?: string; Message: string }[]) =>
  new AwsError("DashboardInvalidInputError", "The field DashboardBody must be a valid JSON object", {
    status: 400,
    members: { dashboardValidationMessages: messages },
  });
export const taggedResourceNotFound = (type: string, id: string) =>
  new AwsError("ResourceNotFoundException", `The ${type} '${id}' does not exist.`, {
    status: 404,
    members: { ResourceType: type, ResourceId: id },
  });
export const insightsNotImplemented = awsError(
  "NotImplemented",
  501,
  (what: string) => `Squall's CloudWatch does not implement ${what} yet.`,
);
