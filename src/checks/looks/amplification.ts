import { behindLast } from "../../core/text.ts";
import { defineCheck } from "../check.ts";
import { logicalCalls } from "../evidence.ts";

const MOST = 3;

export default defineCheck({
  id: "amplification",
  title: "One failure is tried again at several layers",
  why: "Three attempts in the SDK, three in the function, three at the client are 27 calls to a service that is down.",
  mend: "Retry at one layer, nearest to the failure, and let the others pass the error on.",
  *look({ calls }) {
    const roots = new Map<string, { attempts: number; calls: Set<string> }>();
    for (const { attempts, first, failedForGood } of logicalCalls(calls)) {
      if (!failedForGood && attempts.length === 1) continue;
      const name = first.site.replace(/(?:~[0-9a-f*]+)?#\d+/g, "");
      const root = roots.get(name) ?? { attempts: 0, calls: new Set() };
      root.attempts += attempts.length;
      root.calls.add(behindLast(" > ", first.site).replace(/#\d+$/, ""));
      roots.set(name, root);
    }
    for (const [site, { attempts, calls: made }] of roots) {
      const ratio = attempts / made.size;
      if (ratio > MOST)
        yield {
          where: site,
          what: `${attempts} attempts of ${made.size} ${made.size === 1 ? "call" : "calls"}`,
        };
    }
  },
});
