import { readJson } from "../../core/read-json.ts";
import type { Handlers } from "../../core/service.ts";
import type * as STS from "../../models/generated/sts.ts";
import { invalidAuthorizationMessage } from "./errors.ts";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const DEFAULT_ACCOUNT = "000000000000";

export const identity: Handlers<STS.Operations> = {
  GetCallerIdentity(_input, ctx) {
    const { userId, account, arn } = ctx.caller;
    return { UserId: userId, Account: account, Arn: arn };
  },

  GetAccessKeyInfo(input, ctx) {
    const known = ctx.host.credentials.find(input.AccessKeyId);
    return { Account: known?.account ?? accountOf(input.AccessKeyId) };
  },

  DecodeAuthorizationMessage(input) {
    const text = Buffer.from(input.EncodedMessage, "base64").toString();
    if (!isJson(text)) throw invalidAuthorizationMessage();
    return { DecodedMessage: text };
  },
};

/** The account that AWS writes into an access key: 40 bits behind the prefix, shifted by one. */
function accountOf(accessKeyId: string): string {
  const code = /^A[KS]IA([A-Z2-7]{16})$/.exec(accessKeyId)?.[1];
  if (!code) return DEFAULT_ACCOUNT;
  let bits = 0n;
  for (const c of code.slice(0, 10)) bits = (bits << 5n) | BigInt(BASE32.indexOf(c));
  const account = ((bits >> 2n) & 0x7fffffffff80n) >> 7n;
  return account.toString().padStart(12, "0").slice(-12);
}

function isJson(text: string): boolean {
  try {
    readJson(text);
    return true;
  } catch {
    return false;
  }
}
