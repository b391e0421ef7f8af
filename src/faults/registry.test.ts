import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { loadEffects } from "./registry.ts";

async function folderWith(t: TestContext, files: Record<string, string>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), "effects-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return pathToFileURL(`${folder}/`);
}

const effect = (name: string) => `export default { name: "${name}", parameters: {}, apply() {} };`;

test("a file in the folder is an effect", async (t) => {
  const folder = await folderWith(t, { "mine.ts": effect("mine"), "yours.js": effect("yours") });
  assert.deepEqual([...(await loadEffects(folder)).keys()], ["mine", "yours"]);
});

test("tests and declarations beside the effects are left alone", async (t) => {
  const folder = await folderWith(t, {
    "mine.js": effect("mine"),
    "mine.test.js": "throw 1",
    "mine.d.ts": "throw 1",
    "mine.js.map": "{}",
  });
  assert.deepEqual([...(await loadEffects(folder)).keys()], ["mine"]);
});

test("an effect under another name than its file is refused, and the file is named", async (t) => {
  const folder = await folderWith(t, { "mine.js": effect("yours") });
  await assert.rejects(loadEffects(folder), {
    message: /\/mine\.js holds the effect "yours": the names must agree\.$/,
  });
});

test("a file without an effect is refused, and named", async (t) => {
  const folder = await folderWith(t, { "mine.js": "export const x = 1;" });
  await assert.rejects(loadEffects(folder), {
    message: /\/mine\.js does not export an effect as default\.$/,
  });
});
