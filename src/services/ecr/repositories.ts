import { pageOf } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Ecr from "../../models/generated/ecr.ts";
import { invalidParameter, repositoryExists } from "./errors.ts";
import {
  describeRepository,
  findRepository,
  type RepositoryRecord,
  repositoryRecords,
  saveRepository,
} from "./repository.ts";
import { tagging } from "./tags.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html and its neighbours */
export const repositories: Handlers<Ecr.Operations> = {
  CreateRepository(input, ctx) {
    const name = input.repositoryName;
    if (ctx.store.collection(repositoryRecords).has([name])) throw repositoryExists(name, ctx.account);
    const { imageTagMutabilityExclusionFilters: exclusions } = input;
    const repository: RepositoryRecord = {
      name,
      createdMs: ctx.clock.now(),
      mutability: input.imageTagMutability ?? "MUTABLE",
      ...(exclusions && { mutabilityExclusions: exclusions }),
      scanning: { scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false },
      encryption: input.encryptionConfiguration ?? { encryptionType: "AES256" },
      tags: tagging.read(input.tags),
    };
    saveRepository(repository, ctx);
    return { repository: describeRepository(repository, ctx) };
  },

  DescribeRepositories(input, ctx) {
    const { nextToken: token, maxResults: size = PAGE_SIZE, repositoryNames: names } = input;
    if (names?.length)
      return { repositories: names.map((name) => describeRepository(findRepository(name, ctx), ctx)) };
    const { items, nextToken } = pageOf(ctx.store.collection(repositoryRecords), {
      size,
      token,
      refuse: () => invalidParameter("Invalid parameter at 'nextToken' failed to satisfy constraint"),
    });
    return {
      repositories: items.map((repository) => describeRepository(repository, ctx)),
      ...(nextToken && { nextToken }),
    };
  },

  DeleteRepository({ repositoryName }, ctx) {
    const repository = findRepository(repositoryName, ctx);
    ctx.store.collection(repositoryRecords).delete([repositoryName]);
    return { repository: describeRepository(repository, ctx) };
  },

  PutImageScanningConfiguration({ repositoryName, imageScanningConfiguration }, ctx) {
    const { scanOnPush = false } = imageScanningConfiguration;
    saveRepository({ ...findRepository(repositoryName, ctx), scanning: { scanOnPush } }, ctx);
    return { registryId: ctx.account, repositoryName, imageScanningConfiguration: { scanOnPush } };
  },

  PutImageTagMutability(input, ctx) {
    const { repositoryName, imageTagMutability, imageTagMutabilityExclusionFilters: exclusions } = input;
    const { mutabilityExclusions: _, ...repository } = findRepository(repositoryName, ctx);
    saveRepository(
      {
        ...repository,
        mutability: imageTagMutability,
        ...(exclusions && { mutabilityExclusions: exclusions }),
      },
      ctx,
    );
    return {
      registryId: ctx.account,
      repositoryName,
      imageTagMutability,
      ...(exclusions && { imageTagMutabilityExclusionFilters: exclusions }),
    };
  },
};
