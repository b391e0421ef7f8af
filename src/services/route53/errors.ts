import { awsError } from "../../core/aws-error.ts";

/** Errors of Route 53: https://docs.aws.amazon.com/Route53/latest/APIReference/CommonErrors.html and each action's page. */

export const invalidInput = awsError("InvalidInput", 400, (message: string) => message);
/** All that is wrong with a batch, in the order of its changes. */
export const invalidChangeBatch = awsError(
  "InvalidChangeBatch",
  400,
  (messages: readonly string[]) => `[${messages.join(", ")}]`,
);
export const invalidDomainName = awsError("InvalidDomainName", 400, (problem: string) => problem);
export const noSuchHostedZone = awsError(
  "NoSuchHostedZone",
  404,
  (id: string) => `No hosted zone found with ID: ${id}`,
);
export const hostedZoneExists = awsError(
  "HostedZoneAlreadyExists",
  409,
  "A hosted zone has already been created with the specified caller reference.",
);
export const hostedZoneNotEmpty = awsError(
  "HostedZoneNotEmpty",
  400,
  "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
);
export const noSuchChange = awsError(
  "NoSuchChange",
  404,
  (id: string) => `Could not find resource with ID: ${id}`,
);
export const noSuchHealthCheck = awsError(
  "NoSuchHealthCheck",
  404,
  (id: string) => `A health check with id ${id} does not exist.`,
);
/** The texts from here on are inferred. */
export const healthCheckExists = awsError(
  "HealthCheckAlreadyExists",
  409,
  (reference: string) => `A health check with the caller reference ${reference} already exists.`,
);
export const healthCheckVersionMismatch = awsError(
  "HealthCheckVersionMismatch",
  409,
  (given: number, current: number) =>
    `The health check version ${given} does not match the current version ${current}.`,
);
export const conflictingDomain = awsError(
  "ConflictingDomainExists",
  400,
  (vpc: string, name: string) =>
    `The VPC ${vpc} has already been associated with a hosted zone with the same domain name ${name}`,
);
export const publicZone = awsError(
  "PublicZoneVPCAssociation",
  400,
  "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC with a public hosted zone.",
);
export const vpcNotAssociated = awsError(
  "VPCAssociationNotFound",
  404,
  (vpc: string, zone: string) => `The VPC ${vpc} is not associated with the hosted zone ${zone}.`,
);
export const lastVpc = awsError(
  "LastVPCAssociation",
  400,
  "The VPC that you're trying to disassociate from the private hosted zone is the last VPC that is associated with the hosted zone.",
);
export const vpcNotAuthorized = awsError(
  "VPCAssociationAuthorizationNotFound",
  404,
  (vpc: string) =>
    `The VPC ${vpc} that you specified is not authorized to be associated with the hosted zone.`,
);
export const noSuchDelegationSet = awsError(
  "NoSuchDelegationSet",
  400,
  (id: string) => `A reusable delegation set with the ID ${id} does not exist.`,
);
export const delegationSetInUse = awsError(
  "DelegationSetInUse",
  400,
  "The specified delegation contains associated hosted zones which must be deleted before the reusable delegation set can be deleted.",
);
export const delegationSetExists = awsError(
  "DelegationSetAlreadyCreated",
  400,
  "A delegation set with the same owner and caller reference combination has already been created.",
);
export const delegationSetReusable = awsError(
  "DelegationSetAlreadyReusable",
  400,
  "The specified delegation set has already been marked as reusable.",
);
export const delegationSetHostedZone = awsError(
  "HostedZoneNotFound",
  400,
  (id: string) => `The specified HostedZone can't be found: ${id}`,
);
export const notPrivate = awsError(
  "HostedZoneNotPrivate",
  400,
  "The specified hosted zone is a public hosted zone, not a private hosted zone.",
);
/** Squall's own: there are no routing controls here. */
export const recoveryControlNotServed = awsError(
  "NotImplemented",
  501,
  "Squall does not serve health checks of the type RECOVERY_CONTROL.",
);
