import { makeArn, parseArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Ecr from "../../models/generated/ecr.ts";
import { invalidParameter, repositoryNotFound } from "./errors.ts";

/** A repository as it is kept, by its name. It has no images: Squall has no registry to push them to. */
export interface RepositoryRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly mutability: Ecr.ImageTagMutability;
  readonly mutabilityExclusions?: Ecr.ImageTagMutabilityExclusionFilters;
  readonly scanning: Ecr.ImageScanningConfiguration;
  readonly encryption: Ecr.EncryptionConfiguration;
  readonly policy?: string;
  readonly lifecyclePolicy?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const repositoryRecords = defineCollection<RepositoryRecord>({ name: "repositories" });

/** @throws RepositoryNotFoundException */
export function findRepository(name: string, ctx: Context): RepositoryRecord {
  const repository = ctx.store.collection(repositoryRecords).get([name]);
  if (!repository) throw repositoryNotFound(name, ctx.account);
  return repository;
}

/** @throws InvalidParameterException, RepositoryNotFoundException */
export function findByArn(arn: string, ctx: Context): RepositoryRecord {
  const name = /^repository\/(.+)$/.exec(parseArn(arn)?.resource ?? "")?.[1];
  if (name === undefined)
    throw invalidParameter(`Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'`);
  return findRepository(name, ctx);
}

export function saveRepository(repository: RepositoryRecord, ctx: Context): void {
  ctx.store.collection(repositoryRecords).put([repository.name], repository);
}

export function describeRepository(
  { name, createdMs, mutability, mutabilityExclusions, scanning, encryption }: RepositoryRecord,
  { account, region }: Pick<Context, "account" | "region">,
): Ecr.Repository {
  return {
    repositoryArn: makeArn("ecr", region, account, `repository/${name}`),
    registryId: account,
    repositoryName: name,
    repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
    createdAt: new Date(createdMs),
    imageTagMutability: mutability,
    ...(mutabilityExclusions && { imageTagMutabilityExclusionFilters: mutabilityExclusions }),
    imageScanningConfiguration: scanning,
    encryptionConfiguration: encryption,
  };
}
