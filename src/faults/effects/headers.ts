import type { FaultEffect } from "../../core/fault.ts";
import { bent, chunksOf, wrongHeader } from "../wire/answer.ts";

interface HeadersParams {
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  readonly status?: number;
}

/** What frames the message itself: `broken-chunk` and `truncate` break that. */
const FRAMING = new Set(["transfer-encoding", "connection"]);

const headers: FaultEffect<HeadersParams> = {
  name: "headers",
  description:
    "Sets, changes or removes headers of the response, or changes its status; the body stays as it is.",
  parameters: {
    set: { type: "object", description: "Headers and their values, in place of those that are there." },
    remove: { type: "strings", description: "Names of headers that are left out." },
    status: { type: "integer", description: "The HTTP status.", min: 200, max: 599 },
  },
  onTheWire: true,

  check({ set, remove, status }) {
    if (set === undefined && remove === undefined && status === undefined) {
      return "headers needs something to set, to remove, or a status";
    }
    for (const [name, value] of Object.entries(set ?? {})) {
      const wrong = wrongHeader(name, value);
      if (wrong !== undefined) return wrong;
    }
    const framing = [...Object.keys(set ?? {}), ...(remove ?? [])].find((name) =>
      FRAMING.has(name.toLowerCase()),
    );
    return framing === undefined ? undefined : `${framing} is of the connection, not of the response`;
  },

  async apply({ set = {}, remove = [], status }, _call, next) {
    return bent(await next(), (answer) => {
      const changed = { ...answer.headers };
      for (const name of remove) delete changed[name.toLowerCase()];
      for (const [name, value] of Object.entries(set)) changed[name.toLowerCase()] = value;
      // A whole body would be given its length again.
      const body = changed["content-length"] === undefined ? chunksOf(answer.body) : answer.body;
      return { status: status ?? answer.status, headers: changed, ...(body !== undefined && { body }) };
    });
  },
};

export default headers;
