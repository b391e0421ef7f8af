import type { Context } from "../../core/service.ts";

/** Does a call say who makes it? A confirmation or a farewell that follows the URL of a message does not. */
export const isSigned = (ctx: Context): boolean =>
  ctx.request === undefined ||
  ctx.headers["authorization"] !== undefined ||
  ctx.request.query.includes("X-Amz-Signature=");
