import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const index = fileURLToPath(import.meta.resolve("squall"));

/** Starts a cloud in a process of its own, and says which packages and which parts of Node it took. */
const PROGRAM = `
import { registerHooks } from "node:module";
const packages = new Set();
registerHooks({
  resolve(specifier, context, next) {
    if (/^[@a-z]/.test(specifier) && !/^(node|file|data):/.test(specifier)) packages.add(specifier);
    return next(specifier, context);
  },
});
const { createCloud } = await import(${JSON.stringify(index)});
const cloud = await createCloud({ port: 0 });
console.log(JSON.stringify({ packages: [...packages], parts: process.moduleLoadList }));
await cloud.stop();
`;

test("a start loads no package, and neither fetch's client nor HTTP/2 nor SQLite: who needs them pays for them", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=squall-source", "--input-type=module", "--eval", PROGRAM],
    { maxBuffer: 2 ** 24 },
  );
  const { packages, parts } = JSON.parse(stdout) as { packages: string[]; parts: string[] };
  assert.deepEqual(packages, []);
  assert.deepEqual(
    parts.filter((part) => /undici|http2\/core|internal\/webstreams\/readable|sqlite/.test(part)),
    [],
  );
});

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** Says in the end which parts of Node there are that measure. */
const WATCH = `data:text/javascript,${encodeURIComponent(
  'process.once("exit", () => process.stderr.write(process.moduleLoadList.filter((part) => /perf_hooks/.test(part)).join()))',
)}`;

test("squall start says that it is ready behind its log, and loads nothing of Node to measure time with", async () => {
  const flags = ["--conditions=squall-source", "--import", WATCH];
  const child = spawn(process.execPath, [...flags, main, "start", "--port", "0"]);
  let [said, parts] = ["", ""];
  child.stderr.on("data", (data) => (parts += data));
  child.stdout.on("data", (data) => {
    said += data;
    if (said.endsWith("Ready.\n")) child.kill();
  });
  await once(child, "close");
  assert.match(said, /Squall listens on .*\nReady\.\n/);
  assert.equal(parts, "");
});
