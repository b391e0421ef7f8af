import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { groupNotFound, invalidParameter } from "./errors.ts";

export type LogGroupClass = "STANDARD" | "INFREQUENT_ACCESS" | "DELIVERY";

/** A log group as it is kept. */
export interface LogGroup {
  readonly name: string;
  /** Without the `:*` that some answers add. */
  readonly arn: string;
  readonly createdAtMs: number;
  readonly class: LogGroupClass;
  readonly retentionDays?: number;
  readonly kmsKeyId?: string;
  readonly deletionProtected: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Key: [name]. */
export const groupCollection = defineCollection<LogGroup>({ name: "groups" });

export const groupArn = (region: string, account: string, name: string) =>
  makeArn("logs", region, account, `log-group:${name}`);

/** `/aws/lambda/f`, `arn:aws:logs:…:log-group:/aws/lambda/f` or the same with `:*` → the name. */
export function groupName(identifier: string): string {
  const found = /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(identifier);
  return found?.[1] ?? identifier;
}

/** @throws AwsError when there is no such group */
export function requireGroup(store: Store, identifier: string): LogGroup {
  const group = store.collection(groupCollection).get([groupName(identifier)]);
  if (!group) throw groupNotFound();
  return group;
}

/** The group that an input names one way or the other. */
export function namedGroup(
  ctx: Context,
  input: { readonly logGroupName?: string; readonly logGroupIdentifier?: string },
): LogGroup {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined)
    throw invalidParameter("LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  const identifier = logGroupName ?? logGroupIdentifier;
  if (identifier === undefined)
    throw invalidParameter("Either LogGroup name or LogGroup ARN must be specified.");
  return requireGroup(ctx.store, identifier);
}

const DAY_MS = 86_400_000;

/** Events before this moment are gone. */
export const oldestKeptMs = (group: LogGroup, nowMs: number) =>
  group.retentionDays === undefined ? 0 : nowMs - group.retentionDays * DAY_MS;
