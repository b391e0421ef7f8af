import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/xray/latest/api/API_EncryptionConfig.html (Status) */
export const encryptionLifecycle = defineLifecycle({
  point: "xray:encryption-state",
  of: "the encryption of an account's traces",
  stages: { UPDATING: { next: "ACTIVE", takesMs: 60_000 } },
});
