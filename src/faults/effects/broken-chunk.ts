import type { FaultEffect } from "../../core/fault.ts";
import { Severed } from "../../core/http.ts";
import { bent } from "../wire/answer.ts";
import { located, type Position, positionParameters, wrongPosition } from "../wire/position.ts";

/** Where a chunk's size belongs, in hexadecimal digits. */
const NO_SIZE = Buffer.from("no size\r\n");

const brokenChunk: FaultEffect<Position> = {
  name: "broken-chunk",
  description:
    "Answers in chunks (`Transfer-Encoding: chunked`), the last of which has no size that could be read, and closes the connection.",
  parameters: positionParameters("Default: 0.5, the middle."),
  onTheWire: true,
  shorthand: (value) => ({ at: value }),
  check: wrongPosition,
  async apply(position, _call, next) {
    return bent(await next(), (answer) => {
      const { "content-length": _, ...headers } = answer.headers;
      const body = (async function* () {
        for await (const { bytes, spot } of located(answer, position, 0.5)) {
          yield spot === undefined ? bytes : bytes.subarray(0, spot);
          if (spot !== undefined) throw new Severed(NO_SIZE);
        }
      })();
      return { ...answer, headers, body };
    });
  },
};

export default brokenChunk;
