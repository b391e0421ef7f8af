import { Tagging, type Tags } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { codeSigningConfigs } from "./code-signing-record.ts";
import {
  codeSigningConfigNotFound,
  functionNotFound,
  invalidParameter,
  notFound,
  tooManyTags,
  validation,
} from "./errors.ts";
import { eventSourceMappings } from "./event-source-records.ts";
import type { Scope } from "./function-name.ts";
import type { Lambda } from "./lambda.ts";
import { putVersion } from "./lookup.ts";
import { functions, LATEST, versionKey, versions } from "./records.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: invalidParameter } });

/** Tags of functions, event source mappings and code signing configurations. */
export const tagOperations = ({ readiness }: Lambda): Handlers<Api.Operations> => ({
  ListTags(input, ctx) {
    return { Tags: { ...taggable(ctx, input.Resource).tags } };
  },

  TagResource(input, ctx) {
    const resource = taggable(ctx, input.Resource);
    if (Object.keys(input.Tags).length === 0)
      throw invalidParameter("An error occurred and the request cannot be processed.");
    if (resource.of) readiness.checkTaggable(resource.of, resource.of.name);
    resource.write(tagging.add(resource.tags, input.Tags));
  },

  UntagResource(input, ctx) {
    const resource = taggable(ctx, input.Resource);
    const gone = new Set(input.TagKeys);
    resource.write(Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !gone.has(key))));
  },
});

interface Taggable {
  readonly tags: Tags;
  /** The function that it is. */
  readonly of?: Scope & { readonly name: string };
  write(tags: Tags): void;
}

function taggable(ctx: Context, arn: string): Taggable {
  const parsed = parseArn(arn);
  if (!parsed) throw notTaggable(arn);
  const [kind, name, qualifier] = parsed.resource.split(":") as [string, string, string | undefined];
  const store = ctx.host.store(parsed.account, parsed.region);
  if (kind === "function") {
    if (qualifier)
      throw invalidParameter(
        "Tags on function aliases and versions are not supported. Please specify a function ARN.",
      );
    return functionTags(ctx, parsed, arn, name);
  }
  if (kind !== "event-source-mapping" && kind !== "code-signing-config") throw notTaggable(arn);
  const collection = kind === "event-source-mapping" ? eventSourceMappings : codeSigningConfigs;
  const records = store.collection<{ tags?: Tags }>(collection as never);
  const record = records.get([name]);
  if (!record) {
    throw kind === "event-source-mapping"
      ? notFound(`Event source mapping not found: ${arn}`)
      : codeSigningConfigNotFound(arn);
  }
  return { tags: record.tags ?? {}, write: (tags) => records.put([name], { ...record, tags }) };
}

function functionTags(ctx: Context, { account, region }: Scope, arn: string, name: string): Taggable {
  const store = ctx.host.store(account, region);
  const record = store.collection(functions).get([name]);
  const latest = store.collection(versions).get(versionKey(name, LATEST));
  if (!record || !latest) throw functionNotFound(arn);
  return {
    tags: record.tags,
    of: { account, region, name },
    write(tags) {
      store.transaction(() => {
        store.collection(functions).put([name], { ...record, tags });
        // Tags are part of what a revision is.
        putVersion(store, {
          ...latest,
          configuration: { ...latest.configuration, RevisionId: ctx.random.uuid() },
        });
      });
    },
  };
}

/** What the model's pattern lets through and yet has no tags, or has been let through without the pattern. */
const notTaggable = (arn: string) =>
  validation(
    `1 validation error detected: Value '${arn}' at 'resource' failed to satisfy constraint: Member must name a function, an event source mapping or a code signing configuration`,
  );
