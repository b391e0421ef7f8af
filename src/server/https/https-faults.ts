import type { FaultPoint, Hit } from "../../core/fault.ts";
import type { FaultEngine } from "../../faults/engine.ts";
import type { Flaw } from "./authority.ts";

export const HANDSHAKE = "tls:handshake";
export const CONNECT = "proxy:connect";

const DELAY = {
  description: "It takes longer.",
  parameters: { ms: { type: "duration", unit: "ms", description: "How much.", required: true, min: 0 } },
} as const;

/** Where rules can strike before there is a call. */
export const HTTPS_POINTS: Readonly<Record<string, FaultPoint>> = {
  [HANDSHAKE]: {
    description:
      "A client begins TLS with Squall (`--https`). `resource` is the name that it asks for (SNI).",
    operations: ["ClientHello"],
    effects: {
      expired: { description: "The certificate has expired yesterday.", parameters: {} },
      "wrong-name": { description: "The certificate is another name's.", parameters: {} },
      untrusted: {
        description: "An authority vouches for the certificate that nobody knows.",
        parameters: {},
      },
      reset: { description: "The connection is reset when the client has said hello.", parameters: {} },
      hang: { description: "The client is never answered.", parameters: {} },
      delay: DELAY,
    },
  },
  [CONNECT]: {
    description:
      "A client asks Squall's proxy (`--https`) for a host, AWS's or any other. `resource` is `host:port`.",
    operations: ["CONNECT"],
    effects: {
      refuse: { description: "The proxy answers 502.", parameters: {} },
      reset: { description: "The connection is reset.", parameters: {} },
      hang: { description: "The proxy never answers.", parameters: {} },
      delay: DELAY,
    },
  },
};

/** What goes wrong with a connection. */
export interface ConnectionFault {
  readonly ends?: "reset" | "hang" | "refuse";
  readonly flaw?: Flaw;
  readonly delayMs: number;
}

const NONE: ConnectionFault = { delayMs: 0 };
const ENDS: ReadonlySet<string> = new Set(["reset", "hang", "refuse"]);

/** Asks the rules of a point about a name; the first that fails the connection decides. */
export type AskFaults = (point: typeof HANDSHAKE | typeof CONNECT, name: string) => ConnectionFault;

export function connectionFaults(
  faults: Pick<FaultEngine, "hits">,
  where: { readonly account: string; readonly region: string },
): AskFaults {
  return (point, name) => {
    const operation = point === HANDSHAKE ? "ClientHello" : "CONNECT";
    const hits = faults.hits(point, { resource: name.toLowerCase(), operation }, where);
    return hits.length === 0 ? NONE : faultOf(hits);
  };
}

function faultOf(hits: readonly Hit[]): ConnectionFault {
  const delayMs = hits
    .filter(({ effect }) => effect === "delay")
    .reduce((sum, { params }) => sum + Number(params["ms"]), 0);
  const decides = hits.find(({ effect }) => effect !== "delay")?.effect;
  if (decides === undefined) return { delayMs };
  return ENDS.has(decides)
    ? { delayMs, ends: decides as NonNullable<ConnectionFault["ends"]> }
    : { delayMs, flaw: decides as Flaw };
}
