import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src/", import.meta.url));

/** What a folder of `src` may import beside itself, as docs/architecture.md has it. `services` also knows its own folder only. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  aws: ["core", "models"],
  models: ["core"],
  processes: ["core"],
  kubernetes: ["core"],
  protocols: ["core", "models"],
  faults: ["core", "aws"],
  explore: ["core", "models", "aws", "faults", "checks"],
  checks: ["core", "aws"],
  cassettes: ["core", "models", "protocols"],
  fleet: ["core", "aws", "faults"],
  services: ["core", "models", "protocols", "aws", "processes", "kubernetes"],
  gateway: ["core", "models", "protocols", "aws", "faults"],
  server: ["core", "aws", "gateway", "faults"],
};

/** Folders that are faces of one service: the first holds the code, the others only re-export a factory of it. */
const FACES: Readonly<Record<string, string>> = {
  dynamodbstreams: "dynamodb",
  s3control: "s3",
  cloudcontrol: "cloudformation",
  apigatewayv2: "apigateway",
  "execute-api": "apigateway",
  apigatewaymanagementapi: "apigateway",
};

function sources(): string[] {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.(?:test|fixture))\.ts$/.test(entry.name))
    .map((entry) => relative(src, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("models/generated/"));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), "utf8");
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g);
  return [...found].map(([, target]) => relative(src, join(src, dirname(file), target!)));
}

test("folders import only what the architecture lets them", () => {
  const wrong: string[] = [];
  for (const file of sources()) {
    const [folder, service] = file.split("/") as [string, string];
    const allowed = MAY_IMPORT[folder];
    if (!allowed || !file.includes("/")) continue;
    for (const target of importsOf(file)) {
      const [toFolder, toService] = target.split("/") as [string, string];
      const ok =
        toFolder === folder
          ? folder !== "services" || toService === service || FACES[service] === toService
          : allowed.includes(toFolder) ||
            (folder === "services" && service === "fis" && toFolder === "faults");
      if (!ok) wrong.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("nothing outside of the core reads the machine's time or chance", () => {
  const wrong: string[] = [];
  for (const file of sources()) {
    if (!/^(services|faults|gateway|protocols)\//.test(file)) continue;
    const text = readFileSync(join(src, file), "utf8").replace(/^\s*(\/\/|\*).*$/gm, "");
    // Processes and their timeouts live in the machine's time: Lambda's environments say so where they use it.
    if (file.startsWith("services/lambda/execution/")) continue;
    if (/\bDate\.now\(\)|\bnew Date\(\)|\bMath\.random\(\)/.test(text)) wrong.push(file);
  }
  assert.deepEqual(wrong, []);
});

test("a connection is reset in one place, which knows when Node cannot", () => {
  const wrong = sources().filter(
    (file) =>
      file !== "core/reset-socket.ts" && readFileSync(join(src, file), "utf8").includes("resetAndDestroy"),
  );
  assert.deepEqual(wrong, []);
});

test("what leaves for somebody else's endpoint says that it is a delivery", () => {
  const leaves = /\bfetch\(|from "node:https"|\brequest(?: as \w+)?,?[^;]*from "node:http"/;
  const wrong = sources().filter((file) => {
    // Telemetry goes to an extension's own port, not to an address that somebody chose.
    if (!/^(services|aws)\//.test(file) || file === "services/lambda/execution/telemetry.ts") return false;
    const text = readFileSync(join(src, file), "utf8");
    return leaves.test(text) && !text.includes("DELIVERY_HEADER");
  });
  assert.deepEqual(wrong, []);
});

/** What the package gives to others. */
const DOORS = ["index.ts", "testing.ts"];

test("what is exported is used somewhere else", () => {
  const root = join(src, "..");
  const texts = ["src", "test", "scripts", "bench"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
  );
  /** In how many files each word stands. */
  const files = new Map<string, number>();
  for (const text of texts)
    for (const word of new Set(text.match(/[A-Za-z_$][\w$]*/g))) files.set(word, (files.get(word) ?? 0) + 1);
  const inside = sources().filter((file) => !DOORS.includes(file));
  const dead = inside.flatMap((file) =>
    Array.from(
      readFileSync(join(src, file), "utf8").matchAll(
        /^export (?:async )?(?:const|function\*?|class|let) ([A-Za-z_$][\w$]*)/gm,
      ),
      ([, name]) => ({ file, name: name! }),
    ).filter(({ name }) => files.get(name) === 1),
  );
  assert.deepEqual(
    dead.map(({ file, name }) => `${file} ${name}`),
    [],
  );
});

/** What they parse has settled names, or is their own; JSONata runs where nothing can be imported. */
const PARSING: ReadonlySet<string> = new Set([
  "services/fis/pages.ts",
  "services/kinesis/iterator-text.ts",
  "services/kinesis/list-shards.ts",
  "services/logs/account-policy.ts",
  "services/logs/index-policies.ts",
  "services/resource-groups/query.ts",
  "services/sns/data-protection.ts",
  "services/sns/delivery-policy.ts",
  "services/sns/permissions.ts",
  "services/sns/subscription-attributes.ts",
  "services/sns/throttle.ts",
  "services/sns/topic-attributes.ts",
  "services/ssm/automation/actions/flow.ts",
  "services/stepfunctions/language/jsonata-engine.ts",
]);

test("services read JSON, in which users name things, as it is written: not by V8's parser alone", () => {
  const parsing = sources().filter(
    (file) =>
      /^(?:aws|services)\//.test(file) && readFileSync(join(src, file), "utf8").includes("JSON.parse("),
  );
  assert.deepEqual(new Set(parsing), PARSING, "core/read-json.ts says why");
});
