import { makeArn } from "../../core/arn.ts";
import type { Random } from "../../core/random.ts";

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** `EXT` and the base58 text of ten bytes, as AWS's ids look. */
export function templateId(random: Random): string {
  return `EXT${random.string(14, BASE58)}`;
}

/** `EXP` and the base58 text of eleven bytes. */
export function experimentId(random: Random): string {
  return `EXP${random.string(15, BASE58)}`;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

export function arnOf(
  kind: "experiment-template" | "experiment" | "action" | "safety-lever",
  id: string,
  { account, region }: Place,
): string {
  return makeArn("fis", region, account, `${kind}/${id}`);
}
