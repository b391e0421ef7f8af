import { awsError } from "../../core/aws-error.ts";

/** Errors of ECR: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html and each action's page. */

export const invalidParameter = awsError("InvalidParameterException", 400, (message: string) => message);
export const invalidTag = awsError("InvalidTagParameterException", 400, (message: string) => message);
export const tooManyTags = awsError(
  "TooManyTagsException",
  400,
  (most: number) =>
    `The list of tags on the repository is over the limit. The maximum number of tags that can be applied to a repository is ${most}.`,
);
export const repositoryNotFound = awsError(
  "RepositoryNotFoundException",
  400,
  (name: string, registry: string) =>
    `The repository with name '${name}' does not exist in the registry with id '${registry}'`,
);
export const repositoryExists = awsError(
  "RepositoryAlreadyExistsException",
  400,
  (name: string, registry: string) =>
    `The repository with name '${name}' already exists in the registry with id '${registry}'`,
);
export const repositoryPolicyNotFound = awsError(
  "RepositoryPolicyNotFoundException",
  400,
  (name: string, registry: string) =>
    `Repository policy does not exist for the repository with name '${name}' in the registry with id '${registry}'`,
);
export const lifecyclePolicyNotFound = awsError(
  "LifecyclePolicyNotFoundException",
  400,
  (name: string, registry: string) =>
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${registry}'`,
);
export const imageNotFound = awsError(
  "ImageNotFoundException",
  400,
  (digest: string | undefined, tag: string | undefined, name: string, registry: string) =>
    `The image with imageId {imageDigest:'${digest ?? "null"}', imageTag:'${tag ?? "null"}'} does not exist within the repository with name '${name}' in the registry with id '${registry}'`,
);
