import type { CallRecord } from "../../../src/core/bus.ts";

/** How a call ended: what colours and counts go by. */
export const OUTCOMES = ["ok", "client", "server", "dropped"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  ok: "answered",
  client: "client error",
  server: "server error",
  dropped: "dropped",
};

export function outcomeOf({ status, dropped }: CallRecord): Outcome {
  if (dropped !== undefined || status === 0) return "dropped";
  if (status >= 500) return "server";
  return status >= 400 ? "client" : "ok";
}

/** What is said of it in a line: the error's code, how it was dropped, the status. */
export function wordOf(call: CallRecord): string {
  return call.errorCode ?? call.dropped ?? String(call.status);
}

/** The resource that a call names, as its site has it: `lambda.Invoke@worker~1f#1` → `worker`. */
export function resourceOf({ site }: CallRecord): string {
  const step = site.slice(site.lastIndexOf(" > ") + 1);
  return /@(.*?)(?:~[0-9a-f]*)?(?:#\d+)?$/.exec(step)?.[1] ?? "";
}

/** Who acted first: a test's scope, a role, a poller. */
export function scopeOf({ site }: CallRecord): string {
  const end = site.indexOf(" > ");
  return end < 0 ? site : site.slice(0, end);
}
