import { type KmsReason, type KmsRefusal, reasonOfKms } from "../../aws/kms-refusal.ts";
import { AwsError } from "../../core/aws-error.ts";

/** Lambda's errors carry who is to blame: `"Type": "User"` or `"Service"`. */
function lambdaError<A extends unknown[]>(
  code: string,
  status: number,
  message: (...args: A) => string,
  members: Record<string, unknown> = {},
): (...args: A) => AwsError {
  const Type = status >= 500 ? "Service" : "User";
  return (...args) => new AwsError(code, message(...args), { status, members: { Type, ...members } });
}

const blamingNobody = <A extends unknown[]>(code: string, status: number, message: (...args: A) => string) =>
  lambdaError(code, status, message, { Type: undefined });

export const functionNotFound = lambdaError(
  "ResourceNotFoundException",
  404,
  (arn: string) => `Function not found: ${arn}`,
);
export const functionElsewhere = lambdaError(
  "ResourceNotFoundException",
  404,
  (region: string, called: string) =>
    `Functions from '${region}' are not reachable in this region ('${called}')`,
);
export const functionExists = lambdaError(
  "ResourceConflictException",
  409,
  (name: string) => `Function already exist: ${name}`,
);
export const aliasNotFound = lambdaError(
  "ResourceNotFoundException",
  404,
  (arn: string) => `Cannot find alias arn: ${arn}`,
);
export const aliasExists = lambdaError(
  "ResourceConflictException",
  409,
  (arn: string) => `Alias already exists: ${arn}`,
);
export const notFound = lambdaError("ResourceNotFoundException", 404, (message: string) => message);
export const policyNotFound = lambdaError(
  "ResourceNotFoundException",
  404,
  () => "The resource you requested does not exist.",
);
export const conflict = lambdaError("ResourceConflictException", 409, (message: string) => message);
export const invalidParameter = lambdaError(
  "InvalidParameterValueException",
  400,
  (message: string) => message,
);
export const invalidRequestContent = lambdaError(
  "InvalidRequestContentException",
  400,
  (message: string) => message,
);
export const validation = lambdaError("ValidationException", 400, (message: string) => message);
export const revisionMismatch = lambdaError(
  "PreconditionFailedException",
  412,
  () =>
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
);
/** Recorded in November 2025; in December 2022 it still named GetFunction and GetAlias. */
export const policyRevisionMismatch = lambdaError(
  "PreconditionFailedException",
  412,
  () =>
    "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
);
export const layerRevisionMismatch = lambdaError(
  "PreconditionFailedException",
  412,
  () =>
    "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id",
);
export const updateInProgress = lambdaError(
  "ResourceConflictException",
  409,
  (arn: string) =>
    `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
);
export const mappingInUse = lambdaError(
  "ResourceInUseException",
  400,
  (what: "update" | "delete") => `Cannot ${what} the event source mapping because it is in use.`,
);
export const notActive = lambdaError(
  "ResourceConflictException",
  409,
  (state: string) =>
    `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
);
export const requestTooLarge = lambdaError(
  "RequestTooLargeException",
  413,
  (actualBytes: number, limitBytes: number, operation: string) =>
    `${actualBytes} byte payload is too large for the ${operation} invocation type (limit ${limitBytes} bytes)`,
);
export const unzippedTooLarge = lambdaError(
  "InvalidParameterValueException",
  400,
  (limitBytes: number) => `Unzipped size must be smaller than ${limitBytes} bytes`,
);
export const badZip = lambdaError(
  "InvalidParameterValueException",
  400,
  () => "Could not unzip uploaded file. Please check your file, then try to upload again.",
);
export const emptyZip = lambdaError(
  "InvalidParameterValueException",
  400,
  () => "Uploaded file must be a non-empty zip",
);
export const zipTooLarge = lambdaError(
  "RequestEntityTooLargeException",
  413,
  (limitBytes: number, operation: string) =>
    `Request must be smaller than ${limitBytes} bytes for the ${operation} operation`,
);
export const codeStorageExceeded = lambdaError(
  "CodeStorageExceededException",
  400,
  () => "Code storage limit exceeded.",
);
export const imagesUnsupported = lambdaError(
  "InvalidParameterValueException",
  400,
  () =>
    "Functions from container images cannot run here: there is no Docker. Use PackageType Zip with a managed or provided.* runtime.",
);

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
export const reservedConcurrencyReached = lambdaError(
  "TooManyRequestsException",
  429,
  () => "Rate Exceeded.",
  {
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
  },
);
export const accountConcurrencyReached = lambdaError(
  "TooManyRequestsException",
  429,
  () => "Rate Exceeded.",
  {
    Reason: "ConcurrentInvocationLimitExceeded",
  },
);
export const functionUrlNotFound = lambdaError(
  "ResourceNotFoundException",
  404,
  () => "The resource you requested does not exist.",
);
export const throttledByFault = lambdaError("TooManyRequestsException", 429, () => "Rate Exceeded.", {
  Reason: "FunctionInvocationRateLimitExceeded",
});
export const provisionedConfigNotFound = lambdaError(
  "ProvisionedConcurrencyConfigNotFoundException",
  404,
  () => "No Provisioned Concurrency Config found for this function",
);
/** One of few that do not say who is to blame. */
export const codeSigningConfigNotFound = blamingNobody(
  "ResourceNotFoundException",
  404,
  (arn: string) => `The Lambda code signing configuration ${arn} can not be found.`,
);
/** To a function that shall have it AWS says it otherwise. */
export const noSuchCodeSigningConfig = lambdaError(
  "CodeSigningConfigNotFoundException",
  404,
  (arn: string) =>
    `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`,
);
/** Nor do these say who is to blame. */
export const latestBesideOthers = blamingNobody(
  "InvalidParameterValueException",
  400,
  () => "$LATEST is not supported for an alias pointing to more than 1 version",
);
export const reservedBelowProvisioned = blamingNobody(
  "InvalidParameterValueException",
  400,
  (reserved: number, provisioned: number) =>
    ` ReservedConcurrentExecutions  ${reserved} should not be lower than function's total provisioned concurrency [${provisioned}].`,
);
export const noRoomForProvisioned = blamingNobody(
  "InvalidParameterValueException",
  400,
  (message: string) => message,
);
export const forbidden = lambdaError(
  "AccessDeniedException",
  403,
  () =>
    "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
);
export const runtimeDeprecated = lambdaError(
  "InvalidParameterValueException",
  400,
  (runtime: string) =>
    `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
);
export const tooManyTags = lambdaError(
  "InvalidParameterValueException",
  400,
  () => "Number of tags exceeds resource tag limit.",
);
export const badClientContext = lambdaError(
  "InvalidRequestContentException",
  400,
  () => "Client context must be a valid Base64-encoded JSON object.",
);

const OPENING: Readonly<Partial<Record<KmsReason, readonly [code: string, why: string]>>> = {
  accessDenied: ["KMSAccessDeniedException", "KMS access was denied"],
  disabled: ["KMSDisabledException", "the KMS key used is disabled"],
  invalidState: ["KMSInvalidStateException", "the KMS key used is in an invalid state for Decrypt"],
  invalidKeyUsage: ["KMSInvalidStateException", "the KMS key used is in an invalid state for Decrypt"],
  notFound: ["KMSNotFoundException", "the KMS key was not found"],
};

const kmsSaid = ({ code, message }: AwsError) => `KMS Exception: ${code}KMS Message: ${message}`;

/** KMS does not let the function's key be used: the environment cannot be opened. */
export const refusalOfKms: KmsRefusal = (error) => {
  const [code, why] = OPENING[reasonOfKms(error)] ?? [];
  return code === undefined
    ? lambdaError(
        "ServiceException",
        500,
        () => "Lambda was unable to decrypt the environment variables due to an internal service error.",
      )()
    : lambdaError(
        code,
        502,
        () =>
          `Lambda was unable to decrypt the environment variables because ${why}. Please check the function's KMS key settings. ${kmsSaid(error)}`,
      )();
};

/** KMS does not let a key be used that a function is to be given. */
export const refusalOfGivenKey: KmsRefusal = (error) =>
  invalidParameter(
    `Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant. Please check your KMS key settings. ${kmsSaid(error)}`,
  );
