import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LoggedStorage } from "./logged.ts";
import { rowsIn } from "./logged-crash.fixture.ts";

const WRITER = fileURLToPath(new URL("./logged-crash.fixture.ts", import.meta.url));
const ROUNDS = 15 * Number(process.env["SQUALL_TEST_SCALE"] ?? 1);

const namesIn = (folder: string, suffix: string) =>
  readdirSync(folder).filter((name) => name.endsWith(suffix));

test("a process that is killed while it writes and compacts has lost nothing that it acknowledged, and no turn is half there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-log-crash-"));
  let snapshots = 0;
  let parts = 0;
  try {
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const child = spawn(
        process.execPath,
        ["--conditions=squall-source", WRITER, folder, String(acknowledged)],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const ended = once(child, "exit");
      const most = acknowledged + 50 + ((round * 997) % 4000);
      // At any time; while a snapshot is written; when there is another one.
      const moments = [
        () => true,
        () => namesIn(folder, ".part").length > 0,
        () => String(namesIn(folder, ".snapshot")) !== before,
      ];
      const before = String(namesIn(folder, ".snapshot"));
      for await (const line of createInterface(child.stdout)) {
        acknowledged = Number(line);
        if (acknowledged >= most && moments[round % 3]!()) child.kill("SIGKILL");
      }
      await ended;
      assert.equal(child.signalCode, "SIGKILL");
      snapshots += namesIn(folder, ".snapshot").length;
      parts += namesIn(folder, ".part").length;
      const storage = new LoggedStorage(folder);
      const { left, right } = rowsIn(storage);
      const turns = [...left.values()];
      assert.ok((turns.at(-1) ?? 0) >= acknowledged, `${turns.at(-1)} after ${acknowledged}`);
      assert.deepEqual([...right.values()], turns, "both rows of a turn, or none");
      // Each turn takes out what was written a hundred turns before it.
      assert.deepEqual(
        turns,
        Array.from(turns, (_, at) => turns[0]! + at),
      );
      assert.ok(turns.length <= 100);
      acknowledged = turns.at(-1)!;
      storage.close();
      assert.deepEqual(namesIn(folder, ".part"), []);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  assert.ok(
    snapshots > ROUNDS / 2 && parts > 0,
    `${snapshots} snapshots, ${parts} parts in ${ROUNDS} rounds`,
  );
});
