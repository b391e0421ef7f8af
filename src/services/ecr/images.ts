import type { Handlers } from "../../core/service.ts";
import type * as Ecr from "../../models/generated/ecr.ts";
import { imageNotFound } from "./errors.ts";
import { findRepository } from "./repository.ts";

/** Repositories have no images: there is no registry to push to, and GetAuthorizationToken says so by being refused. */
export const images: Handlers<Ecr.Operations> = {
  ListImages({ repositoryName }, ctx) {
    findRepository(repositoryName, ctx);
    return { imageIds: [] };
  },

  DescribeImages({ repositoryName, imageIds }, ctx) {
    findRepository(repositoryName, ctx);
    const [asked] = imageIds ?? [];
    if (asked) throw imageNotFound(asked.imageDigest, asked.imageTag, repositoryName, ctx.account);
    return { imageDetails: [] };
  },

  BatchGetImage({ repositoryName, imageIds }, ctx) {
    findRepository(repositoryName, ctx);
    return { images: [], failures: imageIds.map(notFound) };
  },

  BatchDeleteImage({ repositoryName, imageIds }, ctx) {
    findRepository(repositoryName, ctx);
    return { imageIds: [], failures: imageIds.map(notFound) };
  },
};

const notFound = (imageId: Ecr.ImageIdentifier): Ecr.ImageFailure => ({
  imageId,
  failureCode: "ImageNotFound",
  failureReason: "Requested image not found",
});
