import { awsError } from "../../core/aws-error.ts";

/** Errors of Step Functions: https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html and each action's page. */

export const invalidArn = awsError("InvalidArn", 400, (what: string) => `Invalid Arn: '${what}'`);
export const invalidRoleArn = awsError("InvalidArn", 400, (arn: string) => `Invalid Role Arn: '${arn}'`);
export const invalidName = awsError("InvalidName", 400, (name: string) => `Invalid Name: '${name}'`);
export const invalidToken = awsError("InvalidToken", 400, (what: string) => `Invalid Token: '${what}'`);
export const validation = awsError("ValidationException", 400, (message: string) => message);
export const invalidDefinition = awsError(
  "InvalidDefinition",
  400,
  (what: string) => `Invalid State Machine Definition: '${what}'`,
);
export const testedComposite = awsError(
  "InvalidDefinition",
  400,
  "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]",
);
export const stateNotFound = awsError("ValidationException", 400, "State not found in definition");
export const mockCannotBe = awsError(
  "ValidationException",
  400,
  (type: string) => `State type '${type}' is not supported when a mock is specified`,
);
export const invalidExecutionInput = awsError(
  "InvalidExecutionInput",
  400,
  (what: string) => `Invalid State Machine Execution Input: '${what}'`,
);
export const invalidOutput = awsError("InvalidOutput", 400, (what: string) => `Invalid Output: '${what}'`);
export const invalidLoggingConfiguration = awsError(
  "InvalidLoggingConfiguration",
  400,
  (what: string) => `Invalid Logging Configuration: ${what}`,
);
export const invalidEncryption = awsError(
  "InvalidEncryptionConfiguration",
  400,
  (message: string) => message,
);
export const missingRequiredParameter = awsError(
  "MissingRequiredParameter",
  400,
  "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
);

export const stateMachineNotFound = awsError(
  "StateMachineDoesNotExist",
  400,
  (arn: string) => `State Machine Does Not Exist: '${arn}'`,
);
export const stateMachineDeleting = awsError(
  "StateMachineDeleting",
  400,
  (arn: string) => `State Machine is being deleted: '${arn}'`,
);
export const stateMachineExists = awsError(
  "StateMachineAlreadyExists",
  400,
  (arn: string) => `State Machine Already Exists: '${arn}'`,
);
export const typeNotSupported = awsError(
  "StateMachineTypeNotSupported",
  400,
  "This operation is not supported by this type of state machine",
);
export const executionNotFound = awsError(
  "ExecutionDoesNotExist",
  400,
  (arn: string) => `Execution Does Not Exist: '${arn}'`,
);
export const executionExists = awsError(
  "ExecutionAlreadyExists",
  400,
  (arn: string) => `Execution Already Exists: '${arn}'`,
);
export const executionNotRedrivable = awsError("ExecutionNotRedrivable", 400, (message: string) => message);
export const activityNotFound = awsError(
  "ActivityDoesNotExist",
  400,
  (arn: string) => `Activity Does Not Exist: '${arn}'`,
);
export const taskTimedOut = awsError(
  "TaskTimedOut",
  400,
  "Task Timed Out: 'Provided task does not exist anymore'",
);
export const resourceNotFound = awsError(
  "ResourceNotFound",
  400,
  (arn: string) => `Resource not found: '${arn}'`,
);
export const aliasNotFound = awsError(
  "ResourceNotFound",
  400,
  "Request references a resource that does not exist.",
);
export const conflict = awsError("ConflictException", 400, (message: string) => message);
export const tooManyTags = awsError(
  "TooManyTags",
  400,
  (most: number) => `Too many tags: '${most} is the most that a resource can have'`,
);
