import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { birthOf } from "../../src/cli/running/birth.ts";
import { until } from "../until.ts";
import { main, Squall } from "./squall-command.ts";

/** Starts a command as npm does, and says its process id. */
const NPM = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.argv[1], process.argv.slice(2), { stdio: ["ignore", "inherit", "inherit"] });
  child.on("exit", () => process.exit());
`;

const STARTS: Readonly<Record<string, readonly string[]>> = {
  "at once": [process.execPath, main, "start", "--port", "0"],
  // A shell that has more to do stays between the two.
  "by a shell": ["sh", "-c", `"${process.execPath}" "${main}" start --port 0; echo ended`],
};

const onLinux = process.platform === "linux" ? false : "only Linux tells of a shell's parent";

for (const [how, command] of Object.entries(STARTS)) {
  test(`whoever kills npm, which has started squall ${how}, ends squall with it`, {
    skip: onLinux,
  }, async (t) => {
    const { folder, environment } = new Squall(t);
    const npm = spawn(process.execPath, ["-e", NPM, ...command], {
      cwd: folder,
      env: { ...environment, npm_command: "run-script" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    npm.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    t.after(() => npm.kill("SIGKILL"));
    await until(() => /^Ready\.$/m.test(output));
    const url = /listens on (\S+),/.exec(output)![1]!;
    const { pid } = (await (await fetch(`${url}/_squall/info`)).json()) as { pid: number };
    t.after(() => {
      if (birthOf(pid) !== undefined) process.kill(pid, "SIGKILL");
    });
    assert.notEqual(birthOf(pid), undefined);
    const closed = once(npm.stdout, "close");
    npm.kill("SIGKILL");
    await until(() => birthOf(pid) === undefined);
    await closed;
    assert.match(output, /npm, which has started this, has ended: this ends with it/);
  });
}

/** A shell that starts something and ends, as a step of CI or a login does. */
const SHELL = `"$0" "$@" & exit`;

for (const workers of ["1", "2"])
  test(`a gateway with ${workers === "1" ? "one process" : "workers"} outlives the shell that has started it, where that was not npm`, async (t) => {
    const { folder, environment } = new Squall(t);
    const { npm_command: _, npm_execpath: __, ...rest } = { ...environment };
    const to = ["gateway", "--to", "http://127.0.0.1:1", "--port", "0", "--workers", workers];
    const shell = spawn("sh", ["-c", SHELL, process.execPath, main, ...to], {
      cwd: folder,
      env: rest,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    shell.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    await until(() => /^Ready\.$/m.test(output));
    const url = /listens on (http:[^\s,]+),/.exec(output)![1]!;
    t.after(() => fetch(`${url}/_squall/shutdown`, { method: "POST" }));
    // It looks twice a second.
    const endMs = performance.now() + 1500;
    while (performance.now() < endMs) assert.equal((await fetch(`${url}/_squall/health`)).status, 200);
  });
