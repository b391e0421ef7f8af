import { createHash } from "node:crypto";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { idempotentParameterMismatch } from "./errors.ts";
import { type Kept, type KeptKind, look } from "./kind.ts";

/** What a client token made, and what was asked with it. */
interface TokenRecord {
  readonly asked: string;
  readonly id: string;
}

const tokenRecords = defineCollection<TokenRecord>({ name: "client-tokens" });

/**
 * Makes a resource once a client token; with the token again it answers with what it made.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 * @throws IdempotentParameterMismatch for a token that was used for something else
 */
export function once<R extends Kept>(
  kind: KeptKind<R>,
  input: { readonly ClientToken?: string | undefined },
  ctx: Context,
  make: () => R,
): R {
  const { ClientToken: token, ...rest } = input;
  if (token === undefined) return make();
  const records = ctx.store.collection(tokenRecords);
  const asked = createHash("sha256")
    .update(JSON.stringify([ctx.operation, rest]))
    .digest("hex");
  const before = records.get([ctx.operation, token]);
  if (before && before.asked !== asked) throw idempotentParameterMismatch();
  const made = look(kind, before?.id, ctx) ?? make();
  records.put([ctx.operation, token], { asked, id: made.id });
  return made;
}
