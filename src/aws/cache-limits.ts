import { isDailyWindow, isWeeklyWindow } from "./windows.ts";

const LEAST_PORT = 1;
const MOST_PORT = 65_535;
const MOST_SNAPSHOT_DAYS = 35;

/** What is asked of caches, as far as it is a matter of numbers and times. */
interface CacheWish {
  readonly port: number | undefined;
  readonly snapshotDays: number | undefined;
  readonly snapshotWindow: string | undefined;
  readonly maintenanceWindow: string | undefined;
}

/** Is it within the limits? Texts are inferred. @param refuse the service's error for what is not */
export function checkCacheLimits(
  { port, snapshotDays: days, snapshotWindow, maintenanceWindow }: CacheWish,
  refuse: (reason: string) => Error,
): void {
  if (port !== undefined && (port < LEAST_PORT || port > MOST_PORT))
    throw refuse(`Invalid port: ${port}. Must be between ${LEAST_PORT} and ${MOST_PORT}.`);
  if (days !== undefined && (days < 0 || days > MOST_SNAPSHOT_DAYS))
    throw refuse(`Invalid snapshot retention limit: ${days}. Must be between 0 and ${MOST_SNAPSHOT_DAYS}.`);
  if (snapshotWindow !== undefined && !isDailyWindow(snapshotWindow))
    throw refuse(
      `Invalid snapshot window format: ${snapshotWindow}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC).`,
    );
  if (maintenanceWindow !== undefined && !isWeeklyWindow(maintenanceWindow))
    throw refuse(
      `Invalid maintenance window format: ${maintenanceWindow}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC).`,
    );
}
