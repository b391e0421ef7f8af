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

test("the image's last stage pins its base, runs as no root, checks its health and copies what is there", () => {
  const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith("FROM ")));
  assert.match(last[0]!, /^FROM node:24-slim$/);
  assert.ok(last.some((line) => line.startsWith("USER 1000")));
  assert.ok(last.some((line) => line.startsWith("HEALTHCHECK ")));
  assert.match(last.at(-1)!, /^ENTRYPOINT \[/);
  // Instructions in the form of a list are not read by a shell: they must be JSON.
  for (const line of instructions.filter((one) => /^(ENTRYPOINT|CMD)/.test(one)))
    JSON.parse(line.slice(line.indexOf("[")));
  const copied = instructions
    .filter((line) => /^COPY (?!--from)/.test(line))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));
  for (const path of copied) assert.ok(existsSync(root + path), path);
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
