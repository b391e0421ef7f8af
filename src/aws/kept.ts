import type { Context, KeptResource } from "../core/service.ts";
import { inTime, type Unhurried } from "../core/unhurried.ts";

/** What is kept in a call's account and region, of every service, as far as it fits. It may be much: others have their turn meanwhile. */
export const keptThat = (
  ctx: Context,
  fits: (resource: KeptResource) => boolean,
): KeptResource[] | Promise<KeptResource[]> => inTime(looking(ctx, fits));

function* looking(ctx: Context, fits: (resource: KeptResource) => boolean): Unhurried<KeptResource[]> {
  const found: KeptResource[] = [];
  for (const resource of ctx.host.kept(ctx)) {
    if (fits(resource)) found.push(resource);
    yield;
  }
  return found;
}
