import { oneForAll } from "./one-for-all.mjs";

export default async function setup() {
  // Not by `require`, which Jest makes its own.
  const { url, salt, stop } = await oneForAll(() => import("squall/testing"));
  // What Jest starts behind it inherits the environment.
  process.env["SQUALL_JEST"] = JSON.stringify({ url, salt });
  globalThis[Symbol.for("squall.stop")] = stop;
}
