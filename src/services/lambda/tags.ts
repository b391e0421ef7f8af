import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { codeSigningConfigs } from "./code-signing.ts";
import { functionNotFound, invalidParameter, notFound } from "./errors.ts";
import { eventSourceMappings } from "./event-source-records.ts";
import { functions } from "./records.ts";

type Tags = Readonly<Record<string, string>>;

const MOST_TAGS = 50;

/** Tags of functions, event source mappings and code signing configurations. */
export const tagOperations = (): Handlers<Api.Operations> => ({
  ListTags(input, ctx) {
    return { Tags: { ...taggable(ctx, input.Resource).tags } };
  },

  TagResource(input, ctx) {
    const resource = taggable(ctx, input.Resource);
    const tags = { ...resource.tags, ...input.Tags };
    if (Object.keys(tags).length > MOST_TAGS) {
      throw invalidParameter(`Number of tags exceeds resource tag limit.`);
    }
    resource.write(tags);
  },

  UntagResource(input, ctx) {
    const resource = taggable(ctx, input.Resource);
    const gone = new Set(input.TagKeys);
    resource.write(Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !gone.has(key))));
  },
});

interface Taggable {
  readonly tags: Tags;
  write(tags: Tags): void;
}

function taggable(ctx: Context, arn: string): Taggable {
  const parsed = parseArn(arn)!;
  const [kind, name, qualifier] = parsed.resource.split(":") as [string, string, string | undefined];
  const store = ctx.host.store(parsed.account, parsed.region);
  if (kind === "function") {
    if (qualifier)
      throw invalidParameter(
        "Tags on function aliases and versions are not supported. Please specify a function ARN.",
      );
    return functionTags(store, arn, name);
  }
  const collection = kind === "event-source-mapping" ? eventSourceMappings : codeSigningConfigs;
  const records = store.collection<{ tags?: Tags }>(collection as never);
  const record = records.get([name]);
  if (!record) throw notFound(`The resource you requested does not exist.`);
  return { tags: record.tags ?? {}, write: (tags) => records.put([name], { ...record, tags }) };
}

function functionTags(store: Store, arn: string, name: string): Taggable {
  const record = store.collection(functions).get([name]);
  if (!record) throw functionNotFound(arn);
  return { tags: record.tags, write: (tags) => store.collection(functions).put([name], { ...record, tags }) };
}
