import type { Context } from "../../../core/service.ts";
import { accessDenied } from "../errors.ts";

/**
 * Requests name the account that they are about, in the host's prefix or the header `x-amz-account-id`.
 * @throws AwsError `AccessDenied` for another's
 */
export function checkAccount({ AccountId: account }: { readonly AccountId?: string }, ctx: Context): void {
  if (account !== undefined && account !== ctx.account) throw accessDenied();
}
