import type { Context } from "../../../core/service.ts";
import { defineCollection } from "../../../core/storage.ts";

/** A dashboard as it is kept. */
export interface Dashboard {
  readonly name: string;
  readonly arn: string;
  readonly body: string;
  readonly modifiedAtMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Key: [name]. In the account's global place: dashboards belong to no region. */
const dashboardCollection = defineCollection<Dashboard>({ name: "dashboards" });

export const dashboardsOf = (ctx: Context) =>
  ctx.host.store(ctx.account, "global").collection(dashboardCollection);
