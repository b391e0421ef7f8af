import type { Context } from "../../core/service.ts";
import * as kept from "./collections.ts";
import { apiNotFound } from "./errors.ts";

/** The API of that id. @throws NotFoundException */
export function findApi(ctx: Context, id: string): kept.RestApi {
  const api = ctx.store.collection(kept.restApis).get([id]);
  if (!api) throw apiNotFound(ctx.account, id);
  return api;
}
