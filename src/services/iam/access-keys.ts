import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { type UserRecord, users, wholeSecond } from "./entity.ts";
import { noSuchAccessKey, quotaExceeded } from "./errors.ts";
import { pageOf } from "./page.ts";
import { userNameOf } from "./users.ts";

const MOST_KEYS = 2;

/** An access key as IAM keeps it, by user and id; its secret is among the credentials of the cloud. */
interface AccessKeyRecord {
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly createdAtMs: number;
}

const accessKeyRecords = defineCollection<AccessKeyRecord>({ name: "access-keys" });

export const accessKeys: Handlers<IAM.Operations> = {
  CreateAccessKey(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    if (accessKeysOf(user.name, ctx).length >= MOST_KEYS) throw quotaExceeded("AccessKeysPerUser", MOST_KEYS);
    const { account, host } = ctx;
    const made = host.credentials.issue({ account, arn: user.arn, userId: user.id });
    const key: AccessKeyRecord = {
      id: made.accessKeyId,
      status: "Active",
      createdAtMs: wholeSecond(ctx.clock.now()),
    };
    put(user.name, key, ctx);
    return { AccessKey: { ...describe(user.name, key), SecretAccessKey: made.secretAccessKey } };
  },

  ListAccessKeys(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const { items, page } = pageOf(accessKeysOf(user.name, ctx), input, ({ id }) => id);
    return { AccessKeyMetadata: items.map((key) => describe(user.name, key)), ...page };
  },

  UpdateAccessKey(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const key = find(user.name, input.AccessKeyId, ctx);
    const status = input.Status === "Active" ? "Active" : "Inactive";
    put(user.name, { ...key, status }, ctx);
    const known = ctx.host.credentials.find(key.id);
    if (known) ctx.host.credentials.put({ ...known, active: status === "Active" });
  },

  DeleteAccessKey(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const key = find(user.name, input.AccessKeyId, ctx);
    ctx.store.collection(accessKeyRecords).delete([user.name.toLowerCase(), key.id]);
    ctx.host.credentials.delete(key.id);
  },

  GetAccessKeyLastUsed(input, ctx) {
    const owner = users(ctx)
      .list()
      .find(({ name }) => accessKeysOf(name, ctx).some(({ id }) => id === input.AccessKeyId));
    if (!owner) throw noSuchAccessKey(input.AccessKeyId);
    // As for a key that has not been used: nobody keeps track here.
    const never: Partial<IAM.AccessKeyLastUsed> = { ServiceName: "N/A", Region: "N/A" };
    return { UserName: owner.name, AccessKeyLastUsed: never as IAM.AccessKeyLastUsed };
  },
};

/** A user's keys, the oldest first. */
export function accessKeysOf(userName: string, ctx: Pick<Context, "store">): AccessKeyRecord[] {
  const keys = ctx.store.collection(accessKeyRecords).values({ prefix: [userName.toLowerCase()] });
  return [...keys].sort((a, b) => a.createdAtMs - b.createdAtMs);
}

/** A user has another name: its keys stand for it under that one. */
export function moveAccessKeys(from: UserRecord, to: UserRecord, ctx: Context): void {
  const all = ctx.store.collection(accessKeyRecords);
  for (const key of accessKeysOf(from.name, ctx)) {
    all.delete([from.name.toLowerCase(), key.id]);
    put(to.name, key, ctx);
    const known = ctx.host.credentials.find(key.id);
    if (known) ctx.host.credentials.put({ ...known, arn: to.arn });
  }
}

function put(userName: string, key: AccessKeyRecord, ctx: Context): void {
  ctx.store.collection(accessKeyRecords).put([userName.toLowerCase(), key.id], key);
}

function find(userName: string, id: string, ctx: Context): AccessKeyRecord {
  const key = ctx.store.collection(accessKeyRecords).get([userName.toLowerCase(), id]);
  if (!key) throw noSuchAccessKey(id);
  return key;
}

function describe(userName: string, key: AccessKeyRecord) {
  return {
    UserName: userName,
    AccessKeyId: key.id,
    Status: key.status,
    CreateDate: new Date(key.createdAtMs),
  };
}
