import type { Envelope } from "../../aws/envelope.ts";
import { isOver, type Transition } from "../../aws/lifecycle.ts";
import { makeArn, parseArn, partsOf } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { invalidName, markedForDeletion, onReplica, secretNotFound } from "./errors.ts";

/** A version of a secret; its value is kept apart. */
export interface Version {
  readonly createdAtMs: number;
  readonly stages: readonly string[];
  /** The day of the last reading, as epoch milliseconds. */
  readonly accessedMs?: number;
  readonly kmsKeyId?: string;
  /** A rotation has named it and not put a value yet. */
  readonly isEmpty?: true;
  /** It is there while a rotation is tried out. */
  readonly isTrial?: true;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
  readonly type?: string;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  readonly accessedMs?: number;
  /** By id. */
  readonly versions: Readonly<Record<string, Version>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly deletion?: { readonly atMs: number; readonly untilMs: number };
  readonly rotation?: Rotation;
  /** Of a replica and of a primary that has replicas: where the primary is. */
  readonly primaryRegion?: string;
  readonly replicas?: readonly Replica[];
  /** Of a replica that is on its way: nobody reads it before it is there. */
  readonly transition?: Transition<"InProgress"> | undefined;
}

export interface Rotation {
  readonly isEnabled: boolean;
  readonly functionArn?: string;
  readonly rules?: SecretsManager.RotationRulesType;
  readonly lastMs?: number;
  readonly nextMs?: number;
}

export interface Replica {
  readonly region: string;
  readonly kmsKeyId?: string;
  readonly status: "InSync" | "Failed";
  readonly message?: string;
  readonly transition?: Transition<"InProgress"> | undefined;
}

/** Key: [name]. */
export const secretRecords = defineCollection<Secret>({ name: "secrets" });

export interface SecretValue {
  readonly envelope: Envelope;
  readonly isBinary: boolean;
}

/** Key: [name, version id]. */
export const secretValues = defineCollection<SecretValue>({ name: "values" });

export const DAY_MS = 86_400_000;
const NAME = /^[A-Za-z0-9/_+=.@!-]+$/;
const SUFFIX = /-[A-Za-z0-9]{6}$/;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** @throws ValidationException for a name that is none */
export function checkName(name: string): void {
  if (!NAME.test(name)) throw invalidName();
}

export const newSecretArn = (name: string, ctx: Pick<Context, "account" | "region" | "random">) =>
  makeArn("secretsmanager", ctx.region, ctx.account, `secret:${name}-${ctx.random.string(6, LETTERS)}`);

/** Where a secret is, and by what name it is kept: a name, an ARN, or an ARN without its last six letters. */
export function placeOf(id: string, ctx: Pick<Context, "account" | "region">) {
  const parsed = parseArn(id);
  if (!parsed) {
    checkName(id);
    return { account: ctx.account, region: ctx.region, names: [id], arn: undefined };
  }
  const given = parsed.resource.replace(/^secret:/, "");
  // What ends as a whole ARN does is one, also when a secret's name happens to.
  const isWhole = SUFFIX.test(given);
  const place = { account: parsed.account || ctx.account, region: parsed.region || ctx.region };
  return { ...place, names: [isWhole ? given.replace(SUFFIX, "") : given], arn: isWhole ? id : undefined };
}

export interface Found {
  readonly secret: Secret;
  readonly store: Store;
}

/** @throws ResourceNotFoundException */
export function findSecret(id: string, ctx: Context): Found {
  const { account, region, names, arn } = placeOf(id, ctx);
  const store = ctx.host.store(account, region);
  const secret = liveSecret(store, sure(names[0]), ctx.clock.now());
  const isOnItsWay = secret?.transition !== undefined && !isOver(secret.transition, ctx.host);
  if (!secret || isOnItsWay || (arn !== undefined && secret.arn !== arn)) throw secretNotFound();
  return { secret, store };
}

/** A secret whose recovery window has not passed. */
export function liveSecret(store: Store, name: string, nowMs: number): Secret | undefined {
  const secret = store.collection(secretRecords).look([name]);
  if (secret?.deletion && secret.deletion.untilMs <= nowMs) {
    store.transaction(() => removeSecret(store, secret));
    return undefined;
  }
  return secret;
}

/** @throws InvalidRequestException for one that is about to be deleted, or that only its primary can change */
export function findChangeable(id: string, ctx: Context): Found {
  const found = findSecret(id, ctx);
  refuseDeleted(found.secret);
  if (isReplica(found.secret)) throw onReplica();
  return found;
}

export function refuseDeleted({ deletion }: Secret): void {
  if (deletion) throw markedForDeletion();
}

export const isReplica = ({ primaryRegion, arn }: Secret) =>
  primaryRegion !== undefined && partsOf(arn).region !== primaryRegion;

export const saveSecret = (store: Store, secret: Secret) =>
  store.collection(secretRecords).put([secret.name], secret);

export function removeSecret(store: Store, { name }: Secret): void {
  store.collection(secretRecords).delete([name]);
  store.collection(secretValues).clear({ prefix: [name] });
}

/** Ids and stages of the versions that have any, as descriptions have them. */
export function stagesOf({ versions }: Secret): Record<string, string[]> | undefined {
  const staged = Object.entries(versions).filter(([, { stages }]) => stages.length > 0);
  return staged.length === 0
    ? undefined
    : Object.fromEntries(staged.map(([id, { stages }]) => [id, [...stages].sort()]));
}

/** The version that has a stage. */
export const staged = ({ versions }: Secret, stage: string): string | undefined =>
  Object.entries(versions).find(([, { stages }]) => stages.includes(stage))?.[0];
