import { type CloudOptions, createCloud } from "../src/index.ts";
import { LongestTurn } from "./longest-turn.ts";
import type { AnsweredCall, AskedCall } from "./squall-process.ts";

/*
 * A squall in a process of its own, to be killed: options come as JSON, its URL goes to standard output. Who has forked it may ask
 * for the longest turn of its event loop since the last time, which it tells when it has come to rest, and for calls.
 */
const cloud = await createCloud({ port: 0, ...(JSON.parse(process.argv[2] ?? "{}") as CloudOptions) });
console.log(cloud.url);

let turn: LongestTurn | undefined;
async function longestTurn(): Promise<number> {
  if (turn) await cloud.settle(0);
  const ms = turn?.stop();
  turn = new LongestTurn();
  return ms ?? 0;
}

process.on("message", async (asked: "longest turn" | AskedCall) => {
  if (asked === "longest turn") process.send!(await longestTurn());
  else process.send!(await answered(asked));
});

async function answered({ n, call }: AskedCall): Promise<AnsweredCall> {
  try {
    return { n, output: await cloud.call(...call) };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { n, refused: { code: code ?? "InternalFailure", message } };
  }
}
