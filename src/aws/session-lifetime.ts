import type { ServiceHost } from "../core/service.ts";

/** Where temporary credentials are made: by STS, and by what gives a container or an instance those of its role. */
export const SESSION = "sts:session";

/** What a service knows of rules at the point; of its calls or outside of them. */
type Hits = (point: string, subject: { readonly resource: string }) => ReturnType<ServiceHost["hits"]>;

/** How long credentials live: as long as was asked for, unless a fault ends them. */
export function sessionLifetimeMs(principal: string, askedMs: number, hits: Hits): number {
  const struck = hits(SESSION, { resource: principal });
  return Math.min(askedMs, ...struck.map(({ params }) => Number(params["after"])));
}
