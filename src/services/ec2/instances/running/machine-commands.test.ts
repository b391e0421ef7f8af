import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const COMMANDS = fileURLToPath(new URL("../../../../../runtimes/machine", import.meta.url));

/** What a script of an instance says, and how it ends. */
function run(script: string): string {
  const env = { PATH: `${COMMANDS}:${process.env["PATH"] ?? ""}` };
  const { stdout, stderr, status } = spawnSync("/bin/sh", ["-c", script], { env, encoding: "utf8" });
  return `${stdout}${stderr}${status}`;
}

test("a package manager installs nothing: a package is there when its program is, and is missed when it is not", () => {
  const managers = ["yum", "dnf", "apt", "apt-get", "sudo yum", "sudo -n apt-get"];
  for (const manager of managers) {
    assert.equal(run(`${manager} install -y sh`), "sh: sh is on this machine.\n0", manager);
    assert.equal(
      run(`${manager} -y install --no-install-recommends -t stable no-such-program sh`),
      "sh: sh is on this machine.\nSquall installs nothing: an instance is this machine, and no-such-program is not on it (package no-such-program).\n1",
      manager,
    );
    assert.equal(run(`${manager} update -y`), "Squall leaves the packages of this machine as they are.\n0");
  }
  assert.equal(
    run("sudo amazon-linux-extras enable postgresql13"),
    "Squall leaves the packages of this machine as they are.\n0",
  );
});

test("sudo runs a command as who runs it, with the variables that it is given", () => {
  assert.equal(run("sudo -u nobody -E GREETING=hello sh -c 'echo $GREETING; exit 3'"), "hello\n3");
  assert.equal(run("sudo -- echo -n hi"), "hi0");
});
