import { makeArn, parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { zipLocation } from "./code-download.ts";
import { codeWritten } from "./code-references.ts";
import { zipFrom } from "./code-source.ts";
import { conflict, invalidParameter, layerRevisionMismatch, notFound } from "./errors.ts";
import type { Lambda } from "./lambda.ts";
import { type LayerVersionRecord, layerCounters, layerVersionPlace, layerVersions } from "./layer-records.ts";
import { lambdaTime } from "./lookup.ts";
import { slicePage } from "./page.ts";
import { policyDocument, type Statement } from "./policy.ts";

/** Layers: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html */
export const layerOperations = (lambda: Lambda): Handlers<Api.Operations> => ({
  async PublishLayerVersion(input, ctx) {
    const name = layerName(input.LayerName);
    const zip = await zipFrom(input.Content, ctx);
    if (!zip) throw invalidParameter("Please provide a source for layer content.");
    using held = await lambda.code.keep(zip);
    const number = (ctx.store.collection(layerCounters).get([name]) ?? 0) + 1;
    const arn = makeArn("lambda", ctx.region, ctx.account, `layer:${name}`);
    const record: LayerVersionRecord = {
      zip: held.zip,
      version: {
        LayerArn: arn,
        LayerVersionArn: `${arn}:${number}`,
        Description: input.Description ?? "",
        CreatedDate: lambdaTime(ctx.clock.now()),
        Version: number,
        CompatibleRuntimes: input.CompatibleRuntimes ?? [],
        CompatibleArchitectures: input.CompatibleArchitectures ?? [],
        ...(input.LicenseInfo && { LicenseInfo: input.LicenseInfo }),
      },
    };
    ctx.store.transaction(() => {
      ctx.store.collection(layerCounters).put([name], number);
      ctx.store.collection(layerVersions).put([name, number], record);
    });
    codeWritten(ctx.store, record.zip.sizeBytes);
    return whole(record, ctx);
  },

  GetLayerVersion(input, ctx) {
    return whole(existing(ctx, input.LayerName, input.VersionNumber), ctx);
  },

  GetLayerVersionByArn(input, ctx) {
    const place = layerVersionPlace(input.Arn);
    if (!place) throw notFound("The resource you requested does not exist.");
    return whole(existing(ctx, input.Arn.replace(/:\d+$/, ""), place.version), ctx);
  },

  ListLayerVersions(input, ctx) {
    const { store, name } = locate(ctx, input.LayerName);
    const newestFirst = [...store.collection(layerVersions).values({ prefix: [name], reverse: true })];
    const { values, ...next } = slicePage(
      newestFirst.filter(matching(input)).map(summary),
      ({ Version = 0 }) => [Version],
      input,
      true,
    );
    return { LayerVersions: values, ...next };
  },

  ListLayers(input, ctx) {
    const names = [...ctx.store.collection(layerCounters).keys()].map((key) => String(key[0]));
    const layers = names.flatMap((name) => {
      const all = [...ctx.store.collection(layerVersions).values({ prefix: [name], reverse: true })];
      const latest = all.find(matching(input));
      return latest
        ? [{ LayerName: name, LayerArn: latest.version.LayerArn, LatestMatchingVersion: summary(latest) }]
        : [];
    });
    const { values, ...next } = slicePage(layers, ({ LayerName }) => [LayerName], input);
    return { Layers: values, ...next };
  },

  DeleteLayerVersion(input, ctx) {
    checkNumber(input.VersionNumber);
    const { store, name } = locate(ctx, input.LayerName);
    const record = store.collection(layerVersions).get([name, input.VersionNumber]);
    // Functions that use it keep working.
    if (!record) return;
    store.collection(layerVersions).put([name, input.VersionNumber], { ...record, isDeleted: true });
    lambda.code.releaseLayer(record.zip);
  },

  AddLayerVersionPermission(input, ctx) {
    const record = withPolicy(ctx, input.LayerName, input.VersionNumber);
    const { policy } = record;
    if (input.RevisionId !== undefined && input.RevisionId !== policy?.revisionId)
      throw layerRevisionMismatch();
    if (policy?.statements.some((statement) => statement.Sid === input.StatementId)) {
      throw conflict(
        `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const statement: Statement = {
      Sid: input.StatementId,
      Effect: "Allow",
      Principal: /^\d{12}$/.test(input.Principal)
        ? { AWS: `arn:aws:iam::${input.Principal}:root` }
        : input.Principal,
      Action: input.Action,
      Resource: record.version.LayerVersionArn,
      ...(input.OrganizationId && {
        Condition: { StringEquals: { "aws:PrincipalOrgID": input.OrganizationId } },
      }),
    };
    const revisionId = ctx.random.uuid();
    put(ctx, { ...record, policy: { statements: [...(policy?.statements ?? []), statement], revisionId } });
    return { Statement: JSON.stringify(statement), RevisionId: revisionId };
  },

  RemoveLayerVersionPermission(input, ctx) {
    const { policy, ...record } = withPolicy(ctx, input.LayerName, input.VersionNumber);
    const rest = policy?.statements.filter((statement) => statement.Sid !== input.StatementId) ?? [];
    if (!policy || rest.length === policy.statements.length) {
      throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    }
    if (input.RevisionId !== undefined && input.RevisionId !== policy.revisionId)
      throw layerRevisionMismatch();
    put(
      ctx,
      rest.length > 0 ? { ...record, policy: { statements: rest, revisionId: ctx.random.uuid() } } : record,
    );
  },

  GetLayerVersionPolicy(input, ctx) {
    const { policy } = withPolicy(ctx, input.LayerName, input.VersionNumber);
    if (!policy) throw notFound("No policy is associated with the given resource.");
    return { Policy: policyDocument(policy), RevisionId: policy.revisionId };
  },
});

function layerName(nameOrArn: string): string {
  return parseArn(nameOrArn)?.resource.split(":")[1] ?? nameOrArn;
}

/** A layer named by its ARN may be another account's. */
function locate(ctx: Context, nameOrArn: string) {
  const arn = parseArn(nameOrArn);
  const store = arn ? ctx.host.store(arn.account, arn.region) : ctx.store;
  return { store, name: layerName(nameOrArn) };
}

/** @throws InvalidParameterValueException for what is no number of a version, before it is looked for (recorded) */
function checkNumber(version: number): void {
  if (version < 1) throw invalidParameter("Layer Version Cannot be less than 1");
}

function existing(ctx: Context, nameOrArn: string, version: number): LayerVersionRecord {
  checkNumber(version);
  const record = kept(ctx, nameOrArn, version);
  if (!record) throw notFound("The resource you requested does not exist.");
  return record;
}

/** The same for its policy, in words of these operations' own. */
function withPolicy(ctx: Context, nameOrArn: string, version: number): LayerVersionRecord {
  const record = kept(ctx, nameOrArn, version);
  if (record) return record;
  const { account, region } = parseArn(nameOrArn) ?? ctx;
  const arn = makeArn("lambda", region, account, `layer:${layerName(nameOrArn)}:${version}`);
  throw notFound(`Layer version ${arn} does not exist.`);
}

function kept(ctx: Context, nameOrArn: string, version: number): LayerVersionRecord | undefined {
  const { store, name } = locate(ctx, nameOrArn);
  const record = store.collection(layerVersions).get([name, version]);
  return record?.isDeleted ? undefined : record;
}

function put(ctx: Context, record: LayerVersionRecord): void {
  const place = sure(layerVersionPlace(record.version.LayerVersionArn)); // Its own ARN.
  ctx.host
    .store(place.account, place.region)
    .collection(layerVersions)
    .put([place.name, place.version], record);
}

const matching =
  (input: { CompatibleRuntime?: string; CompatibleArchitecture?: string }) =>
  ({ version, isDeleted }: LayerVersionRecord): boolean =>
    !isDeleted &&
    (input.CompatibleRuntime === undefined ||
      (version.CompatibleRuntimes ?? []).includes(input.CompatibleRuntime)) &&
    (input.CompatibleArchitecture === undefined ||
      (version.CompatibleArchitectures ?? []).includes(input.CompatibleArchitecture));

function summary({ version }: LayerVersionRecord): Api.LayerVersionsListItem {
  const { LayerArn: _layer, ...item } = version;
  return item;
}

function whole({ version, zip }: LayerVersionRecord, ctx: Context): Api.PublishLayerVersionResponse {
  return {
    Content: {
      Location: zipLocation(zip.sha256, ctx.host),
      CodeSha256: zip.codeSha256,
      CodeSize: zip.sizeBytes,
    },
    ...version,
  };
}
