import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What README.md and the guides show in TypeScript compiles, runs, and passes where it is a test. */

const root = fileURLToPath(new URL("../", import.meta.url));
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "squall-docs-"));
after(() => rmSync(folder, { recursive: true, force: true }));
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
writeFileSync(join(folder, "package.json"), '{"type":"module"}');

const pages = ["README.md", ...readdirSync(join(root, "docs/guide")).map((name) => `docs/guide/${name}`)];
const files = pages.flatMap((page) =>
  examplesOf(readFileSync(join(root, page), "utf8")).map((text, index) => {
    const file = `${page.replace(/\W/g, "-")}-${index + 1}.ts`;
    writeFileSync(join(folder, file), text);
    return file;
  }),
);

/** The blocks that import Squall, as they are but for where it is imported from: the package is not built yet. */
function examplesOf(page: string): string[] {
  return [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)]
    .map(([, text]) => text!)
    .filter((text) => /from "squall(\/testing)?"/.test(text))
    .map((text) => text.replace(/"squall"/, `"${root}src/index.ts"`))
    .map((text) => text.replace(/"squall\/testing"/, `"${root}src/testing.ts"`));
}

test("examples compile", async () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  const options = {
    ...compilerOptions,
    paths: {},
    incremental: false,
    tsBuildInfoFile: undefined,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, include: ["*.ts"] }),
  );
  await run(join(root, "node_modules/.bin/tsc"), ["-p", folder]).catch(({ stdout }) => assert.fail(stdout));
});

for (const file of files) {
  test(`${file} runs`, async () => {
    // Inside a test, `node --test` would report to it instead of running for itself.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const flags = readFileSync(join(folder, file), "utf8").includes("node:test") ? ["--test"] : [];
    await run(process.execPath, [...flags, file], { cwd: folder, env, timeout: 60_000 });
  });
}

/** Programs that call AWS: what one is, in a line, and what leads it to Squall, in its block or in the line. */
const CALLERS: readonly { program: RegExp; inBlock: string; inLine: RegExp }[] = [
  {
    program: /(?:^|[\s("=|])aws [a-z]/,
    inBlock: "command aws --endpoint-url",
    inLine: /--endpoint-url/,
  },
  {
    program: /(?:^|\s)(?:cdk|sam|serverless|sls|zappa|terraform|tofu) [a-z]/,
    inBlock: "export AWS_ENDPOINT_URL=",
    inLine: /\bAWS_ENDPOINT_URL=/,
  },
];

for (const { program, inBlock, inLine } of CALLERS) {
  test(`no example reaches AWS when it is pasted alone: ${program.source}`, () => {
    const astray = pages.flatMap((page) => {
      const text = readFileSync(join(root, page), "utf8");
      const blocks = [...text.matchAll(/^( *)```(?:sh|bash|console)\n([\s\S]*?)^\1```/gm)].map(
        ([, , block]) => block!,
      );
      return blocks
        .filter((block) => !block.includes(inBlock))
        .flatMap((block) => block.split("\n"))
        .filter((line) => program.test(line) && !/^\s*#/.test(line) && !inLine.test(line))
        .map((line) => `${page}: ${line.trim()}`);
    });
    assert.deepEqual(astray, []);
  });
}

test("a page whose commands call aws sets what a stranger's aws lacks: credentials and a region", () => {
  const lacking = pages.filter((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return (
      text.includes("aws() {") && !/AWS_ACCESS_KEY_ID=\S+ AWS_SECRET_ACCESS_KEY=\S+ AWS_\w*REGION=/.test(text)
    );
  });
  assert.deepEqual(lacking, []);
});
