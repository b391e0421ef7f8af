import type { FaultEffect } from "../../core/fault.ts";
import { Severed } from "../../core/http.ts";
import { bent } from "../wire/answer.ts";
import { located, type Position, positionParameters, wrongPosition } from "../wire/position.ts";

const truncate: FaultEffect<Position> = {
  name: "truncate",
  description:
    "Sends only the first part of the response's body, then closes the connection: a chunked answer has no last chunk, one with a length is too short.",
  parameters: positionParameters("Default: 0.5, the middle."),
  onTheWire: true,
  shorthand: (value) => ({ at: value }),
  check: wrongPosition,
  async apply(position, _call, next) {
    return bent(await next(), (answer) => ({
      ...answer,
      body: (async function* () {
        for await (const { bytes, spot } of located(answer, position, 0.5)) {
          yield spot === undefined ? bytes : bytes.subarray(0, spot);
          if (spot !== undefined) throw new Severed();
        }
      })(),
    }));
  },
};

export default truncate;
