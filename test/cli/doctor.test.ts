import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { checkDns, checkNode } from "../../src/cli/doctor/checks.ts";
import { DirectoryLock } from "../../src/core/directory-lock.ts";
import { testCloud } from "../cloud.ts";
import { Squall } from "./squall-command.ts";

interface Found {
  readonly verdict: string;
  readonly what: string;
  readonly todo?: string;
}

async function findings(squall: Squall, ...flags: string[]): Promise<{ code: number; found: Found[] }> {
  const { code, stdout } = await squall.run("doctor", "--json", ...flags);
  return { code, found: JSON.parse(stdout) as Found[] };
}

test("it says who has the port, and what to do", async (t) => {
  const squall = new Squall(t);
  const stranger = createServer().listen(0, "127.0.0.1");
  await once(stranger, "listening");
  t.after(() => stranger.close());
  const { port } = stranger.address() as { port: number };
  const { code, found } = await findings(squall, "--port", String(port));
  const taken = found.find(({ what }) => what.startsWith(`Port ${port} is taken by `))!;
  assert.deepEqual([code, taken.verdict], [1, "wrong"]);
  if (process.platform === "linux") {
    assert.match(taken.what, new RegExp(`\\(process ${process.pid}\\)\\.$`));
    assert.match(
      taken.todo!,
      new RegExp(`^kill ${process.pid} ends it; squall start --port ${port + 1} takes another`),
    );
  }

  const own = await squall.startDetached();
  const ours = await findings(squall, "--port", String(own.port));
  assert.match(
    ours.found[1]!.what,
    new RegExp(`^Squall has port ${own.port} already \\(process ${own.pid}\\)`),
  );
  await using cloud = await testCloud();
  const foreground = await findings(squall, "--port", String(cloud.port));
  assert.match(foreground.found[1]!.what, /^A squall that was started in the foreground has port/);
  assert.deepEqual([ours.code, foreground.code], [0, 0]);
});

test("it says what is wrong with the data directory, the configuration and the compose file, and leaves nothing", async (t) => {
  const squall = new Squall(t);
  const free = await findings(squall, "--port", "0", "--data-dir", "a/b/c");
  assert.equal(free.code, 0);
  assert.match(free.found[2]!.what, /The data directory \S+a\/b\/c can be written\./);
  assert.equal(existsSync(join(squall.folder, "a")), false);
  writeFileSync(join(squall.folder, "file"), "");
  writeFileSync(join(squall.folder, "squall.yaml"), "prot: 1\n");
  writeFileSync(join(squall.folder, "docker-compose.yml"), "services: { web: { image: nginx } }\n");
  const { code, found } = await findings(squall, "--port", "0", "--data-dir", "file");
  assert.equal(code, 1);
  assert.match(found[2]!.what, /The data directory \S+file is a file\./);
  assert.match(found[3]!.what, /^squall\.yaml:1: There is no option "prot"\. Did you mean "port"\?/);
  // A compose file without a LocalStack is none of its business, unless it is named.
  assert.deepEqual(
    found.filter(({ what }) => what.includes("compose")),
    [],
  );
  const named = await findings(squall, "--port", "0", "--compose", "docker-compose.yml");
  assert.ok(
    named.found.some(
      ({ verdict, what }) => verdict === "wrong" && what.includes("no service with a localstack image"),
    ),
  );
});

test("a data directory in use is no fault, and says by whom", async (t) => {
  const squall = new Squall(t);
  mkdirSync(join(squall.folder, "kept"));
  const lock = new DirectoryLock(join(squall.folder, "kept"));
  t.after(() => lock.release());
  const { code, found } = await findings(squall, "--port", "0", "--data-dir", "kept");
  assert.equal(code, 0);
  assert.match(found[2]!.what, new RegExp(`is in use: process ${process.pid} has had it since`));
});

test("an old Node.js, and a resolver that knows no names of this machine, are told with a way out", async () => {
  assert.deepEqual([checkNode("22.1.0").verdict, checkNode("24.0.0").verdict], ["wrong", "good"]);
  const refused = await checkDns(() => Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" })));
  assert.match(`${refused.what} ${refused.todo}`, /not found \(ENOTFOUND\)\. .*hosts file .*--dns/);
  assert.equal((await checkDns(async () => ({ address: "10.0.0.1" }))).verdict, "hint");
  assert.equal((await checkDns(async () => ({ address: "127.0.0.1" }))).verdict, "good");
});
