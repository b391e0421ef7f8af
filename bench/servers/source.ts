import "./cpu.ts";
import { type CloudOptions, createCloud } from "../../src/index.ts";

/** Squall as it is here and now, built or not: a test measures it, too. Options come as JSON. */
const cloud = await createCloud({ port: 0, ...(JSON.parse(process.argv[2] ?? "{}") as CloudOptions) });
console.log(cloud.port);
