import { awsError } from "../../core/aws-error.ts";

/**
 * Errors of Amazon ECS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html and each action's page. The
 * texts are those that AWS's users quote from its answers; what is Squall's own says so by its name.
 */

export const clusterNotFound = awsError("ClusterNotFoundException", 400, "Cluster not found.");
export const clusterHasServices = awsError(
  "ClusterContainsServicesException",
  400,
  "The Cluster cannot be deleted while Services are active.",
);
export const clusterHasTasks = awsError(
  "ClusterContainsTasksException",
  400,
  "The Cluster cannot be deleted while Tasks are active.",
);
export const serviceNotFound = awsError("ServiceNotFoundException", 400, "Service not found.");
export const serviceNotActive = awsError("ServiceNotActiveException", 400, "Service was not ACTIVE.");
export const serviceExists = awsError(
  "InvalidParameterException",
  400,
  "Creation of service was not idempotent.",
);
export const serviceScaled = awsError(
  "InvalidParameterException",
  400,
  "The service cannot be stopped while it is scaled above 0.",
);
export const taskNotFound = awsError("InvalidParameterException", 400, "The referenced task was not found.");
export const taskDefinitionNotFound = awsError("ClientException", 400, "TaskDefinition not found.");
export const taskDefinitionNotDescribed = awsError(
  "ClientException",
  400,
  "Unable to describe task definition.",
);
export const taskDefinitionInactive = awsError("ClientException", 400, "TaskDefinition is inactive");
export const invalidParameter = awsError("InvalidParameterException", 400, (message: string) => message);
export const clientError = awsError("ClientException", 400, (message: string) => message);
export const conflict = awsError("ConflictException", 400, (message: string) => message);
export const unsupported = awsError("UnsupportedFeatureException", 400, (message: string) => message);
export const resourceNotFound = awsError(
  "InvalidParameterException",
  400,
  "The specified resource was not found.",
);
export const invalidToken = awsError("InvalidParameterException", 400, "Invalid token.");
export const tooManyTags = awsError(
  "InvalidParameterException",
  400,
  (most: number) => `A resource can have at most ${most} tags.`,
);
export const reservedTag = awsError(
  "InvalidParameterException",
  400,
  () => "Tag keys that begin with aws: are reserved.",
);
