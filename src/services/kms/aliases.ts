import type { Context, Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { aliasArn, aliasRecords } from "./alias.ts";
import { aliasExists, aliasNotFound, aliasPrefix, notAuthorized, validation } from "./errors.ts";
import type { Keys } from "./keys.ts";
import { marked } from "./marked.ts";

/** https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html */
export const aliases = (keys: Keys): Handlers<KMS.Operations> => {
  const target = (keyId: string, ctx: Context) => {
    // An alias of an alias there is not.
    if (/(^|:)alias\//.test(keyId)) throw validation("Aliases must refer to keys. Not aliases");
    const key = keys.find(keyId, ctx);
    keys.refuseDeleted(key);
    return key;
  };

  return {
    CreateAlias({ AliasName: name, TargetKeyId }, ctx) {
      checkName(name);
      const records = ctx.store.collection(aliasRecords);
      const key = target(TargetKeyId, ctx);
      if (records.has([name])) throw aliasExists(aliasArn(ctx, name));
      const nowMs = ctx.clock.now();
      records.put([name], { name, keyId: key.id, createdAtMs: nowMs, updatedAtMs: nowMs });
    },

    UpdateAlias({ AliasName: name, TargetKeyId }, ctx) {
      checkName(name);
      const records = ctx.store.collection(aliasRecords);
      const alias = records.get([name]);
      if (!alias) throw aliasNotFound(aliasArn(ctx, name));
      const before = keys.get(alias.keyId, ctx);
      const key = target(TargetKeyId, ctx);
      if (
        before &&
        (before.usage !== key.usage ||
          (before.spec === "SYMMETRIC_DEFAULT") !== (key.spec === "SYMMETRIC_DEFAULT"))
      )
        throw validation("The current and new KMS keys must be the same type and have the same key usage.");
      records.put([name], { ...alias, keyId: key.id, updatedAtMs: ctx.clock.now() });
    },

    DeleteAlias({ AliasName: name }, ctx) {
      checkName(name);
      if (!ctx.store.collection(aliasRecords).delete([name])) throw aliasNotFound(aliasArn(ctx, name));
    },

    ListAliases(input, ctx) {
      const records = ctx.store.collection(aliasRecords);
      const key = input.KeyId === undefined ? undefined : keys.find(input.KeyId, ctx);
      const all = [...(key ? records.by("byKey").values({ prefix: [key.id] }) : records.values())];
      const there = all.filter(({ keyId }) => keys.get(keyId, ctx));
      const { items, ...rest } = marked(there, ({ name }) => [name], input, 50);
      return {
        Aliases: items.map(({ name, keyId, createdAtMs, updatedAtMs }) => ({
          AliasName: name,
          AliasArn: aliasArn(ctx, name),
          TargetKeyId: keyId,
          CreationDate: new Date(createdAtMs),
          LastUpdatedDate: new Date(updatedAtMs),
        })),
        ...rest,
      };
    },
  };
};

function checkName(name: string): void {
  if (!name.startsWith("alias/")) throw aliasPrefix();
  // Inferred: AWS takes no alias without a name.
  if (!/^alias\/[\w/-]+$/.test(name)) throw validation(`The alias name ${name} is not valid.`);
  if (name.startsWith("alias/aws/")) throw notAuthorized();
}
