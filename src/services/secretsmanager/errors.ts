import { awsError } from "../../core/aws-error.ts";

/** Errors of AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and each action's page. */

export const invalidName = awsError(
  "ValidationException",
  400,
  "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
);
export const secretNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "Secrets Manager can't find the specified secret.",
);
export const versionNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (id: string) => `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
);
export const stageNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (stage: string) => `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
);
export const secretExists = awsError(
  "ResourceExistsException",
  400,
  (name: string) => `The operation failed because the secret ${name} already exists.`,
);
export const versionExists = awsError(
  "ResourceExistsException",
  400,
  (id: string) =>
    `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret`,
);
export const markedForDeletion = awsError(
  "InvalidRequestException",
  400,
  "You can't perform this operation on the secret because it was marked for deletion.",
);
export const nameScheduledForDeletion = awsError(
  "InvalidRequestException",
  400,
  "You can't create this secret because a secret with this name is already scheduled for deletion.",
);
export const noFunction = awsError(
  "InvalidRequestException",
  400,
  "No Lambda rotation function ARN is associated with this secret.",
);
export const rotationIncomplete = awsError(
  "InvalidRequestException",
  400,
  "A previous rotation isn't complete. That rotation will be reattempted.",
);
export const onReplica = awsError(
  "InvalidRequestException",
  400,
  "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
);
const TOKEN = "You must provide a ClientRequestToken value. We recommend a UUID-type value.";
export const noToken = awsError("InvalidRequestException", 400, TOKEN);
export const noRotationToken = awsError("InvalidParameterException", 400, TOKEN);
export const invalidRequest = awsError("InvalidRequestException", 400, (message: string) => message);
export const invalidParameter = awsError("InvalidParameterException", 400, (message: string) => message);
export const invalidNextToken = awsError("InvalidNextTokenException", 400, "Invalid NextToken");
export const internalServiceError = awsError(
  "InternalServiceError",
  500,
  "The request processing has failed because of an unknown error, exception or failure.",
);
export const encryptionFailure = awsError(
  "EncryptionFailure",
  400,
  "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.",
);
export const decryptionFailure = awsError(
  "DecryptionFailure",
  400,
  "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
);
export const noAccessToKms = awsError("AccessDeniedException", 400, "Access to KMS is not allowed");
export const cannotInvoke = awsError(
  "AccessDeniedException",
  400,
  "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.",
);
export const malformedPolicy = awsError(
  "MalformedPolicyDocumentException",
  400,
  "This resource policy contains invalid Json",
);
export const publicPolicy = awsError(
  "PublicPolicyException",
  400,
  "You can't attach a public policy to the secret because BlockPublicPolicy is enabled.",
);
export const tooManyVersions = awsError("LimitExceededException", 400, "The secret has too many versions.");
export const tooManyTags = awsError(
  "InvalidParameterException",
  400,
  (most: number) => `A secret can have at most ${most} tags.`,
);
