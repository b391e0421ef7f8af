import "./cpu.ts";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { CloudOptions, createCloud as Create } from "../../src/index.ts";

/** Squall as users run it: the built one when it is there. Options come as JSON, then the folder of another checkout. */
const [, , options = "{}", folder] = process.argv;
const root = folder === undefined ? new URL("../../", import.meta.url) : pathToFileURL(`${folder}/`);
const built = new URL("dist/index.js", root);
const { createCloud } = (await import(
  existsSync(built) ? built.href : new URL("src/index.ts", root).href
)) as { createCloud: typeof Create };
const cloud = await createCloud({ port: 0, seed: "bench", ...(JSON.parse(options) as CloudOptions) });
console.log(cloud.port);
