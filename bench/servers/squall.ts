import { existsSync } from "node:fs";
import type { CloudOptions, createCloud as Create } from "../../src/index.ts";

/** Squall as users run it: the built one when it is there. Options come as JSON. */
const built = new URL("../../dist/index.js", import.meta.url);
const { createCloud } = (await import(existsSync(built) ? built.href : "../../src/index.ts")) as {
  createCloud: typeof Create;
};
const options = JSON.parse(process.argv[2] ?? "{}") as CloudOptions;
const cloud = await createCloud({ port: 0, seed: "bench", ...options });
console.log(cloud.port);
