import { awsError } from "../../core/aws-error.ts";

export const validation = awsError("ValidationException", 400, (message: string) => message);
export const conflict = awsError("ConflictException", 409, (message: string) => message);
export const quotaExceeded = awsError("ServiceQuotaExceededException", 402, (message: string) => message);

export const actionNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (id: string) => `Action with ID ${id} not found.`,
);
export const templateNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (id: string) => `Experiment template with ID ${id} not found.`,
);
export const experimentNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (id: string) => `Experiment with ID ${id} not found.`,
);
export const resourceTypeNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (name: string) => `Target resource type ${name} not found.`,
);
export const safetyLeverNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (id: string) => `Safety lever with ID ${id} not found.`,
);
export const accountConfigurationNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (accountId: string) => `Target account configuration for account ${accountId} not found.`,
);
export const resourceNotFound = awsError(
  "ResourceNotFoundException",
  404,
  (arn: string) => `Resource ${arn} not found.`,
);

export const invalidNextToken = () => validation("Invalid nextToken.");
export const tokenReused = () =>
  conflict("The clientToken was used with a different request. Use a new token for a new request.");
export const experimentIsOver = (id: string, status: string) =>
  validation(`Experiment ${id} cannot be stopped: its state is ${status}.`);
export const leverIsEngaging = () => conflict("The safety lever is engaging. Wait until it is engaged.");
