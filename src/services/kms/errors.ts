import { awsError } from "../../core/aws-error.ts";

/** Errors of AWS KMS: https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html and each action's page. */

export const validation = awsError("ValidationException", 400, (message: string) => message);
export const invalidKeyId = awsError("NotFoundException", 400, (keyId: string) => `Invalid keyId '${keyId}'`);
export const invalidArnRegion = awsError(
  "NotFoundException",
  400,
  (region: string) => `Invalid arn ${region}`,
);
/** As users of GetKeyPolicy and CreateGrant report it: https://github.com/boto/boto/pull/3202 */
export const noAliases = awsError(
  "InvalidArnException",
  400,
  "Key Aliases are not supported for this operation.",
);
export const twoKeySpecs = awsError(
  "ValidationException",
  400,
  "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
);
export const keyNotFound = awsError("NotFoundException", 400, (arn: string) => `Key '${arn}' does not exist`);
export const aliasNotFound = awsError(
  "NotFoundException",
  400,
  (arn: string) => `Alias ${arn} is not found.`,
);
export const grantNotFound = awsError(
  "NotFoundException",
  400,
  (grantId: string, arn: string) => `Grant ID ${grantId} not found on key ${arn}`,
);
export const policyNotFound = awsError("NotFoundException", 400, "No such policy exists");
export const notAuthorized = awsError("NotAuthorizedException", 400, "");
export const aliasPrefix = awsError(
  "ValidationException",
  400,
  'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
);
export const aliasExists = awsError(
  "AlreadyExistsException",
  400,
  (arn: string) => `An alias with the name ${arn} already exists`,
);
export const keyExists = awsError(
  "AlreadyExistsException",
  400,
  (arn: string) => `Key ${arn} already exists`,
);
export const disabled = awsError("DisabledException", 400, (arn: string) => `${arn} is disabled.`);
export const invalidState = awsError("KMSInvalidStateException", 400, (message: string) => message);
/** `arn… is pending deletion.` */
export const keyIs = awsError(
  "KMSInvalidStateException",
  400,
  (arn: string, state: string) => `${arn} is ${state}.`,
);
export const keyUnavailable = awsError(
  "KeyUnavailableException",
  500,
  (arn: string) => `${arn} is unavailable.`,
);
export const throttled = awsError(
  "ThrottlingException",
  400,
  "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
);
export const keyUsage = awsError(
  "InvalidKeyUsageException",
  400,
  (arn: string, usage: string, operation: string) =>
    `${arn} key usage is ${usage} which is not valid for ${operation}.`,
);
export const incompatibleAlgorithm = awsError(
  "InvalidKeyUsageException",
  400,
  (algorithm: string, spec: string) => `Algorithm ${algorithm} is incompatible with key spec ${spec}.`,
);
export const invalidCiphertext = awsError("InvalidCiphertextException", 400, "");
export const ciphertextOfNoKey = awsError(
  "AccessDeniedException",
  400,
  "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
);
export const incorrectKey = awsError(
  "IncorrectKeyException",
  400,
  "The key ID in the request does not identify a CMK that can perform this operation.",
);
export const invalidSignature = awsError("KMSInvalidSignatureException", 400, "");
export const invalidMac = awsError("KMSInvalidMacException", 400, "");
export const dryRun = awsError(
  "DryRunOperationException",
  400,
  "The request would have succeeded, but the DryRun option is set.",
);
export const unsupported = awsError("UnsupportedOperationException", 400, (message: string) => message);
export const originNotValid = awsError(
  "UnsupportedOperationException",
  400,
  (arn: string, origin: string) => `${arn} origin is ${origin} which is not valid for this operation.`,
);
export const notMultiRegionPrimary = awsError(
  "UnsupportedOperationException",
  400,
  (arn: string) => `${arn} is not a multi-region primary key.`,
);
export const invalidMarker = awsError("InvalidMarkerException", 400, "Invalid marker");
export const invalidPrincipal = awsError(
  "InvalidArnException",
  400,
  (principal: string) => `ARN does not refer to a valid principal: ${principal}`,
);
export const invalidGrantToken = awsError("InvalidGrantTokenException", 400, "Invalid grant token.");
export const invalidImportToken = awsError("InvalidImportTokenException", 400, "");
export const expiredImportToken = awsError("ExpiredImportTokenException", 400, "");
export const incorrectKeyMaterial = awsError("IncorrectKeyMaterialException", 400, "");
export const malformedPolicy = awsError(
  "MalformedPolicyDocumentException",
  400,
  (message: string) => message,
);
export const lockout = () =>
  malformedPolicy("The new key policy will not allow you to update the key policy in the future.");
export const tagError = awsError("TagException", 400, (message: string) => message);
export const tooManyRotations = awsError(
  "LimitExceededException",
  400,
  (arn: string) => `The on-demand rotations limit has been reached for the key: ${arn}`,
);
export const customKeyStoreNotFound = awsError(
  "CustomKeyStoreNotFoundException",
  400,
  (named: string) => `Custom key store ${named} does not exist.`,
);
export const clusterNotFound = awsError(
  "CloudHsmClusterNotFoundException",
  400,
  (id: string) => `CloudHSM cluster ${id} does not exist.`,
);
