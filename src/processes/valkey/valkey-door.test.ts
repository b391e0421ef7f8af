import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { valkeyDoor } from "./valkey-door.ts";

test("who leaves without a word has not been turned away, and who speaks plainly where TLS is required has", async () => {
  const reasons: string[] = [];
  const door = valkeyDoor({
    mode: () => "required",
    certificate: undefined,
    failed: (reason) => reasons.push(reason),
  });
  const silent = door("/nowhere");
  silent.end();
  await once(silent, "close");
  assert.deepEqual(reasons, []);
  const plain = door("/nowhere");
  plain.write("PING\r\n");
  await once(plain, "close");
  assert.deepEqual(reasons, ["it speaks plainly, and TLS is required"]);
});
