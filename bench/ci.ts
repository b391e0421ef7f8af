import { CALLS } from "./calls.ts";
import { commit, here, type Side } from "./side.ts";
import { inSlices, type Slices } from "./slices.ts";

/** A call may take so much more of the processor than at the parent commit. */
export const MOST = 1.15;
const SLICES = 40;
/** What looks too dear is measured again, for longer: other work on the machine may have been in the way. */
const MORE_SLICES = 120;

export interface ShortCall extends Slices {
  readonly name: string;
}

/** The short form: does a call cost more than at another commit? */
export async function shortForm(ref: string, only = ""): Promise<ShortCall[]> {
  const own = here();
  await using other = await commit(ref);
  const calls: ShortCall[] = [];
  for (const call of CALLS.filter(({ inShort, name }) => inShort && name.includes(only))) {
    const sides: readonly [Side, Side] = [own, other];
    const first = told(call.name, await inSlices(call, sides, SLICES));
    calls.push(first.ratio > MOST ? told(call.name, await inSlices(call, sides, MORE_SLICES)) : first);
  }
  return calls;
}

/** Not too dear; and answered, for a load of errors measures something else. */
export const passes = ({ ratio, failed }: Slices): boolean => ratio <= MOST && failed === 0;

function told(name: string, slices: Slices): ShortCall {
  const { ratio, halves, cpuMicros, failed } = slices;
  const micros = cpuMicros.map((one) => `${Math.round(one)} µs`).join(" / ");
  const spread = halves.map((half) => half.toFixed(2)).join(" and ");
  const failures = failed > 0 ? `, ${failed} FAILED` : "";
  console.log(
    `${name}: CPU of a call ${ratio.toFixed(2)} of before (halves: ${spread}), ${micros}${failures}`,
  );
  return { name, ...slices };
}
