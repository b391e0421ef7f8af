import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { type UserRecord, users, wholeSecond } from "./entity.ts";
import { noSuchAccessKey, quotaExceeded } from "./errors.ts";
import { Owned, type Possession, statusOf } from "./owned.ts";
import { pageOf } from "./page.ts";
import { userNameOf } from "./user-name.ts";

const MOST_KEYS = 2;

/** Keys as IAM keeps them; their secrets are among the credentials of the cloud. */
const accessKeyRecords = defineCollection<Possession>({ name: "access-keys" });
export const accessKeysOf = (ctx: Pick<Context, "store">) =>
  new Owned(accessKeyRecords, noSuchAccessKey, ctx);

export const accessKeys: Handlers<IAM.Operations> = {
  CreateAccessKey(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const keys = accessKeysOf(ctx);
    if (keys.of(user.name).length >= MOST_KEYS) throw quotaExceeded("AccessKeysPerUser", MOST_KEYS);
    const { account, host } = ctx;
    const made = host.credentials.issue({ account, arn: user.arn, userId: user.id });
    const key: Possession = {
      id: made.accessKeyId,
      status: "Active",
      createdAtMs: wholeSecond(ctx.clock.now()),
    };
    keys.put(user.name, key);
    return { AccessKey: { ...describe(user.name, key), SecretAccessKey: made.secretAccessKey } };
  },

  ListAccessKeys(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const { items, page } = pageOf(accessKeysOf(ctx).of(user.name), input, ({ id }) => id);
    return { AccessKeyMetadata: items.map((key) => describe(user.name, key)), ...page };
  },

  UpdateAccessKey(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const keys = accessKeysOf(ctx);
    const key = keys.get(user.name, input.AccessKeyId);
    const status = statusOf(input.Status);
    keys.put(user.name, { ...key, status });
    const known = ctx.host.credentials.find(key.id);
    if (known) ctx.host.credentials.put({ ...known, active: status === "Active" });
  },

  DeleteAccessKey(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    accessKeysOf(ctx).delete(user.name, input.AccessKeyId);
    ctx.host.credentials.delete(input.AccessKeyId);
  },

  GetAccessKeyLastUsed(input, ctx) {
    const keys = accessKeysOf(ctx);
    const owner = users(ctx)
      .list()
      .find(({ name }) => keys.of(name).some(({ id }) => id === input.AccessKeyId));
    if (!owner) throw noSuchAccessKey(input.AccessKeyId);
    // As for a key that has not been used: nobody keeps track here.
    const never: Partial<IAM.AccessKeyLastUsed> = { ServiceName: "N/A", Region: "N/A" };
    return { UserName: owner.name, AccessKeyLastUsed: never as IAM.AccessKeyLastUsed };
  },
};

/** A user has another name: its keys stand for it under that one. */
export function moveAccessKeys(from: UserRecord, to: UserRecord, ctx: Context): void {
  const keys = accessKeysOf(ctx);
  keys.move(from.name, to.name);
  for (const { id } of keys.of(to.name)) {
    const known = ctx.host.credentials.find(id);
    if (known) ctx.host.credentials.put({ ...known, arn: to.arn });
  }
}

function describe(userName: string, key: Possession) {
  return {
    UserName: userName,
    AccessKeyId: key.id,
    Status: key.status,
    CreateDate: new Date(key.createdAtMs),
  };
}
