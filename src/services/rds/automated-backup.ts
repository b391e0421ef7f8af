import type { Place } from "../../aws/arn-template.ts";
import { makeArn } from "../../core/arn.ts";
import type * as RDS from "../../models/generated/rds.ts";
import type { DbClusterRecord } from "./db-cluster.ts";
import type { DbInstanceRecord } from "./db-instance.ts";

const DAY_MS = 86_400_000;
/** RDS puts what was written away as often: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html */
const EVERY_MS = 300_000;

type Backed = Pick<DbInstanceRecord | DbClusterRecord, "backupDays" | "createdMs">;

/** From when to when a database can be restored, by Squall's clock; undefined for one without backups. */
export function windowOf(
  { backupDays, createdMs }: Backed,
  nowMs: number,
): { readonly earliestMs: number; readonly latestMs: number } | undefined {
  if (backupDays === 0) return undefined;
  const earliestMs = wholeSeconds(Math.max(createdMs, nowMs - backupDays * DAY_MS));
  return { earliestMs, latestMs: Math.max(earliestMs, nowMs - (nowMs % EVERY_MS)) };
}

/** What an answer says, a request can say. */
const wholeSeconds = (ms: number): number => ms - (ms % 1000);

/** The window as answers have it. */
export function restoreWindow(of: Backed, nowMs: number): RDS.RestoreWindow {
  const window = windowOf(of, nowMs);
  return window ? { EarliestTime: new Date(window.earliestMs), LatestTime: new Date(window.latestMs) } : {};
}

/** `arn:aws:rds:us-east-1:000000000000:auto-backup:ab-…`: each database has one, which is named after its resource id. */
export const backupArn = (
  { resourceId }: Pick<DbInstanceRecord | DbClusterRecord, "resourceId">,
  { account, region }: Place,
): string => {
  const [kind = "", id = ""] = resourceId.split("-");
  const type = kind === "cluster" ? "cluster-auto-backup" : "auto-backup";
  return makeArn("rds", region, account, `${type}:ab-${id.toLowerCase()}`);
};
