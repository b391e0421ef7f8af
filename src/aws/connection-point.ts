import type { ConnectionFaults } from "../core/connection-faults.ts";
import type { FaultPoint, FaultRule, Hit, Parameter } from "../core/fault.ts";
import type { ServiceHost } from "../core/service.ts";
import type { Place } from "./arn-template.ts";
import { StandingHits, type StandingSubject } from "./standing-hits.ts";

const CONNECT = "Connect";
const REFUSE = "refuse";

const direction = (fallback: "both" | "down"): Parameter => ({
  type: "string",
  description: "`up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself.",
  values: ["up", "down", "both"],
  default: fallback,
});

/**
 * Where rules act on connections to a server behind an endpoint.
 * @param server what is connected to, and what `resource` and `input` are of it
 */
export const connectionPoint = (server: string): FaultPoint => ({
  description: `A TCP connection to ${server} A rule decides once for each connection that it matches, those that are there and those that are made, and acts as long as both are there.`,
  operations: [CONNECT],
  effects: {
    latency: {
      description: "What is sent comes late.",
      parameters: {
        ms: { type: "duration", unit: "ms", description: "How late.", required: true, min: 0 },
        jitter: {
          type: "duration",
          unit: "ms",
          description: "How much more or less than that, at most.",
          default: 0,
          min: 0,
        },
        direction: direction("down"),
      },
    },
    bandwidth: {
      description: "What is sent comes at a rate.",
      parameters: {
        bytesPerSecond: {
          type: "number",
          unit: "bytes/s",
          description: "How fast.",
          required: true,
          min: 1,
        },
        direction: direction("down"),
      },
    },
    slice: {
      description: "What is sent comes in small pieces, one after the other.",
      parameters: {
        bytes: {
          type: "integer",
          unit: "bytes",
          description: "The size of a piece.",
          required: true,
          min: 1,
        },
        delay: {
          type: "duration",
          unit: "ms",
          description: "How long after the one before it.",
          default: 1,
          min: 0,
        },
        direction: direction("down"),
      },
    },
    blackhole: {
      description:
        "Nothing gets through, and the connection stays open. With the rule's end what was sent comes.",
      parameters: {
        closeAfter: {
          type: "duration",
          unit: "ms",
          description: "The connection is closed after this time. Default: never.",
          min: 0,
        },
        direction: direction("both"),
      },
    },
    cut: {
      description: "The connection is closed when so much has been sent.",
      parameters: {
        bytes: {
          type: "integer",
          unit: "bytes",
          description: "How much gets through, counted from when the rule begins to act on the connection.",
          required: true,
          min: 0,
        },
        direction: direction("down"),
      },
    },
    reset: {
      description: "The connection is reset (TCP RST).",
      parameters: {
        after: {
          type: "duration",
          unit: "ms",
          description: "How long it lives first, from when the rule begins to act on it.",
          default: 0,
          min: 0,
        },
      },
    },
    [REFUSE]: {
      description:
        "New connections are refused (ECONNREFUSED); those that are there stay. When a rule strikes only some of them, the machine has to take them first: they are reset before anything is said.",
      parameters: {},
    },
    "slow-close": {
      description: "That one side has closed the connection comes late to the other.",
      parameters: {
        ms: { type: "duration", unit: "ms", description: "How late.", required: true, min: 0 },
        direction: direction("down"),
      },
    },
  },
});

/** What is connected to, for rules: `resource` and `input`. */
export type ConnectionSubject = Pick<StandingSubject, "resource" | "input">;

/** @param subjectOf what a connection that leads to a socket is to; to none: all that the endpoint is of */
export function connectionFaults(
  host: ServiceHost,
  point: string,
  { account, region }: Place,
  subjectOf: (socket: string | undefined) => ConnectionSubject,
): ConnectionFaults {
  const standing = (socket: string | undefined, asks: (rule: FaultRule) => boolean) =>
    new StandingHits(host, {
      points: [point],
      place: { account, region },
      subjects: () => [{ point, operation: CONNECT, ...subjectOf(socket), asks }],
    });
  return {
    clock: host.clock,
    log: host.log,
    gate(sockets) {
      const hits = standing(sockets.length === 1 ? sockets[0] : undefined, refusesAll);
      return { isClosed: () => hits.look().length > 0 };
    },
    connection(socket) {
      let isNew = true;
      // Who is in is not refused.
      const hits = standing(socket, ({ effect }) => isNew || effect !== REFUSE);
      return {
        look(): readonly Hit[] {
          const acting = hits.look();
          isNew = false;
          return acting;
        },
      };
    },
    watch: (look) => host.bus.subscribe("fault.rule", look),
  };
}

/** Does a rule refuse whoever comes, so that there need be nobody to take them? */
const refusesAll = ({ effect, percentage, ramp, times, skip, every, sequence }: FaultRule): boolean =>
  effect === REFUSE &&
  percentage === 100 &&
  [ramp, times, skip, every, sequence].every((field) => field === undefined);
