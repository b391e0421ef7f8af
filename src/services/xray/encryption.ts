import { begin, stateOf, type Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { invalidRequest } from "./errors.ts";
import { encryptionLifecycle } from "./lifecycle.ts";

interface EncryptionRecord {
  readonly type: XRay.EncryptionType;
  readonly keyId?: string;
  readonly transition?: Transition | undefined;
}

/** Key: ["config"]. */
const encryptionRecords = defineCollection<EncryptionRecord>({ name: "encryption" });
const KEY = ["config"];

export const encryption: Handlers<XRay.Operations> = {
  PutEncryptionConfig({ Type, KeyId }, ctx) {
    if (Type === "KMS" && KeyId === undefined) throw invalidRequest("KeyId is required for the type KMS.");
    if (Type === "NONE" && KeyId !== undefined) throw invalidRequest("KeyId is only valid for the type KMS.");
    const record: EncryptionRecord = {
      type: Type,
      ...(KeyId !== undefined && { keyId: keyArn(KeyId, ctx) }),
      transition: begin(encryptionLifecycle, "UPDATING", "xray", ctx, ctx),
    };
    ctx.store.collection(encryptionRecords).put(KEY, record);
    return { EncryptionConfig: describe(record, ctx) };
  },

  GetEncryptionConfig: (_input, ctx) => ({
    EncryptionConfig: describe(ctx.store.collection(encryptionRecords).get(KEY) ?? { type: "NONE" }, ctx),
  }),
};

/** Names and ids are answered as ARNs. */
function keyArn(id: string, { account, region }: Context): string {
  if (id.startsWith("arn:")) return id;
  return makeArn("kms", region, account, id.startsWith("alias/") ? id : `key/${id}`);
}

const describe = ({ type, keyId, transition }: EncryptionRecord, { host }: Context) => ({
  ...(keyId !== undefined && { KeyId: keyId }),
  Status: stateOf(encryptionLifecycle, transition, "ACTIVE", host) as XRay.EncryptionStatus,
  Type: type,
});
