import assert from "node:assert/strict";
import { test } from "node:test";
import { reaper } from "../core/reaper.ts";
import { ServerProcess } from "./server-process.ts";

/** A server that takes connections at once, and what it says. */
function server() {
  const said: string[] = [];
  const process = new ServerProcess((line) => said.push(line));
  const launch = () =>
    process.launch(["sh", "-c", "echo ready >&2; exec sleep 600"], {
      cwd: "/",
      environment: { PATH: "/usr/bin:/bin", ...reaper.environment },
      isReady: /ready/,
    });
  return { process, launch, said };
}

test("a server is started once, and whoever asks for it meanwhile waits for it", async () => {
  const { process, launch, said } = server();
  const first = process.start(launch);
  assert.equal(process.isRunning, true);
  assert.deepEqual(said, []);
  await process.start(launch);
  assert.deepEqual(said, ["ready"]);
  await Promise.all([first, process.whenUp()]);
  await process.stop("SIGTERM");
  assert.equal(process.isRunning, false);
  await process.start(launch);
  assert.deepEqual(said, ["ready", "ready"]);
  await process.stop("SIGTERM");
});

test("a server that is told to end while it is being started does not come up, and can be started again", async () => {
  const { process, launch, said } = server();
  const free = Promise.withResolvers<void>();
  const starting = process.start(() => free.promise.then(launch));
  const waiting = process.whenUp();
  const stopping = process.stop("SIGTERM");
  free.resolve();
  const refused = { message: "It was told to end while it was being started." };
  await assert.rejects(starting, refused);
  await assert.rejects(waiting, refused);
  await stopping;
  assert.equal(process.isRunning, false);
  assert.deepEqual(said, []);
  await process.start(launch);
  assert.deepEqual(said, ["ready"]);
  await process.stop("SIGTERM");
});
