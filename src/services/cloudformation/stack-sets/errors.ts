import { awsError } from "../../../core/aws-error.ts";

/** Errors of stack sets: each action's page below https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/ */

export const stackSetNotFound = awsError(
  "StackSetNotFoundException",
  404,
  (name: string) => `StackSet ${name} not found`,
);
export const stackSetExists = awsError(
  "NameAlreadyExistsException",
  409,
  (name: string) => `StackSet ${name} already exists`,
);
export const stackSetNotEmpty = awsError("StackSetNotEmptyException", 409, "StackSet is not empty");
export const operationInProgress = awsError(
  "OperationInProgressException",
  409,
  (arn: string) => `Another Operation on StackSet ${arn} is in progress`,
);
export const operationNotFound = awsError(
  "OperationNotFoundException",
  404,
  (id: string) => `Operation ${id} not found`,
);
export const operationExists = awsError(
  "OperationIdAlreadyExistsException",
  409,
  (id: string) => `Operation ${id} already exists`,
);
export const instanceNotFound = awsError(
  "StackInstanceNotFoundException",
  404,
  (stackSet: string, account: string, region: string) =>
    `Stack instance not found for StackSet ${stackSet} in account ${account} and region ${region}`,
);
/** The code is documented; the words are inferred. */
export const stackNotFound = awsError(
  "StackNotFoundException",
  404,
  (stackId: string) => `Stack ${stackId} not found`,
);
export const invalidOperation = awsError("InvalidOperationException", 400, (message: string) => message);
export const notServed = awsError(
  "NotImplemented",
  501,
  (what: string) => `Squall's stack sets are self-managed: ${what} is not implemented.`,
);
/** Squall has no organizations: what AWS says to an account that is in none. */
export const noOrganization = awsError(
  "ValidationError",
  400,
  "You must enable organizations access to operate a service managed stack set",
);
export const noDelegate = awsError("ValidationError", 400, "Account used is not a delegated administrator");
