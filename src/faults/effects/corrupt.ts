import type { FaultEffect } from "../../core/fault.ts";
import { bent, lengthOf } from "../wire/answer.ts";
import { located, type Piece, type Position, positionParameters, wrongPosition } from "../wire/position.ts";

interface CorruptParams extends Position {
  readonly bytes: number;
}

const corrupt: FaultEffect<CorruptParams> = {
  name: "corrupt",
  description: "Flips bytes of the response's body; its checksum headers stay those of the true body.",
  parameters: {
    bytes: {
      type: "integer",
      unit: "bytes",
      description: "How many, one after the other.",
      min: 1,
      max: 65536,
      default: 1,
    },
    ...positionParameters("Default: a place that is drawn, never the first byte of several."),
  },
  onTheWire: true,
  shorthand: (value) => ({ bytes: value }),
  check: wrongPosition,
  async apply({ bytes, ...position }, _call, next, ctx) {
    const drawn = ctx.draw("place");
    return bent(await next(), (answer) => {
      const length = lengthOf(answer);
      const isPlaced = Object.values(position).some((one) => one !== undefined);
      // The whole run lies inside of a body that is known, and behind its first byte.
      const place =
        isPlaced || length === undefined
          ? position
          : { atByte: placeIn(length - Math.min(bytes, length), drawn) };
      return { ...answer, body: flipped(located(answer, place, drawn), bytes) };
    });
  },
};

export default corrupt;

function placeIn(last: number, drawn: number): number {
  return last < 1 ? 0 : 1 + Math.floor(drawn * last);
}

async function* flipped(pieces: AsyncIterable<Piece>, count: number): AsyncGenerator<Uint8Array> {
  let left = 0;
  for await (const { bytes, spot } of pieces) {
    if (spot !== undefined) left = count;
    if (left === 0) {
      yield bytes;
      continue;
    }
    const changed = Buffer.from(bytes);
    for (let at = spot ?? 0; at < changed.length && left > 0; at++, left--)
      changed[at] = (changed[at] ?? 0) ^ 0xff;
    yield changed;
  }
}
