import { awsError } from "../../core/aws-error.ts";

/**
 * Errors of Amazon EC2: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, with the texts that the
 * service gives.
 */

/** Resource ids that name nothing: `InvalidVpcID.NotFound`, "The vpc ID 'vpc-1' does not exist". */
export const notFound = (code: string, word: string) =>
  awsError(code, 400, (id: string) => `The ${word} ID '${id}' does not exist`);
/** Ids that are none: `InvalidVpcID.Malformed`. */
export const malformed = (code: string, prefix: string) =>
  awsError(code, 400, (id: string) => `Invalid id: "${id}" (expecting "${prefix}-...")`);

export const dryRunOperation = awsError(
  "DryRunOperation",
  412,
  "Request would have succeeded, but DryRun flag is set.",
);
export const invalidParameterValue = awsError("InvalidParameterValue", 400, (message: string) => message);
export const invalidParameterCombination = awsError(
  "InvalidParameterCombination",
  400,
  (message: string) => message,
);
export const missingParameter = awsError(
  "MissingParameter",
  400,
  (member: string) => `The request must contain the parameter ${member}`,
);
export const invalidFilter = (name: string) => invalidParameterValue(`The filter '${name}' is invalid`);
export const filterLimitExceeded = awsError(
  "FilterLimitExceeded",
  400,
  (most: number) => `The maximum number of filter values specified on a single call is ${most}`,
);
export const invalidNextToken = () => invalidParameterValue("Unable to parse pagination token");
export const idempotentParameterMismatch = awsError(
  "IdempotentParameterMismatch",
  400,
  "The request uses the same client token as a previous, but non-identical request.",
);

export const hasDependencies = awsError(
  "DependencyViolation",
  400,
  (word: string, id: string) => `The ${word} '${id}' has dependencies and cannot be deleted.`,
);
export const hasDependentObject = awsError(
  "DependencyViolation",
  400,
  (id: string) => `resource ${id} has a dependent object`,
);
export const hasMappedAddresses = awsError(
  "DependencyViolation",
  400,
  (vpc: string) =>
    `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
);
export const operationNotPermitted = awsError("OperationNotPermitted", 400, (message: string) => message);

export const invalidTaggedId = awsError("InvalidID", 400, (id: string) => `The ID '${id}' is not valid`);
export const tagLimitExceeded = awsError(
  "TagLimitExceeded",
  400,
  "The maximum number of Tags for a resource has been reached.",
);
export const reservedTagKey = () =>
  invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
export const invalidTagKey = () =>
  invalidParameterValue("Tag keys must be between 1 and 128 characters in length");
export const tagValueTooLong = () =>
  invalidParameterValue("Tag value exceeds the maximum length of 256 characters");
export const duplicateTagKey = (key: string) =>
  invalidParameterValue(`Duplicate tag key '${key}' specified.`);
export const notTaggable = (type: string) =>
  invalidParameterValue(`'${type}' is not a valid taggable resource type for this operation.`);

export const noCidrBlock = (text: string, parameter: string) =>
  invalidParameterValue(
    `Value (${text}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`,
  );
export const invalidVpcRange = awsError(
  "InvalidVpc.Range",
  400,
  (cidr: string) => `The CIDR '${cidr}' is invalid.`,
);
export const invalidSubnetRange = awsError(
  "InvalidSubnet.Range",
  400,
  (cidr: string) => `The CIDR '${cidr}' is invalid.`,
);
export const subnetConflict = awsError(
  "InvalidSubnet.Conflict",
  400,
  (cidr: string) => `The CIDR '${cidr}' conflicts with another subnet`,
);
export const defaultVpcExists = awsError(
  "DefaultVpcAlreadyExists",
  400,
  "A Default VPC already exists for this account in this region.",
);
export const defaultSubnetExists = awsError(
  "DefaultSubnetAlreadyExistsInAvailabilityZone",
  400,
  (id: string, zone: string) => `'${id}' already exists in availability zone '${zone}'.`,
);
export const defaultVpcDoesNotExist = awsError(
  "DefaultVpcDoesNotExist",
  400,
  "No default VPC exists for this account in this region.",
);
export const noSuchZone = (text: string) => invalidParameterValue(`Invalid availability zone: [${text}]`);
export const zoneWithoutSubnets = (zone: string, zones: readonly string[]) =>
  invalidParameterValue(
    `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(", ")}.`,
  );
export const noSuchRegion = (name: string) => invalidParameterValue(`Invalid region name: '${name}'`);

export const associationNotFound = awsError(
  "InvalidAssociationID.NotFound",
  400,
  (id: string) => `The association ID '${id}' does not exist`,
);
export const vpcCidrAssociationNotFound = awsError(
  "InvalidVpcCidrBlockAssociationID.NotFound",
  400,
  (id: string) => `The vpc CIDR block association ID '${id}' does not exist`,
);
export const resourceAlreadyAssociated = awsError(
  "Resource.AlreadyAssociated",
  400,
  (message: string) => message,
);
export const routeExists = awsError(
  "RouteAlreadyExists",
  400,
  (destination: string) => `The route identified by ${destination} already exists.`,
);
export const routeNotFound = awsError(
  "InvalidRoute.NotFound",
  400,
  (destination: string, table: string) =>
    `no route with destination-cidr-block ${destination} in route table ${table}`,
);
export const routeWithoutRoute = awsError(
  "InvalidRoute.NotFound",
  400,
  (destination: string, table: string) =>
    `There is no route defined for '${destination}' in the route table. Use CreateRoute instead. (${table})`,
);
export const gatewayNotAttached = awsError(
  "Gateway.NotAttached",
  400,
  (gateway: string, vpc: string) => `resource ${gateway} is not attached to network ${vpc}`,
);
export const natGatewayNotFound = awsError(
  "NatGatewayNotFound",
  400,
  (id: string) => `NAT gateway ${id} was not found`,
);
export const natGatewayMalformed = awsError(
  "NatGatewayMalformed",
  400,
  (id: string) => `The NatGateway ID '${id}' is malformed`,
);

export const addressNotFound = awsError(
  "InvalidAddress.NotFound",
  400,
  (ip: string) => `Address '${ip}' not found.`,
);
export const addressInUse = awsError(
  "InvalidIPAddress.InUse",
  400,
  (ip: string) => `Address ${ip} is in use.`,
);
export const addressLimitExceeded = awsError(
  "AddressLimitExceeded",
  400,
  "The maximum number of addresses has been reached.",
);

export const groupDuplicate = awsError(
  "InvalidGroup.Duplicate",
  400,
  (name: string, vpc: string) => `The security group '${name}' already exists for VPC '${vpc}'`,
);
export const groupNotFound = awsError(
  "InvalidGroup.NotFound",
  400,
  (id: string) => `The security group '${id}' does not exist`,
);
export const groupNameNotFound = awsError(
  "InvalidGroup.NotFound",
  400,
  (name: string, vpc: string) => `The security group '${name}' does not exist in default VPC '${vpc}'`,
);
export const groupIsReserved = awsError(
  "InvalidParameterValue",
  400,
  "Cannot use reserved security group name: default",
);
export const cannotDeleteGroup = awsError(
  "CannotDelete",
  400,
  (id: string) => `the specified group: "${id}" name: "default" cannot be deleted by a user`,
);
export const permissionDuplicate = awsError(
  "InvalidPermission.Duplicate",
  400,
  (rule: string) => `the specified rule "${rule}" already exists`,
);
export const permissionNotFound = awsError(
  "InvalidPermission.NotFound",
  400,
  "The specified rule does not exist in this security group.",
);
export const rulesLimitExceeded = awsError(
  "RulesPerSecurityGroupLimitExceeded",
  400,
  "The maximum number of rules per security group has been reached.",
);
export const groupRuleNotFound = awsError(
  "InvalidSecurityGroupRuleId.NotFound",
  400,
  (id: string) => `The security group rule ID '${id}' does not exist`,
);

export const aclEntryExists = awsError(
  "NetworkAclEntryAlreadyExists",
  400,
  (number: number) => `The network acl entry identified by ${number} already exists.`,
);
export const aclEntryNotFound = awsError(
  "InvalidNetworkAclEntry.NotFound",
  400,
  (number: number, acl: string) => `The network acl entry identified by ${number} in '${acl}' does not exist`,
);

export const prefixListVersionMismatch = awsError(
  "PrefixListVersionMismatch",
  400,
  (id: string) => `The prefix list '${id}' has a different version than the one specified.`,
);
export const prefixListMaxEntries = awsError(
  "PrefixListMaxEntriesExceeded",
  400,
  (most: number) => `You've reached the maximum number of entries for the prefix list: ${most}.`,
);
export const endpointServiceNotFound = awsError(
  "InvalidServiceName",
  400,
  (name: string) => `The Vpc Endpoint Service '${name}' does not exist`,
);
export const routeExistsForEndpoint = awsError(
  "RouteAlreadyExists",
  400,
  (table: string, list: string) =>
    `route table ${table} already has a route with destination-prefix-list-id ${list}`,
);
export const interfaceInUse = awsError(
  "InvalidNetworkInterface.InUse",
  400,
  (id: string) => `Interface: [${id}] in use.`,
);
export const interfaceIsManaged = awsError(
  "OperationNotPermitted",
  400,
  (id: string) => `You are not allowed to manage '${id}'`,
);
export const attachmentNotFound = awsError(
  "InvalidAttachmentID.NotFound",
  400,
  (id: string) => `The networkInterfaceAttachment ID '${id}' does not exist`,
);
/** A subnet is named where the request does. */
export const otherNetwork = awsError("InvalidParameter", 400, (group: string, subnet?: string) =>
  subnet === undefined
    ? "You have specified two resources that belong to different networks."
    : `Security group ${group} and subnet ${subnet} belong to different networks.`,
);
export const notEnoughAddresses = awsError(
  "InsufficientFreeAddressesInSubnet",
  400,
  (subnet: string) =>
    `There are not enough free addresses in subnet '${subnet}' to satisfy the requested number of instances.`,
);
export const ipInUse = awsError("InvalidIPAddress.InUse", 400, (ip: string) => `Address ${ip} is in use.`);
export const noAddressLeft = awsError(
  "InsufficientFreeAddressesInSubnet",
  400,
  (subnet: string) =>
    `The specified subnet does not have enough free addresses to satisfy the request. (${subnet})`,
);
export const peeringStateInvalid = awsError("InvalidStateTransition", 400, (message: string) => message);
export const incorrectState = awsError("IncorrectState", 400, (message: string) => message);
export const vpcEndpointPolicyMalformed = awsError(
  "InvalidPolicyDocument",
  400,
  "This policy contains invalid Json",
);

export const instancesNotFound = awsError("InvalidInstanceID.NotFound", 400, (ids: readonly string[]) =>
  ids.length === 1
    ? `The instance ID '${ids[0]}' does not exist`
    : `The instance IDs '${ids.join(", ")}' do not exist`,
);
export const incorrectInstanceState = awsError(
  "IncorrectInstanceState",
  400,
  (id: string, doing: string) =>
    `${doing === "stopped" ? "This" : "The"} instance '${id}' is not in a state from which it can be ${doing}.`,
);
export const terminationProtected = awsError(
  "OperationNotPermitted",
  400,
  (id: string) =>
    `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
);
export const stopProtected = awsError(
  "OperationNotPermitted",
  400,
  (id: string) =>
    `The instance '${id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
);
export const oneTimeSpot = awsError(
  "UnsupportedOperation",
  400,
  (id: string) =>
    `You can't stop the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
);
export const imageNotFound = awsError(
  "InvalidAMIID.NotFound",
  400,
  (ids: readonly string[]) => `The image id '[${ids.join(", ")}]' does not exist`,
);
export const imageMalformed = awsError(
  "InvalidAMIID.Malformed",
  400,
  (id: string) => `Invalid id: "${id}" (expecting "ami-...")`,
);
export const invalidInstanceTypes = awsError(
  "InvalidInstanceType",
  400,
  (names: readonly string[]) => `The following supplied instance types do not exist: [${names.join(", ")}]`,
);
export const invalidInstanceTypeValue = (name: string) =>
  invalidParameterValue(`Invalid value '${name}' for InstanceType.`);
export const invalidProfile = (member: string, value: string) =>
  invalidParameterValue(
    `Value (${value}) for parameter iamInstanceProfile.${member} is invalid. Invalid IAM Instance Profile ${member}`,
  );
export const invalidUserData = () => invalidParameterValue("Invalid BASE64 encoding of user data.");
export const userDataTooLarge = () => invalidParameterValue("User data is limited to 16384 bytes");

export const keyPairNotFound = awsError(
  "InvalidKeyPair.NotFound",
  400,
  (name: string) => `The key pair '${name}' does not exist`,
);
export const keyPairDuplicate = awsError(
  "InvalidKeyPair.Duplicate",
  400,
  (name: string) => `The keypair already exists (${name})`,
);
export const keyPairFormat = awsError(
  "InvalidKey.Format",
  400,
  "Key is not in valid OpenSSH public key format",
);

export const volumeNotFound = awsError(
  "InvalidVolume.NotFound",
  400,
  (id: string) => `The volume '${id}' does not exist.`,
);
export const volumeInUse = awsError(
  "VolumeInUse",
  400,
  (id: string, instance: string) => `Volume ${id} is currently attached to ${instance}`,
);
export const volumeZoneMismatch = awsError(
  "InvalidVolume.ZoneMismatch",
  400,
  (id: string, instance: string) =>
    `The volume '${id}' is not in the same availability zone as instance '${instance}'`,
);
export const deviceInUse = (device: string) =>
  invalidParameterValue(
    `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
  );

export const launchTemplateNotFound = awsError(
  "InvalidLaunchTemplateId.NotFound",
  400,
  (id: string) => `The specified launch template, with template ID ${id}, does not exist.`,
);
export const launchTemplateMalformed = awsError(
  "InvalidLaunchTemplateId.Malformed",
  400,
  (id: string) => `Invalid id: "${id}" (expecting "lt-...")`,
);
export const launchTemplateNameNotFound = awsError(
  "InvalidLaunchTemplateName.NotFoundException",
  400,
  (name: string) => `The specified launch template, with template name ${name}, does not exist.`,
);
export const launchTemplateNameExists = awsError(
  "InvalidLaunchTemplateName.AlreadyExistsException",
  400,
  "Launch template name already in use.",
);
export const launchTemplateVersionMalformed = awsError(
  "InvalidLaunchTemplateVersion",
  400,
  "Invalid launch template version: either '$Default', '$Latest', or a numeric version are allowed.",
);
export const launchTemplateVersionNotFound = awsError(
  "InvalidLaunchTemplateId.VersionNotFound",
  400,
  (version: string, template: string) =>
    `Could not find the specified version ${version} for the launch template with ID ${template}.`,
);
export const spotRequestNotFound = awsError(
  "InvalidSpotInstanceRequestID.NotFound",
  400,
  (id: string) => `The spot instance request ID '${id}' does not exist`,
);
export const spotRequestMalformed = awsError(
  "InvalidSpotInstanceRequestID.Malformed",
  400,
  (id: string) => `Invalid id: "${id}" (expecting "sir-...")`,
);
export const notServed = awsError(
  "UnsupportedOperation",
  400,
  (what: string) => `Squall does not serve ${what}.`,
);
export const noDefaultSubnet = (zone?: string) =>
  zone === undefined ? noDefaultVpc() : noDefaultSubnetIn(zone);
const noDefaultVpc = awsError(
  "VPCIdNotSpecified",
  400,
  "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.",
);
const noDefaultSubnetIn = awsError(
  "MissingInput",
  400,
  (zone: string) => `No default subnet for availability zone: '${zone}'.`,
);

export const instanceLimitExceeded = awsError(
  "InstanceLimitExceeded",
  400,
  (asked: number, most: number) =>
    `You have requested more instances (${asked}) than your current instance limit of ${most} allows for the specified instance type. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
);
