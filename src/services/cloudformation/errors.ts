import { awsError } from "../../core/aws-error.ts";

/** Errors of CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html and each action's page. */

export const validationError = awsError("ValidationError", 400, (message: string) => message);
export const templateFormat = awsError(
  "ValidationError",
  400,
  (message: string) => `Template format error: ${message}`,
);
export const templateError = awsError(
  "ValidationError",
  400,
  (message: string) => `Template error: ${message}`,
);
/** Of a template as it is fetched, and of what its transforms make of it. */
export const templateTooLarge = awsError(
  "ValidationError",
  400,
  "Template may not exceed 1000000 bytes in size.",
);
export const stackExists = awsError(
  "AlreadyExistsException",
  400,
  (name: string) => `Stack [${name}] already exists`,
);
/** The code is documented; the words are inferred. */
export const tooManyStacks = awsError(
  "LimitExceededException",
  400,
  (most: number) => `Limit of ${most} stacks exceeded.`,
);
/** Inferred: AWS documents no depth. */
export const nestedTooDeeply = awsError(
  "ValidationError",
  400,
  (most: number) => `Stacks may not be nested more than ${most} levels deep`,
);
export const stackDoesNotExist = awsError(
  "ValidationError",
  400,
  (name: string) => `Stack with id ${name} does not exist`,
);
export const stackMissing = awsError(
  "ValidationError",
  400,
  (name: string) => `Stack [${name}] does not exist`,
);
export const resourceMissing = awsError(
  "ValidationError",
  400,
  (logicalId: string, stack: string) => `Resource ${logicalId} does not exist for stack ${stack}`,
);
export const noUpdates = awsError("ValidationError", 400, "No updates are to be performed.");
export const cannotBeUpdated = awsError(
  "ValidationError",
  400,
  (id: string, status: string) => `Stack:${id} is in ${status} state and can not be updated.`,
);
export const importsNeedPolicy = awsError(
  "ValidationError",
  400,
  (ids: readonly string[]) =>
    `The following resources to import [${ids.join(", ")}] must have DeletionPolicy attribute specified in the template.`,
);
export const isProtected = awsError(
  "ValidationError",
  400,
  (name: string) => `Stack [${name}] cannot be deleted while TerminationProtection is enabled`,
);
export const insufficientCapabilities = awsError(
  "InsufficientCapabilitiesException",
  400,
  (capabilities: readonly string[]) => `Requires capabilities : [${capabilities.join(", ")}]`,
);
export const changeSetNotFound = awsError(
  "ChangeSetNotFoundException",
  404,
  (name: string) => `ChangeSet [${name}] does not exist`,
);
export const changeSetExists = awsError(
  "AlreadyExistsException",
  400,
  (name: string) => `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Name`,
);
/** The words are inferred; that it is so, is documented. */
export const notTheRoot = awsError(
  "ValidationError",
  400,
  (done: string, id: string, root: string) =>
    `ChangeSet [${id}] is that of a nested stack and can only be ${done} with its root change set [${root}]`,
);
export const invalidChangeSetStatus = awsError(
  "InvalidChangeSetStatusException",
  400,
  (message: string) => message,
);
export const exportInUse = awsError(
  "ValidationError",
  400,
  (name: string, stack: string) => `Export ${name} cannot be deleted as it is in use by ${stack}`,
);
