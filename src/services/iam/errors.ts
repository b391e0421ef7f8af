import { awsError } from "../../core/aws-error.ts";

/** Errors of IAM: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and each action's page. */

const noSuchEntity = (message: (name: string) => string) => awsError("NoSuchEntity", 404, message);
const alreadyExists = (message: (name: string) => string) => awsError("EntityAlreadyExists", 409, message);
const deleteConflict = (message: string) => awsError("DeleteConflict", 409, message);

export const noSuchUser = noSuchEntity((name) => `The user with name ${name} cannot be found.`);
export const noSuchGroup = noSuchEntity((name) => `The group with name ${name} cannot be found.`);
export const noSuchRole = noSuchEntity((name) => `The role with name ${name} cannot be found.`);
export const noSuchInstanceProfile = noSuchEntity((name) => `Instance Profile ${name} cannot be found.`);
export const noSuchPolicy = noSuchEntity((arn) => `Policy ${arn} was not found.`);
export const noSuchPolicyVersion = awsError(
  "NoSuchEntity",
  404,
  (arn: string, version: string) => `Policy ${arn} version ${version} does not exist or is not attachable.`,
);
export const notAttachable = noSuchEntity((arn) => `Policy ${arn} does not exist or is not attachable.`);
export const notAttached = noSuchEntity((arn) => `Policy ${arn} was not found.`);
export const noSuchInlinePolicy = awsError(
  "NoSuchEntity",
  404,
  (kind: string, name: string) => `The ${kind} policy with name ${name} cannot be found.`,
);
export const noSuchAccessKey = noSuchEntity((id) => `The Access Key with id ${id} cannot be found.`);
export const noSuchLoginProfile = noSuchEntity((name) => `Login Profile for User ${name} cannot be found.`);
export const noSuchPasswordPolicy = noSuchEntity(
  (account) => `The Password Policy with domain name ${account} cannot be found.`,
);
export const noSuchAlias = noSuchEntity((alias) => `The account alias ${alias} cannot be found.`);
export const noSuchOidcProvider = noSuchEntity((arn) => `OpenIDConnect Provider not found for arn ${arn}`);
export const noSuchSamlProvider = noSuchEntity(() => "Manifest not found for arn");
export const noSuchServerCertificate = noSuchEntity(
  (name) => `The Server Certificate with name ${name} cannot be found.`,
);
export const noSuchMfaDevice = noSuchEntity(
  (serial) => `VirtualMFADevice with serial number ${serial} doesn't exist.`,
);
export const noSuchProfileRole = awsError(
  "NoSuchEntity",
  404,
  (role: string, profile: string) => `Role ${role} is not in instance profile ${profile}.`,
);
export const noSuchBoundary = noSuchEntity(
  (name) => `The entity ${name} does not have a permissions boundary.`,
);
export const noSuchDeletionTask = noSuchEntity((id) => `Deletion task ${id} was not found.`);

export const userExists = alreadyExists((name) => `User with name ${name} already exists.`);
export const groupExists = alreadyExists((name) => `Group with name ${name} already exists.`);
export const roleExists = alreadyExists((name) => `Role with name ${name} already exists.`);
export const instanceProfileExists = alreadyExists((name) => `Instance Profile ${name} already exists.`);
export const policyExists = alreadyExists(
  (name) => `A policy called ${name} already exists. Duplicate names are not allowed.`,
);
export const loginProfileExists = alreadyExists((name) => `Login Profile for user ${name} already exists.`);
export const oidcProviderExists = alreadyExists((url) => `Provider with url ${url} already exists.`);
export const samlProviderExists = alreadyExists((name) => `SAMLProvider with name ${name} already exists.`);
export const serverCertificateExists = alreadyExists(
  (name) => `The Server Certificate with name ${name} already exists.`,
);
export const mfaDeviceExists = alreadyExists(
  () => "MFADevice entity at the same path and name already exists.",
);

export const mustDetachPolicies = deleteConflict("Cannot delete entity, must detach all policies first.");
export const mustDeletePolicies = deleteConflict("Cannot delete entity, must delete policies first.");
export const mustDeleteAccessKeys = deleteConflict("Cannot delete entity, must delete access keys first.");
export const mustDeleteLoginProfile = deleteConflict(
  "Cannot delete entity, must delete login profile first.",
);
export const mustLeaveGroups = deleteConflict(
  "Cannot delete entity, must remove user from all groups first.",
);
export const mustDeleteMfaDevices = deleteConflict("Cannot delete entity, must delete MFA device first.");
export const mustRemoveUsers = deleteConflict("Cannot delete entity, must remove users from group first.");
export const mustRemoveRoles = deleteConflict(
  "Cannot delete entity, must remove roles from instance profile first.",
);
export const policyIsAttached = deleteConflict("Cannot delete a policy attached to entities.");
export const policyHasVersions = deleteConflict(
  "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
);
export const defaultVersionStays = deleteConflict("Cannot delete the default version of a policy.");
export const unmodifiableRole = awsError(
  "UnmodifiableEntity",
  400,
  (name: string) =>
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
);
export const unmodifiablePolicy = awsError(
  "AccessDenied",
  403,
  (arn: string) => `The policy ${arn} is managed by AWS and cannot be changed.`,
);

export const quotaExceeded = awsError(
  "LimitExceeded",
  409,
  (quota: string, limit: number) => `Cannot exceed quota for ${quota}: ${limit}`,
);
export const tooManyVersions = awsError(
  "LimitExceeded",
  409,
  "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
);
export const inlinePoliciesTooLong = awsError(
  "LimitExceeded",
  409,
  (limit: number, kind: string, name: string) =>
    `Maximum policy size of ${limit} bytes exceeded for ${kind} ${name}`,
);
export const policyTooLong = awsError(
  "LimitExceeded",
  409,
  (kind: string, limit: number) => `Cannot exceed quota for ${kind}: ${limit}`,
);

export const malformedPolicy = awsError("MalformedPolicyDocument", 400, (message: string) => message);
export const invalidInput = awsError("InvalidInput", 400, (message: string) => message);
export const validationError = awsError("ValidationError", 400, (message: string) => message);
export const passwordPolicyViolation = awsError("PasswordPolicyViolation", 400, (message: string) => message);
export const mustNameUser = awsError(
  "ValidationError",
  400,
  "Must specify userName when calling with non-User credentials",
);
export const noSuchSshKey = noSuchEntity((id) => `The Public Key with id ${id} cannot be found.`);
export const noSuchSigningCertificate = noSuchEntity(
  (id) => `The Certificate with id ${id} cannot be found.`,
);
export const noSuchServiceCredential = noSuchEntity((id) => `No such credential ${id} exists`);
export const duplicateSshKey = awsError(
  "DuplicateSSHPublicKey",
  400,
  "SSH public key is already associated with the user.",
);
export const invalidPublicKey = awsError(
  "InvalidPublicKey",
  400,
  "The public key is malformed or otherwise invalid.",
);
export const malformedCertificate = awsError("MalformedCertificate", 400, "Invalid public certificate.");
const unsupported = (service: string) =>
  `No such service ${service} is supported for Service Specific Credentials`;
export const notSupportedService = awsError("NotSupportedService", 404, unsupported);
/** As a list says it. */
export const noSuchService = noSuchEntity(unsupported);
export const mustDeleteSshKeys = deleteConflict("Cannot delete entity, must delete SSH public keys first.");
export const mustDeleteCertificates = deleteConflict(
  "Cannot delete entity, must delete signing certificates first.",
);
export const mustDeleteServiceCredentials = deleteConflict(
  "Cannot delete entity, must remove referenced service-specific credentials first.",
);
export const reportInProgress = awsError("ReportInProgress", 404, "The report is being generated.");
export const reportNotPresent = awsError(
  "ReportNotPresent",
  410,
  "No report exists. Use GenerateCredentialReport to make one.",
);
export const invalidAuthenticationCode = awsError(
  "InvalidAuthenticationCode",
  403,
  "Authentication code for device is not valid.",
);
