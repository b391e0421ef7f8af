import { type CloudOptions, createCloud } from "../src/index.ts";
import { LongestTurn } from "./longest-turn.ts";

/*
 * A squall in a process of its own, to be killed: options come as JSON, its URL goes to standard output. Who has forked it may ask
 * for the longest turn of its event loop since the last time, which it tells when it has come to rest.
 */
const cloud = await createCloud({ port: 0, ...(JSON.parse(process.argv[2] ?? "{}") as CloudOptions) });
console.log(cloud.url);

let turn: LongestTurn | undefined;
process.on("message", async () => {
  if (turn) await cloud.settle(0);
  const ms = turn?.stop();
  turn = new LongestTurn();
  process.send!(ms ?? 0);
});
