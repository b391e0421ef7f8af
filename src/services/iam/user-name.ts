import type { Context } from "../../core/service.ts";
import { mustNameUser } from "./errors.ts";

/** The user that an operation is about: the named one, or else the caller. @throws AwsError `ValidationError` */
export function userNameOf(given: string | undefined, ctx: Context): string {
  if (given !== undefined) return given;
  const own = /:user\/(?:.*\/)?([^/]+)$/.exec(ctx.caller.arn)?.[1];
  if (own === undefined) throw mustNameUser();
  return own;
}
