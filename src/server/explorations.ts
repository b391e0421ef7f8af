import type { Bus } from "../core/bus.ts";
import { json, longJson } from "../core/http.ts";
import { route } from "../core/route.ts";
import type { AdminRoute } from "../core/service.ts";
import { BadRequest, readJson } from "./router.ts";

/** Who explores is heard of every five seconds; who is silent for so long does not any more. */
const SILENCE_MS = 20_000;

const LISTS = ["command", "sites", "results", "findings", "accepted", "remarks", "passedOver"];

interface Shown {
  readonly isRunning: boolean;
  readonly report: object;
  readonly heardAtMs: number;
}

/** The last report of `squall explore` that was shown here: it comes again and again while one runs. */
export function explorationRoutes(bus: Bus): AdminRoute[] {
  let last: Shown | undefined;
  return [
    route("GET", "/_squall/explore", () => {
      if (!last)
        throw new BadRequest(
          "No exploration has been shown here. squall explore shows how it goes on at the Squall that runs at SQUALL_URL or port 4566.",
          404,
        );
      const { report, isRunning, heardAtMs } = last;
      return longJson({ isRunning: isRunning && performance.now() - heardAtMs < SILENCE_MS, report });
    }),
    route("PUT", "/_squall/explore", (request) => {
      const { isRunning, report } = readJson(request) as { isRunning?: unknown; report?: unknown };
      if (typeof isRunning !== "boolean" || !isReport(report))
        throw new BadRequest(
          "Send isRunning (true while it goes on) and report (as squall explore --report json=FILE writes it).",
        );
      last = { isRunning, report, heardAtMs: performance.now() };
      bus.publish("explore.report", { isRunning, results: report.results.length });
      return json(200, { isRunning, results: report.results.length });
    }),
    route("DELETE", "/_squall/explore", () => {
      const hadOne = last !== undefined;
      last = undefined;
      if (hadOne) bus.publish("explore.report", { isRunning: false, results: 0 });
      return json(200, { removed: hadOne ? 1 : 0 });
    }),
  ];
}

function isReport(value: unknown): value is { readonly results: readonly unknown[] } {
  if (typeof value !== "object" || value === null) return false;
  const members = value as Record<string, unknown>;
  return members["version"] === 1 && LISTS.every((name) => Array.isArray(members[name]));
}
