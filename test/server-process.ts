import { type CloudOptions, createCloud } from "../src/index.ts";

/** A squall in a process of its own, to be killed: options come as JSON, its URL goes to standard output. */
const cloud = await createCloud({ port: 0, ...(JSON.parse(process.argv[2] ?? "{}") as CloudOptions) });
console.log(cloud.url);
