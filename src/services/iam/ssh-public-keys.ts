import { createHash } from "node:crypto";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { makeId, users, wholeSecond } from "./entity.ts";
import { duplicateSshKey, invalidPublicKey, noSuchSshKey, quotaExceeded } from "./errors.ts";
import { Owned, type Possession, statusOf } from "./owned.ts";
import { pageOf } from "./page.ts";
import { userNameOf } from "./user-name.ts";

interface SshKeyRecord extends Possession {
  readonly body: string;
}

const MOST_KEYS = 5;
const sshKeyRecords = defineCollection<SshKeyRecord>({ name: "ssh-public-keys" });
export const sshKeysOf = (ctx: Pick<Context, "store">) => new Owned(sshKeyRecords, noSuchSshKey, ctx);

export const sshPublicKeys: Handlers<IAM.Operations> = {
  UploadSSHPublicKey(input, ctx) {
    const user = users(ctx).get(input.UserName);
    const body = input.SSHPublicKeyBody.trim();
    if (!/^(ssh-rsa [\w+/]+=*|-----BEGIN (RSA )?PUBLIC KEY-----)/.test(body)) throw invalidPublicKey();
    const keys = sshKeysOf(ctx);
    const own = keys.of(user.name);
    if (own.some((key) => key.body === body)) throw duplicateSshKey();
    if (own.length >= MOST_KEYS) throw quotaExceeded("SSHPublicKeysPerUser", MOST_KEYS);
    const createdAtMs = wholeSecond(ctx.clock.now());
    const key: SshKeyRecord = { id: makeId("APKA", ctx), status: "Active", createdAtMs, body };
    keys.put(user.name, key);
    return { SSHPublicKey: describe(user.name, key) };
  },

  GetSSHPublicKey(input, ctx) {
    const user = users(ctx).get(input.UserName);
    return { SSHPublicKey: describe(user.name, sshKeysOf(ctx).get(user.name, input.SSHPublicKeyId)) };
  },

  ListSSHPublicKeys(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const { items, page } = pageOf(sshKeysOf(ctx).of(user.name), input, ({ id }) => id);
    const SSHPublicKeys = items.map((key) => {
      const { SSHPublicKeyBody: _, Fingerprint: __, ...metadata } = describe(user.name, key);
      return metadata;
    });
    return { SSHPublicKeys, ...page };
  },

  UpdateSSHPublicKey(input, ctx) {
    const user = users(ctx).get(input.UserName);
    const keys = sshKeysOf(ctx);
    keys.put(user.name, { ...keys.get(user.name, input.SSHPublicKeyId), status: statusOf(input.Status) });
  },

  DeleteSSHPublicKey(input, ctx) {
    const user = users(ctx).get(input.UserName);
    sshKeysOf(ctx).delete(user.name, input.SSHPublicKeyId);
  },
};

function describe(userName: string, key: SshKeyRecord) {
  const material = Buffer.from(key.body.split(" ")[1] ?? key.body, "base64");
  return {
    UserName: userName,
    SSHPublicKeyId: key.id,
    Fingerprint: createHash("md5")
      .update(material)
      .digest("hex")
      .replace(/..(?!$)/g, "$&:"),
    SSHPublicKeyBody: key.body,
    Status: key.status,
    UploadDate: new Date(key.createdAtMs),
  };
}
