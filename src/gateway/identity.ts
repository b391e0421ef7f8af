import { partitionOf } from "../core/arn.ts";
import { BoundedMap } from "../core/bounded-map.ts";
import type { Caller } from "../core/call.ts";
import type { Credentials } from "../core/credentials.ts";
import type { Log } from "../core/log.ts";
import { roleSession } from "../core/role-session.ts";

export const DEFAULT_ACCOUNT = "000000000000";
export const DEFAULT_REGION = "us-east-1";

const REGION = /^(?:[a-z]{2}(?:-[a-z]+)+-\d+|aws-global)$/;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * Who calls. A key that IAM or STS made is that principal; any other key is the root of its account: twelve digits are the
 * account itself, LocalStack's `LKIA…`/`LSIA…` keys carry it, everything else means 000000000000.
 */
export function identify(credentials: Credentials, accessKeyId: string | undefined, region: string): Caller {
  const key = accessKeyId ?? "";
  const known = key && credentials.find(key);
  if (known) {
    return {
      accessKeyId: key,
      account: known.account,
      arn: known.arn,
      userId: known.userId,
      ...(known.roleArn && { roleArn: known.roleArn }),
      ...(known.network && { network: known.network }),
      ...(known.parentId !== undefined && { parentId: known.parentId }),
    };
  }
  return root(key, partitionOf(region));
}

/** By partition and access key. */
const roots = new Map<string, BoundedMap<Caller>>();
const MOST_ROOTS = 1000;

function root(accessKeyId: string, partition: string): Caller {
  let known = roots.get(partition);
  if (known === undefined) {
    known = new BoundedMap(MOST_ROOTS);
    roots.set(partition, known);
  }
  let caller = known.get(accessKeyId);
  if (caller === undefined) {
    const account = accountOf(accessKeyId);
    caller = { accessKeyId, account, arn: `arn:${partition}:iam::${account}:root`, userId: account };
    known.set(accessKeyId, caller);
  }
  return caller;
}

/** The account that an access key stands for. */
export function accountOf(accessKeyId: string): string {
  if (/^\d{12}$/.test(accessKeyId)) return accessKeyId;
  if (/^L[KS]IA[A-Z2-7]{8,}/.test(accessKeyId) && accessKeyId.length >= 20) return decodeAccount(accessKeyId);
  return DEFAULT_ACCOUNT;
}

/** AWS's own scheme: 40 bits behind the prefix hold the account's number, shifted by one. */
function decodeAccount(accessKeyId: string): string {
  let bits = 0n;
  for (const c of accessKeyId.slice(4, 14)) bits = (bits << 5n) | BigInt(BASE32.indexOf(c));
  // Ten characters are 50 bits: the first 48 are the six bytes that hold the number.
  const account = ((bits >> 2n) & 0x7fffffffff80n) >> 7n;
  return account.toString().padStart(12, "0").slice(-12);
}

/** Is it a name that AWS's regions could have? */
export const isRegion = (name: string): boolean => REGION.test(name);

/** The region that a call works in; an unknown name means us-east-1, as in LocalStack, unless it is allowed. */
export function regionOf(asked: string | undefined, options: { allowAny: boolean; log: Log }): string {
  if (!asked) return DEFAULT_REGION;
  if (REGION.test(asked) || options.allowAny) return asked === "aws-global" ? DEFAULT_REGION : asked;
  options.log.warn(
    `Region "${asked}" is none of AWS's; working in ${DEFAULT_REGION}. ALLOW_NONSTANDARD_REGIONS=1 allows any name.`,
  );
  return DEFAULT_REGION;
}

/** The caller that stands for an AWS service, or for a role that a service acts as. */
export function callerAs(as: string | Caller | undefined, service: string, account: string): Caller {
  if (typeof as === "object") return as;
  if (as?.includes(":role/")) return roleSession(as, service, account);
  const principal = as ?? `${service}.amazonaws.com`;
  return { accessKeyId: "", account, arn: principal, userId: principal };
}
