import { awsError } from "../../../core/aws-error.ts";

/** Errors of Cloud Control: https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/CommonErrors.html and each action's page. */

export const typeNotFound = awsError(
  "TypeNotFoundException",
  400,
  (type: string) => `The type '${type}' cannot be found.`,
);
export const unsupportedAction = awsError(
  "UnsupportedActionException",
  400,
  (type: string, action: string) => `Resource type ${type} does not support ${action} action`,
);
export const resourceNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (type: string, identifier: string, token: string) =>
    `${type} Handler returned status FAILED: ${notFound(type, identifier)} (HandlerErrorCode: NotFound, RequestToken: ${token})`,
);
const notFound = (type: string, identifier: string): string =>
  type === "AWS::S3::Bucket" // Its handler has words of its own, as recorded.
    ? "Bucket not found"
    : `Resource of type '${type}' with identifier '${identifier}' was not found.`;
export const requestNotFound = awsError(
  "RequestTokenNotFoundException",
  400,
  (token: string) => `Request with token ${token} was not found`,
);
export const clientTokenConflict = awsError(
  "ClientTokenConflictException",
  400,
  (clientToken: string, token: string) =>
    `ClientToken ${clientToken} is already associated with an existing operation with RequestToken ${token}`,
);
export const concurrentOperation = awsError(
  "ConcurrentOperationException",
  400,
  (token: string) => `Operation with RequestToken ${token} is already in progress on the resource`,
);
export const cannotBeCancelled = awsError(
  "ConcurrentModificationException",
  500,
  (token: string, status: string) => `Request ${token} cannot be cancelled: it is in ${status} state`,
);
export const invalidModel = awsError(
  "ValidationException",
  400,
  (reason: string) => `Model validation failed (${reason})`,
);
export const invalidRequest = awsError("InvalidRequestException", 400, (message: string) => message);
export const notUpdatable = awsError(
  "NotUpdatableException",
  400,
  (properties: readonly string[]) =>
    `Invalid patch update: createOnlyProperties [${properties.map((name) => `/properties/${name}`).join(", ")}] cannot be updated`,
);
