import { BoundedMap } from "../../core/bounded-map.ts";
import type { Handlers } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter } from "./errors.ts";
import type { LogEvent } from "./event-log.ts";
import type { Where } from "./feed.ts";
import { type LogGroup, requireGroup } from "./group.ts";
import { compileTransformer, type Metadata, type Transformer } from "./transform/transformer.ts";

/** A group's transformer for as long as it was in force. Without processors: there was none any more. */
interface TransformerVersion {
  readonly createdAtMs: number;
  readonly sinceMs: number;
  readonly processors?: Logs.Processors;
}

/** Key: [group's name, number of the version]. Events keep what the transformer made of them that was there when they came. */
export const transformerCollection = defineCollection<TransformerVersion>({ name: "transformers" });

const MAX_COMPILED = 500;

/** Events are transformed as they are asked for: kept are the originals, and which transformer was in force when. */
export class Transformers {
  readonly #compiled = new BoundedMap<Transformer>(MAX_COMPILED);

  /** What a group's transformer made of an event; undefined when there was none, or it did not understand the event. */
  of(store: Store, where: Where, group: string): (event: LogEvent, stream: string) => string | undefined {
    const versions = [...store.collection(transformerCollection).values({ prefix: [group] })].map(
      ({ sinceMs, processors }) => ({ sinceMs, transformer: processors && this.#compile(processors) }),
    );
    return ({ message, ingestionTime }, stream) =>
      versions
        .findLast(({ sinceMs }) => sinceMs <= ingestionTime)
        ?.transformer?.transform(message, metadataOf(where, group, stream));
  }

  #compile(processors: Logs.Processors): Transformer {
    const key = JSON.stringify(processors);
    const known = this.#compiled.get(key) ?? compileTransformer(processors);
    this.#compiled.set(key, known);
    return known;
  }
}

const metadataOf = ({ account, region }: Where, group: string, stream: string): Metadata => ({
  "@logGroupName": group,
  "@logGroupStream": stream,
  "@accountId": account,
  "@regionName": region,
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation.html */
export const transformers = (): Handlers<Logs.Operations> => ({
  PutTransformer(input, ctx) {
    const group = transformable(ctx.store, input.logGroupIdentifier);
    compileTransformer(input.transformerConfig);
    const nowMs = ctx.clock.now();
    keep(ctx.store, group, {
      createdAtMs: current(ctx.store, group)?.createdAtMs ?? nowMs,
      sinceMs: nowMs,
      processors: input.transformerConfig,
    });
    return {};
  },

  /** Of a group without one: an empty answer. */
  GetTransformer(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupIdentifier);
    const found = current(ctx.store, group);
    if (!found?.processors) return {};
    return {
      logGroupIdentifier: group.arn,
      creationTime: found.createdAtMs,
      lastModifiedTime: found.sinceMs,
      transformerConfig: found.processors,
    };
  },

  DeleteTransformer(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupIdentifier);
    if (!current(ctx.store, group)) return {};
    const nowMs = ctx.clock.now();
    keep(ctx.store, group, { createdAtMs: nowMs, sinceMs: nowMs });
    return {};
  },

  TestTransformer(input) {
    const transformer = compileTransformer(input.transformerConfig);
    return {
      transformedLogs: input.logEventMessages.map((eventMessage, at) => ({
        eventNumber: at + 1,
        eventMessage,
        transformedEventMessage: transformer.transform(eventMessage, {}) ?? eventMessage,
      })),
    };
  },
});

function transformable(store: Store, identifier: string): LogGroup {
  const group = requireGroup(store, identifier);
  // Only groups of the Standard class have transformers; the text is inferred.
  if (group.class !== "STANDARD")
    throw invalidParameter("Log transformers are supported only for log groups in the Standard log class.");
  return group;
}

/** The version in force, or undefined. */
function current(store: Store, group: LogGroup): TransformerVersion | undefined {
  const versions = store.collection(transformerCollection);
  const [last] = versions.values({ prefix: [group.name], reverse: true, limit: 1 });
  return last?.processors ? last : undefined;
}

function keep(store: Store, group: LogGroup, version: TransformerVersion): void {
  const versions = store.collection(transformerCollection);
  versions.put([group.name, versions.count({ prefix: [group.name] })], version);
}
