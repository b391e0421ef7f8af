import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse } from "yaml";
import { needs } from "./needs.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const dockerfile = readFileSync(`${root}Dockerfile`, "utf8");
const instructions = dockerfile
  .replace(/\\\n/g, " ")
  .split("\n")
  .filter((line) => /^[A-Z]+ /.test(line));

/** Instructions of a stage with those of the stages that it is made from, the oldest first. */
function stage(name?: string): string[] {
  const starts = instructions.flatMap((line, at) => (line.startsWith("FROM ") ? [at] : []));
  const at = name ? starts.find((start) => instructions[start]!.endsWith(` AS ${name}`)) : starts.at(-1);
  assert.ok(at !== undefined, `there is no stage ${name}`);
  const own = instructions.slice(at, starts.find((start) => start > at) ?? instructions.length);
  const [, base] = own[0]!.split(" ");
  return base!.includes(":") ? own : [...stage(base), ...own.slice(1)];
}

for (const variant of [undefined, "full", "gateway"])
  test(`the image${variant ? `'s variant ${variant}` : ""} pins its base, runs as no root, checks its health and copies what is there`, () => {
    const all = stage(variant);
    assert.match(all[0]!, /^FROM node:24-slim( AS \w+)?$/);
    assert.equal(
      all.findLast((line) => line.startsWith("USER ")),
      "USER 1000",
    );
    assert.ok(all.some((line) => line.startsWith("HEALTHCHECK ")));
    assert.ok(all.some((line) => line.startsWith("ENTRYPOINT [")));
    // Instructions in the form of a list are not read by a shell: they must be JSON.
    for (const line of instructions.filter((one) => /^(ENTRYPOINT|CMD)/.test(one)))
      JSON.parse(line.slice(line.indexOf("[")));
    const copied = instructions
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    for (const path of copied) assert.ok(existsSync(root + path), path);
  });

test("the gateway's image has what a gateway asks for when it is wanted, in the versions that are tested", () => {
  const installed = stage("gateway").find((line) => /^RUN npm install --global .*pg@/.test(line));
  assert.ok(installed);
  const { peerDependencies, devDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
    peerDependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const wanted = Object.keys(peerDependencies).filter((name) => !name.includes("modelcontextprotocol"));
  for (const name of wanted) assert.ok(installed.includes(` ${name}@${devDependencies[name]} `), name);
});

test("the compose file's image has what the hooks that it mounts call, and they find their functions", () => {
  const { services } = parse(readFileSync(`${root}compose.yaml`, "utf8")) as {
    services: Record<string, { build: { target: string }; environment: Record<string, string> }>;
  };
  const { build, environment } = services["squall"]!;
  const installed = stage(build.target).find((line) => /apt-get install .* awscli /.test(line));
  assert.ok(installed, "awslocal is the AWS CLI");
  const [, folder] = /\/node_modules\/squall\/(.*)\/build$/.exec(environment["CODE"]!)!;
  const { files } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { files: string[] };
  assert.ok(files.includes(folder!), `the package has ${folder}`);
});

test("the compose file publishes on loopback only, and mounts what is there", () => {
  const { services } = parse(readFileSync(`${root}compose.yaml`, "utf8")) as {
    services: Record<string, { ports: string[]; volumes: string[] }>;
  };
  const { ports, volumes } = services["squall"]!;
  for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
  for (const volume of volumes.filter((one) => one.startsWith(".")))
    assert.ok(existsSync(root + volume.split(":")[0]));
});

test("the image builds and answers", needs("docker"), async () => {
  const run = promisify(execFile);
  await run("docker", ["build", "-q", "-t", "squall-test", root]);
  const { stdout } = await run("docker", [
    "run",
    "--rm",
    "--entrypoint",
    "squall",
    "squall-test",
    "--version",
  ]);
  assert.match(stdout, /^\d+\.\d+\.\d+/);
});
