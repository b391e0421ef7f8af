import "./cpu.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** s3rver with its files in a scratch folder. It is no dependency: `NODE_PATH` says where it is. */
interface S3rver {
  run(): Promise<AddressInfo>;
}
const Server = createRequire(import.meta.url)("s3rver") as new (options: object) => S3rver;

const directory = mkdtempSync(join(tmpdir(), "squall-bench-s3rver-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
const { port } = await new Server({ port: 0, address: "127.0.0.1", silent: true, directory }).run();
console.log(port);
