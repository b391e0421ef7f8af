import { awsError } from "../../core/aws-error.ts";

/** Errors of EventBridge, as AWS has been seen to say them: https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html */

export const validation = awsError("ValidationException", 400, (message: string) => message);
export const parameterInvalid = awsError(
  "ValidationException",
  400,
  (name: string, reason?: string) => `Parameter ${name} is not valid.${reason ? ` Reason: ${reason}` : ""}`,
);
export const busNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (name: string) => `Event bus ${name} does not exist.`,
);
export const busExists = awsError(
  "ResourceAlreadyExistsException",
  400,
  (name: string) => `Event bus ${name} already exists.`,
);
export const ruleNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (name: string, bus: string) => `Rule ${name} does not exist on EventBus ${bus}.`,
);
export const ruleHasTargets = awsError(
  "ValidationException",
  400,
  "Rule can't be deleted since it has targets.",
);
export const ruleIsManaged = awsError(
  "ManagedRuleException",
  400,
  (name: string) => `Rule ${name} is managed by an AWS service can only be modified if force is set to true.`,
);
export const tooMany = awsError(
  "LimitExceededException",
  400,
  "The requested resource exceeds the maximum number allowed.",
);
export const invalidPattern = awsError(
  "InvalidEventPatternException",
  400,
  (reason: string) => `Event pattern is not valid. Reason: ${reason}`,
);
export const statementNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "Statement with the provided id does not exist.",
);
export const busHasNoPolicy = awsError("ResourceNotFoundException", 400, "EventBus does not have a policy.");
export const archiveNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (name: string) => `Archive ${name} does not exist.`,
);
export const archiveExists = awsError(
  "ResourceAlreadyExistsException",
  400,
  (name: string) => `Archive ${name} already exists.`,
);
export const replayNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (name: string) => `Replay ${name} does not exist.`,
);
export const replayExists = awsError(
  "ResourceAlreadyExistsException",
  400,
  (name: string) => `Replay ${name} already exists.`,
);
export const replayIsOver = awsError(
  "IllegalStatusException",
  400,
  (name: string) => `Replay ${name} is not in a valid state for this operation.`,
);
export const connectionNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (name: string) => `Failed to describe the connection(s). Connection '${name}' does not exist.`,
);
export const connectionExists = awsError(
  "ResourceAlreadyExistsException",
  400,
  (name: string) => `Connection ${name} already exists.`,
);
export const destinationNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (name: string) => `Failed to describe the api-destination(s). An api-destination '${name}' does not exist.`,
);
export const destinationExists = awsError(
  "ResourceAlreadyExistsException",
  400,
  (name: string) => `An api-destination '${name}' already exists.`,
);
/** Squall's own: a target that nothing here could take. */
export const targetNotServed = awsError(
  "NotImplemented",
  501,
  (service: string) => `Squall does not serve ${service}, so a rule cannot send events to it.`,
);
