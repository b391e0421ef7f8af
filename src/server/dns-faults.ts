import type { FaultPoint } from "../core/fault.ts";
import type { FaultEngine } from "../faults/engine.ts";

const RESOLVE = "dns:resolve";

/** Where rules can strike in Squall's own DNS server. */
export const DNS_POINTS: Readonly<Record<string, FaultPoint>> = {
  [RESOLVE]: {
    description:
      "A name is asked of Squall's DNS server (`--dns`). `resource` is the name, `operation` the kind of record.",
    operations: ["A", "AAAA", "OTHER"],
    effects: {
      nxdomain: { description: "There is no such name.", parameters: {} },
      servfail: { description: "The server cannot say.", parameters: {} },
      refused: { description: "The server does not want to say.", parameters: {} },
      timeout: { description: "No answer comes.", parameters: {} },
      address: {
        description: "The name has another address: one at which nobody listens, an endpoint that was moved.",
        parameters: { ip: { type: "string", description: "An IPv4 address.", required: true } },
      },
      delay: {
        description: "The answer is late.",
        parameters: {
          ms: { type: "duration", unit: "ms", description: "How late.", required: true, min: 0 },
        },
      },
    },
  },
};

/** What goes wrong with one question. */
export interface DnsFault {
  readonly answer?: "nxdomain" | "servfail" | "refused" | "timeout";
  /** Instead of the right one. */
  readonly ip?: string;
  readonly delayMs: number;
}

const NONE: DnsFault = { delayMs: 0 };
const TYPES: ReadonlyMap<number, string> = new Map([
  [1, "A"],
  [28, "AAAA"],
]);

/** Asks the rules about a question; the first that fails it decides. */
export function dnsFaults(
  faults: Pick<FaultEngine, "hits">,
  where: { readonly account: string; readonly region: string },
): (name: string, type: number) => DnsFault {
  return (name, type) => {
    const subject = { resource: name.toLowerCase(), operation: TYPES.get(type) ?? "OTHER" };
    const hits = faults.hits(RESOLVE, subject, where);
    if (hits.length === 0) return NONE;
    const delayMs = hits
      .filter(({ effect }) => effect === "delay")
      .reduce((sum, { params }) => sum + Number(params["ms"]), 0);
    const answer = hits.find(({ effect }) => effect !== "delay" && effect !== "address")?.effect;
    const ip = hits.find(({ effect }) => effect === "address")?.params["ip"];
    return {
      delayMs,
      ...(answer !== undefined && { answer: answer as NonNullable<DnsFault["answer"]> }),
      ...(ip !== undefined && { ip: String(ip) }),
    };
  };
}
