import { awsError } from "../../core/aws-error.ts";

/** Errors of EventBridge, as AWS has been seen to say them: https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html */

export const validation = awsError("ValidationException", 400, (message: string) => message);
export const parameterInvalid = awsError(
  "ValidationException",
  400,
  (name: string, reason?: string) => `Parameter ${name} is not valid.${reason ? ` Reason: ${reason}` : ""}`,
);
export const roleNeeded = awsError(
  "ValidationException",
  400,
  (arn: string) => `RoleArn is required for target ${arn}.`,
);
/** What a stream's target is refused with, in AWS's other words. */
export const ruleHasNoRole = awsError(
  "ValidationException",
  400,
  (rule: string, arn: string) => `Rule ${rule} does not have RoleArn assigned to invoke target ${arn}.`,
);
export const targetUnsupported = awsError(
  "ValidationException",
  400,
  (service: string) => `${service} is not a supported service for a target.`,
);
export const deadLetterUnsupported = awsError(
  "ValidationException",
  400,
  (service: string) => `${service} is not supported as a dead letter resource.`,
);
export const deadLetterIsFifo = awsError(
  "ValidationException",
  400,
  "SQS FIFO is not supported by Dead Letter Queues.",
);
/** That AWS refuses it is measured; its words are not known, so these are ours. */
export const deadLetterIsElsewhere = awsError(
  "ValidationException",
  400,
  (arn: string, region: string) =>
    `Parameter DeadLetterConfig is not valid. Reason: ${arn} is not in the region ${region}.`,
);
/** Its words are measured, its code is not: the model has this one for quotas, which the size is. */
export const patternTooLong = awsError(
  "LimitExceededException",
  400,
  (rule: string, most: number) => `Parameter EventPattern for rule ${rule} exceeds limit of ${most}.`,
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
