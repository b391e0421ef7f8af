import { awsError } from "../../core/aws-error.ts";

/**
 * Errors of Elastic Load Balancing: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html and each
 * action's page. Those pages have no texts: they are as AWS's answers are quoted in public issues; those marked are inferred.
 */

export const validationError = awsError("ValidationError", 400, (message: string) => message);
export const loadBalancersNotFound = awsError(
  "LoadBalancerNotFound",
  400,
  (names: readonly string[]) => `Load balancers '[${names.join(", ")}]' not found`,
);
export const loadBalancerNotFound = awsError(
  "LoadBalancerNotFound",
  400,
  (arn: string) => `Load balancer '${arn}' not found`,
);
export const duplicateLoadBalancer = awsError(
  "DuplicateLoadBalancerName",
  400,
  (name: string) => `A load balancer with the same name '${name}' exists, but with different settings`,
);
export const targetGroupsNotFound = awsError(
  "TargetGroupNotFound",
  400,
  (names: readonly string[]) => `Target groups '${names.join(", ")}' not found`,
);
export const noTargetGroup = awsError("TargetGroupNotFound", 400, "One or more target groups not found");
export const duplicateTargetGroup = awsError(
  "DuplicateTargetGroupName",
  400,
  (name: string) => `A target group with the same name '${name}' exists, but with different settings`,
);
export const listenersNotFound = awsError("ListenerNotFound", 400, "One or more listeners not found");
export const duplicateListener = awsError(
  "DuplicateListener",
  400,
  (arn: string) => `A listener already exists on this port for this load balancer '${arn}'`,
);
export const rulesNotFound = awsError("RuleNotFound", 400, "One or more rules not found");
export const priorityInUse = awsError(
  "PriorityInUse",
  400,
  (priority: number) => `Priority '${priority}' is currently in use`,
);
export const targetGroupInUse = awsError(
  "ResourceInUse",
  400,
  (arn: string) => `Target group '${arn}' is currently in use by a listener or a rule`,
);
export const targetGroupAssociated = awsError(
  "TargetGroupAssociationLimit",
  400,
  (arns: readonly string[]) =>
    `The following target groups cannot be associated with more than one load balancer: ${arns.join(", ")}`,
);
export const incompatibleProtocols = awsError(
  "IncompatibleProtocols",
  400,
  (group: string, listener: string) =>
    `The protocol '${group}' of the target group is not compatible with the protocol '${listener}' of the listener`,
);
export const deletionProtected = awsError(
  "OperationNotPermitted",
  400,
  (arn: string) => `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
);
export const operationNotPermitted = awsError("OperationNotPermitted", 400, (message: string) => message);
export const invalidConfiguration = awsError(
  "InvalidConfigurationRequest",
  400,
  (message: string) => message,
);
export const subnetNotFound = awsError(
  "SubnetNotFound",
  400,
  (id: string) => `The subnet ID '${id}' is not valid`,
);
export const invalidSubnet = awsError("InvalidSubnet", 400, (message: string) => message);
export const invalidSecurityGroup = awsError(
  "InvalidSecurityGroup",
  400,
  (id: string) => `The security group '${id}' does not exist`,
);
export const invalidTarget = awsError("InvalidTarget", 400, (message: string) => message);
export const invalidAction = awsError("InvalidLoadBalancerAction", 400, (message: string) => message);
export const unsupportedProtocol = awsError("UnsupportedProtocol", 400, (message: string) => message);
export const certificateNotFound = awsError(
  "CertificateNotFound",
  400,
  (arn: string) => `Certificate ARN '${arn}' is not valid`,
);
export const sslPolicyNotFound = awsError(
  "SSLPolicyNotFound",
  400,
  (name: string) => `SSL policy '${name}' not found`,
);
export const duplicateTagKeys = awsError(
  "DuplicateTagKeys",
  400,
  (key: string) => `Tag key was specified more than once: ${key}`,
);
export const tooManyTags = awsError(
  "TooManyTags",
  400,
  (most: number) => `The number of tags exceeds the limit of ${most}`,
);
export const tooManyCertificates = awsError(
  "TooManyCertificates",
  400,
  "The maximum number of certificates per listener has been reached",
);
