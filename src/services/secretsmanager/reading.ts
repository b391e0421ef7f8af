import { page } from "../../aws/page.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { dayOf, describeListed } from "./description.ts";
import {
  invalidNextToken,
  invalidParameter,
  invalidRequest,
  stageNotFound,
  versionNotFound,
} from "./errors.ts";
import { READ } from "./fault-points.ts";
import { matcherOf } from "./filters.ts";
import {
  type Found,
  findSecret,
  liveSecret,
  refuseDeleted,
  type Secret,
  saveSecret,
  secretRecords,
  staged,
} from "./secret.ts";
import { CURRENT, PREVIOUS } from "./stages.ts";
import { openValue } from "./values.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html and its neighbours */
export const reading: Handlers<SecretsManager.Operations> = {
  GetSecretValue: (input, ctx) => readValue(findSecret(input.SecretId, ctx), input, ctx),

  async BatchGetSecretValue(input, ctx) {
    const { SecretIdList: ids, Filters: filters, NextToken: token, MaxResults: size = 20 } = input;
    if ((ids === undefined) === (filters === undefined))
      throw invalidParameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.");
    if (ids && (input.MaxResults !== undefined || token !== undefined))
      throw invalidParameter("MaxResults and NextToken can be used with Filters only.");
    const listed = ids ? { ids } : listOf(filters, { size, token, query: filters }, ctx);
    const SecretValues: SecretsManager.SecretValueEntry[] = [];
    const Errors: SecretsManager.APIErrorType[] = [];
    for (const id of listed.ids) {
      try {
        // Each is a reading of its own, with its own policies and faults.
        SecretValues.push(
          await ctx.call("secretsmanager", "GetSecretValue", { SecretId: id }, { as: ctx.caller }),
        );
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
      }
    }
    return { SecretValues, Errors, ...("nextToken" in listed && { NextToken: listed.nextToken }) };
  },

  ListSecrets(input, ctx) {
    const { MaxResults: size = 100, NextToken: token, ...query } = input;
    const { SortOrder = "desc", SortBy = "created-date" } = query;
    const matches = matcherOf(input.Filters ?? []);
    const all = [...ctx.store.collection(secretRecords).values()]
      .flatMap(({ name }) => liveSecret(ctx.store, name, ctx.clock.now()) ?? [])
      .filter((secret) => (input.IncludePlannedDeletion || !secret.deletion) && matches(secret));
    const { items, nextToken } = page(all, (secret) => [sure(SORTED[SortBy])(secret), secret.name], {
      size,
      token,
      query,
      descending: SortOrder === "desc",
      refuse: () => invalidNextToken(),
    });
    return {
      SecretList: items.map(describeListed),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },

  ListSecretVersionIds(input, ctx) {
    const { secret } = findSecret(input.SecretId, ctx);
    const { MaxResults: size = 100, NextToken: token, ...query } = input;
    const all = Object.entries(secret.versions).filter(
      ([, { stages, isEmpty }]) => !isEmpty && (input.IncludeDeprecated || stages.length > 0),
    );
    const { items, nextToken } = page(all, ([id, { createdAtMs }]) => [createdAtMs, id], {
      size,
      token,
      query,
      refuse: () => invalidNextToken(),
    });
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: items.map(([VersionId, version]) => ({
        VersionId,
        ...(version.stages.length > 0 && { VersionStages: [...version.stages].sort() }),
        ...(version.accessedMs !== undefined && { LastAccessedDate: new Date(version.accessedMs) }),
        CreatedDate: new Date(version.createdAtMs),
        KmsKeyIds: [version.kmsKeyId ?? "DefaultEncryptionKey"],
      })),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

const SORTED: Readonly<Record<string, (secret: Secret) => string | number>> = {
  "created-date": ({ createdAtMs }) => createdAtMs,
  "last-accessed-date": ({ accessedMs = 0 }) => accessedMs,
  "last-changed-date": ({ changedAtMs }) => changedAtMs,
  name: ({ name }) => name,
};

function listOf(
  filters: SecretsManager.FiltersListType | undefined,
  request: { size: number; token: string | undefined; query: unknown },
  ctx: Context,
) {
  const matches = matcherOf(filters ?? []);
  const all = [...ctx.store.collection(secretRecords).values()].filter(
    (secret) => !secret.deletion && matches(secret),
  );
  const { items, nextToken } = page(all, ({ name }) => [name], {
    ...request,
    refuse: () => invalidNextToken(),
  });
  return { ids: items.map(({ name }) => name), ...(nextToken !== undefined && { nextToken }) };
}

async function readValue(
  { secret, store }: Found,
  asked: { VersionId?: string; VersionStage?: string },
  ctx: Context,
): Promise<SecretsManager.SecretValueEntry> {
  refuseDeleted(secret);
  const id = versionAsked(secret, asked);
  const effects = ctx.hits(READ, { resource: secret.arn }).map(({ effect }) => effect);
  if (effects.includes("missing")) throw missing(asked);
  const isStale = effects.includes("stale") && sure(secret.versions[id]).stages.includes(CURRENT);
  const read = (isStale && staged(secret, PREVIOUS)) || id;
  const value = await openValue(secret, read, store, ctx);
  noteAccess(secret, read, store, ctx);
  const { createdAtMs } = sure(secret.versions[read]);
  // A stale reader is told that it has the current one.
  const { stages } = sure(secret.versions[id]);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: read,
    ...value,
    VersionStages: [...stages].sort(),
    CreatedDate: new Date(createdAtMs),
  };
}

/** @throws ResourceNotFoundException, InvalidRequestException when a version has not the stage that was asked, too */
function versionAsked(
  secret: Secret,
  { VersionId, VersionStage }: { VersionId?: string; VersionStage?: string },
): string {
  const id = VersionId ?? staged(secret, VersionStage ?? CURRENT);
  const version = id === undefined ? undefined : secret.versions[id];
  if (id === undefined || !version || version.isEmpty) throw missing({ VersionId, VersionStage });
  if (VersionId !== undefined && VersionStage !== undefined && !version.stages.includes(VersionStage))
    throw invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
  return id;
}

const missing = ({
  VersionId,
  VersionStage = CURRENT,
}: {
  VersionId?: string | undefined;
  VersionStage?: string | undefined;
}) => (VersionId === undefined ? stageNotFound(VersionStage) : versionNotFound(VersionId));

/** Once a day: a reading changes nothing else. */
function noteAccess({ name }: Secret, id: string, store: Found["store"], ctx: Context): void {
  const now = store.collection(secretRecords).look([name]);
  const accessedMs = dayOf(ctx.clock.now());
  const version = now?.versions[id];
  if (!now || !version || (now.accessedMs === accessedMs && version.accessedMs === accessedMs)) return;
  saveSecret(store, { ...now, accessedMs, versions: { ...now.versions, [id]: { ...version, accessedMs } } });
}
