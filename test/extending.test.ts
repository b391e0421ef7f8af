import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** The service that docs/guide/extending.md makes is made of what others can import: names that move are noticed here. */
test("what the guide's service imports is there", async () => {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const guide = readFileSync(join(root, "docs/guide/extending.md"), "utf8");
  const blocks = Array.from(
    guide.matchAll(/^( *)```ts\n *\/\/ (\S+)\n([\s\S]*?)^\1```/gm),
    ([, indent = "", path = "", text = ""]) => ({ path, text: text.replaceAll(`\n${indent}`, "\n") }),
  ).filter(({ path }) => path.startsWith("src/") && !path.endsWith(".test.ts"));
  assert.ok(blocks.length >= 7, `${blocks.length} files`);
  // Beside the source, not in it: other tests read what folders there are.
  const src = join(mkdtempSync(join(tmpdir(), "squall-guide-")), "src");
  const folder = join(src, "services", "codeconnections");
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of ["aws", "core", "models"]) symlinkSync(join(root, "src", name), join(src, name));
    for (const { path, text } of blocks) {
      assert.equal(dirname(path), "src/services/codeconnections");
      writeFileSync(join(folder, basename(path)), text);
    }
    const { default: factory } = (await import(join(folder, "index.ts"))) as {
      default: (host: never) => { operations: object };
    };
    const { default: declaration } = (await import(join(folder, "declaration.ts"))) as {
      default: { name: string; faultPoints: object };
    };
    assert.equal(declaration.name, "codeconnections");
    assert.deepEqual(Object.keys(declaration.faultPoints), ["codeconnections:connection-state"]);
    assert.deepEqual(Object.keys(factory(undefined as never).operations), [
      "CreateConnection",
      "GetConnection",
      "DeleteConnection",
      "ListConnections",
      "TagResource",
      "UntagResource",
      "ListTagsForResource",
    ]);
  } finally {
    rmSync(dirname(src), { recursive: true, force: true });
  }
});

test("the guide names every suite that fails for a service without rows", () => {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const guide = readFileSync(join(root, "docs/guide/extending.md"), "utf8");
  // Whoever has rows of the service that the guide points to wants some of any other.
  const suites = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => /^(?:contract\/[^/]+|[^/]+)\.ts$/.test(file) && file !== "extending.test.ts")
    .filter((file) => readFileSync(join(root, "test", file), "utf8").includes('["resource-groups",'))
    .concat("workload.ts", "contract/cloudformation-declared.test.ts", "contract/lifecycles.ts");
  assert.ok(suites.length >= 5, suites.join());
  assert.deepEqual(
    suites.filter((file) => !guide.includes(`test/${file}`)),
    [],
  );
});
