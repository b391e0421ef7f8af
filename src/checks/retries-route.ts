import type { CallRecord } from "../core/bus.ts";
import { json } from "../core/http.ts";
import { route } from "../core/route.ts";
import type { AdminRoute } from "../core/service.ts";

/**
 * `GET /_squall/retries`: what SDKs made of the failures that they met, of one account with `?account=`. `unmet` is what of
 * `?assert=attempts<=4,wait>=10ms` does not hold, in sentences. With `?format=html` as a page, a picture first.
 */
export function retriesRoute(calls: () => Iterable<CallRecord>): AdminRoute {
  return route("GET", "/_squall/retries", async ({ query }) => {
    // Most starts are never asked.
    const { retryReport, unmet } = await import("./retries.ts");
    const asked = new URLSearchParams(query);
    const account = asked.get("account");
    const wanted = [...calls()].filter((call) => account === null || call.account === account);
    const report = retryReport(wanted.sort((a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence));
    let broken: string[];
    try {
      broken = unmet(asked.get("assert") ?? "", report);
    } catch (error) {
      return json(400, { message: (error as Error).message });
    }
    switch (asked.get("format") ?? "json") {
      case "json":
        return json(200, { ...report, unmet: broken });
      case "html": {
        const { retriesHtml } = await import("./retries-html.ts");
        const headers = { "content-type": "text/html; charset=utf-8" };
        return { status: 200, headers, body: retriesHtml(report, broken) };
      }
      default:
        return json(400, { message: `Retries come as json or html, not as "${asked.get("format")}".` });
    }
  });
}
