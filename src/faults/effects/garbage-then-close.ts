import type { FaultEffect } from "../../core/fault.ts";

interface GarbageParams {
  readonly bytes: number;
  readonly when: "before" | "after";
}

const garbageThenClose: FaultEffect<GarbageParams> = {
  name: "garbage-then-close",
  description: "Sends bytes that are not HTTP instead of an answer, then closes the connection.",
  parameters: {
    bytes: { type: "integer", unit: "bytes", description: "How many.", min: 1, max: 65536, default: 64 },
    when: {
      type: "string",
      description: "`after`: the call takes effect first.",
      values: ["before", "after"],
      default: "before",
    },
  },
  shorthand: (value) => ({ bytes: value }),
  ends: ({ when }) => when === "before",
  async apply({ bytes, when }, _call, next, ctx) {
    if (when === "after") await next();
    return { kind: "drop", how: "garbage", bytes: noise(bytes, ctx.draw("noise")) };
  },
};

export default garbageThenClose;

/** Bytes that follow from one number. The first has its high bit set: no HTTP begins so. */
function noise(count: number, drawn: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let state = Math.floor(drawn * 0x7fff_ffff) + 1;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    bytes[i] = state >>> 16;
  }
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
}
