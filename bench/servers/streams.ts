import "./cpu.ts";
import type { CloudOptions } from "../../src/index.ts";
import { byteCloud } from "../../test/byte-service.ts";

/** Squall with a service that takes and gives bytes and keeps none. Options come as JSON. */
const cloud = await byteCloud(JSON.parse(process.argv[2] ?? "{}") as CloudOptions);
console.log(cloud.port);
