import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle } from "../../scripts/bundle.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = join(root, "src");

/** The package as it is shipped, without its types. */
describe("what the build makes of the source", () => {
  let folder: string;
  let dist: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "squall-bundle-"));
    dist = join(folder, "dist");
    await bundle(source, dist);
    mkdirSync(join(dist, "models"), { recursive: true });
    symlinkSync(join(source, "models/generated"), join(dist, "models/generated"));
    for (const name of ["package.json", "node_modules", "runtimes"])
      symlinkSync(join(root, name), join(folder, name));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("has every module that is found by its path", () => {
    const exclude = ["**/*.test.ts"];
    const all = globSync("**/*.ts", { cwd: source, exclude });
    // A folder that a file reads is its own registry: `new URL("./actions/", import.meta.url)`.
    const registries = all.flatMap((file) => {
      const code = readFileSync(join(source, file), "utf8");
      const folders = [...code.matchAll(/new URL\(\s*"\.\/([\w-]+)\/", import\.meta\.url/g)];
      return folders.map(([, folder]) => join(file, "..", folder!));
    });
    assert.ok(registries.length >= 5, registries.join());
    const found = [
      ...globSync("services/*/{index,declaration}.ts", { cwd: source, exclude }),
      ...registries.flatMap((folder) => globSync(`${folder}/*.ts`, { cwd: source, exclude })),
    ];
    assert.ok(found.length > 150);
    const started = all.filter((file) => {
      const code = readFileSync(join(source, file), "utf8");
      return /-(?:worker|process)\.ts$/.test(file) || code.includes("new URL(import.meta.url)");
    });
    assert.ok(started.length > 5);
    for (const file of [...found, ...started])
      assert.ok(existsSync(join(dist, file.replace(/\.ts$/, ".js"))), `dist lacks ${file}`);
  });

  it("has one byte for each character: a single one beyond ASCII would double a file in memory", () => {
    const files = globSync("**/*.js", { cwd: dist });
    assert.deepEqual(
      files.filter((file) => /[^\0-\x7f]/.test(readFileSync(join(dist, file), "utf8"))),
      [],
    );
  });

  it("imports no part of Node: that would load all that the part has", () => {
    const files = globSync("**/*.js", { cwd: dist });
    const imports = files.flatMap(
      (file) => readFileSync(join(dist, file), "utf8").match(/from "node:.*/g) ?? [],
    );
    assert.deepEqual(imports, []);
  });

  it("serves what the source serves, and loads few files and parts of Node for it", async () => {
    const [{ files, parts, partsOfCall, ...built }, { files: _, parts: __, partsOfCall: ___, ...plain }] = [
      await shown(dist, ".js"),
      await shown(source, ".ts"),
    ];
    assert.deepEqual(built, plain);
    assert.ok(files.length <= 5, files.join("\n"));
    const wanted = /^NativeModule (tls|https|readline|perf_hooks|fs\/promises|sqlite|internal\/blocklist)$/;
    assert.deepEqual(
      parts.filter((part) => wanted.test(part)),
      [],
    );
    assert.deepEqual(
      partsOfCall.filter((part) => /^NativeModule (zlib|worker_threads)$/.test(part)),
      [],
    );
    assert.ok(built.services.length > 10);
    assert.ok(built.actions.length > 10);
    assert.equal(built.matches, true);
  });
});

/** What a cloud of this code has, asked in a process of its own: the two share no module. */
async function shown(folder: string, extension: ".ts" | ".js") {
  const child = spawn(
    process.execPath,
    ["--conditions=squall-source", "--input-type=module", "-e", ASK, pathToFileURL(folder).href, extension],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const texts = child.stdout.setEncoding("utf8").toArray();
  const [code] = await once(child, "exit");
  assert.equal(code, 0);
  return JSON.parse((await texts).join("")) as {
    readonly services: readonly unknown[];
    readonly actions: readonly unknown[];
    readonly matches: boolean;
    /** Of its own, that it has loaded until it listened. */
    readonly files: readonly string[];
    /** And of Node. */
    readonly parts: readonly string[];
    /** And with a first call, of S3. */
    readonly partsOfCall: readonly string[];
  };
}

const ASK = `
import { registerHooks } from "node:module";
const [folder, extension] = process.argv.slice(-2);
const loaded = new Set();
registerHooks({
  load(url, context, next) {
    if (url.startsWith(folder)) loaded.add(url);
    return next(url, context);
  },
});
const { createCloud } = await import(folder + "/index" + extension);
const cloud = await createCloud({ port: 0, log: () => {} });
const files = [...loaded];
const parts = process.moduleLoadList.slice();
const { matchesWhole } = await import(folder + "/core/whole-match" + extension);
const at = "http://127.0.0.1:" + cloud.port;
await new Promise((resolve) => process.getBuiltinModule("node:http").get(at, (answer) => answer.resume().on("end", resolve)));
const partsOfCall = process.moduleLoadList.slice();
const call = { service: "fis", operation: "ListActions", input: { maxResults: 100 } };
const [{ services }, { actions }] = await Promise.all([
  fetch(at + "/_squall/services"),
  fetch(at + "/_squall/call", { method: "POST", body: JSON.stringify(call) }),
].map(async (asked) => (await asked).json()));
// In the other process: JavaScript's engine may go back without end here.
const matches = await matchesWhole("(?:(x+x+)+)y\\\\1*", "x".repeat(2000) + "y");
process.stdout.write(JSON.stringify({ services, actions, matches, files, parts, partsOfCall }), () => process.exit(0));
`;
