import { kmsRefusals } from "../../aws/kms-refusal.ts";
import { AwsError, awsError } from "../../core/aws-error.ts";

/** Errors of Systems Manager: https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html and each action's page. */

export const validation = awsError("ValidationException", 400, (message: string) => message);
export const accessDenied = awsError("AccessDeniedException", 400, (message: string) => message);

/** AWS says no word with it. */
export const parameterNotFound = awsError("ParameterNotFound", 400, "");
export const secretNotFound = awsError(
  "ParameterNotFound",
  400,
  (name: string) =>
    `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${name} not found.`,
);
export const parameterExists = awsError(
  "ParameterAlreadyExists",
  400,
  "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
);
export const versionNotFound = awsError(
  "ParameterVersionNotFound",
  400,
  (name: string, version: string | number) =>
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
);
export const parameterLimit = awsError(
  "ParameterLimitExceeded",
  400,
  (most: number, tier: string) =>
    `You have reached the maximum number of ${most} ${tier} parameters for this AWS account and Region.`,
);
export const oldestVersionIsLabelled = awsError(
  "ParameterMaxVersionLimitExceeded",
  400,
  (name: string, version: number) =>
    `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
);
export const tooManyLabels = awsError(
  "ParameterVersionLabelLimitExceeded",
  400,
  "A parameter version can have maximum 10 labels.Move one or more labels to another version and try again.",
);
export const patternMismatch = awsError(
  "ParameterPatternMismatchException",
  400,
  (pattern: string) => `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
);
export const invalidAllowedPattern = awsError(
  "InvalidAllowedPatternException",
  400,
  (pattern: string) => `The allowed pattern is not a valid regular expression: ${pattern}`,
);
export const tooManyLevels = awsError(
  "HierarchyLevelLimitExceededException",
  400,
  (most: number) => `Parameter name hierarchies can have at most ${most} levels.`,
);
export const typeMismatch = awsError(
  "HierarchyTypeMismatchException",
  400,
  "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
);
export const invalidPolicyType = awsError("InvalidPolicyTypeException", 400, (message: string) => message);
export const invalidPolicyAttribute = awsError(
  "InvalidPolicyAttributeException",
  400,
  (message: string) => message,
);
export const incompatiblePolicy = awsError("IncompatiblePolicyException", 400, (message: string) => message);
export const tooManyPolicies = awsError(
  "PoliciesLimitExceededException",
  400,
  (most: number) =>
    `You specified more than the maximum number of allowed policies for the parameter. The maximum is ${most}.`,
);

export const invalidFilterKey = awsError("InvalidFilterKey", 400, (message: string) => message);
export const invalidFilterOption = awsError("InvalidFilterOption", 400, (message: string) => message);
export const invalidFilterValue = awsError("InvalidFilterValue", 400, (message: string) => message);
export const invalidNextToken = awsError("InvalidNextToken", 400, "The specified token is not valid.");

export const invalidResourceId = awsError("InvalidResourceId", 400, "");
export const tooManyTags = awsError("TooManyTagsError", 400, "");

export const invalidDocument = awsError(
  "InvalidDocument",
  400,
  (name: string) => `Document with name ${name} does not exist.`,
);
export const documentExists = awsError(
  "DocumentAlreadyExists",
  400,
  (name: string) => `Document with same name ${name} already exists`,
);
export const invalidDocumentContent = awsError("InvalidDocumentContent", 400, (message: string) => message);
export const invalidDocumentSchemaVersion = awsError(
  "InvalidDocumentSchemaVersion",
  400,
  (version: string) => `The schema version ${version} is not supported for this type of document.`,
);
export const invalidDocumentVersion = awsError(
  "InvalidDocumentVersion",
  400,
  "The document version is not valid or does not exist.",
);
export const invalidDocumentOperation = awsError(
  "InvalidDocumentOperation",
  400,
  (message: string) => message,
);
export const duplicateDocumentContent = awsError(
  "DuplicateDocumentContent",
  400,
  "The content of the association document matches another document. Change the content of the document and try again.",
);
export const duplicateVersionName = awsError(
  "DuplicateDocumentVersionName",
  400,
  "The version name has already been used in this document. Specify a different version name, and then try again.",
);

export const automationNotFound = awsError(
  "AutomationExecutionNotFoundException",
  400,
  (id: string) => `Automation execution ID ${id} not found`,
);
export const definitionNotFound = awsError(
  "AutomationDefinitionNotFoundException",
  400,
  (name: string) => `Document with name ${name} does not exist.`,
);
export const definitionVersionNotFound = awsError(
  "AutomationDefinitionVersionNotFoundException",
  400,
  (name: string, version: string) => `Document with name ${name} and version ${version} does not exist.`,
);
export const invalidExecutionParameters = awsError(
  "InvalidAutomationExecutionParametersException",
  400,
  (message: string) => message,
);
export const invalidTarget = awsError("InvalidTarget", 400, (message: string) => message);
export const invalidStatusUpdate = awsError(
  "InvalidAutomationStatusUpdateException",
  400,
  (id: string, status: string) => `Automation execution ${id} is already complete: its status is ${status}.`,
);
export const invalidSignal = awsError("InvalidAutomationSignalException", 400, (message: string) => message);

const NOT_SERVED = (what: string) =>
  `Squall does not serve ${what} yet. Start it with --upstream ssm=URL to have another endpoint answer.`;
export const notServed = (what: string): AwsError =>
  new AwsError("NotImplemented", NOT_SERVED(what), { status: 501 });

/** AWS has it, and no machine here can run what it says. */
export const noPowerShell = awsError(
  "UnsupportedPlatformType",
  400,
  (document: string) =>
    `The document ${document} is not supported on the platform of the instances: Squall's run shell scripts, and no PowerShell.`,
);

/** What KMS says is passed on; a key that cannot be used is `InvalidKeyId`. */
export const refusalOfKms = kmsRefusals({
  accessDenied: "AccessDeniedException",
  disabled: "InvalidKeyId",
  invalidKeyUsage: "InvalidKeyId",
  invalidState: "InvalidKeyId",
  notFound: "InvalidKeyId",
  throttled: "ThrottlingException",
  internal: "InternalServerError",
});

export const invalidInstanceId = awsError(
  "InvalidInstanceId",
  400,
  (ids: string, account: string) => `Instances [[${ids}]] not in a valid state for account ${account}`,
);
export const duplicateInstanceId = awsError("DuplicateInstanceId", 400, "");
export const invalidCommandId = awsError("InvalidCommandId", 400, "");
export const invocationDoesNotExist = awsError("InvocationDoesNotExist", 400, "");
export const invalidPluginName = awsError("InvalidPluginName", 400, "");
export const invalidParameters = awsError("InvalidParameters", 400, (message: string) => message);
export const ownedByAmazon = awsError(
  "InvalidDocumentOperation",
  400,
  (name: string) => `The document ${name} is owned by Amazon: it can't be changed.`,
);
export const publicSharingIsBlocked = awsError(
  "AccessDeniedException",
  400,
  "Public sharing of documents is blocked for this account in this Region.",
);
export const tooManyAccounts = awsError(
  "DocumentPermissionLimit",
  400,
  "The document can't be shared with more Amazon Web Services accounts.",
);
/** Inferred: which prefixes are reserved stands at https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html */
export const reservedDocumentName = awsError(
  "ValidationException",
  400,
  (name: string) =>
    `The document name ${name} is not valid: aws, amazon and amzn are reserved as document name prefixes.`,
);
export const tooManyDocuments = awsError(
  "DocumentLimitExceeded",
  400,
  "You can have at most 500 active SSM documents.",
);
export const tooManyDocumentVersions = awsError(
  "DocumentVersionLimitExceeded",
  400,
  "The document has too many versions. Delete one or more document versions and try again.",
);
export const documentTooLarge = awsError(
  "MaxDocumentSizeExceeded",
  400,
  "The size limit of a document is 64 KB.",
);
