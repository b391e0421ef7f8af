import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sitesAt } from "../../test/explore/sites.ts";
import { faultKinds } from "./fault-kinds.ts";
import { Lock } from "./lock.ts";

const folder = await mkdtemp(join(tmpdir(), "squall-lock-"));
test.after(() => rm(folder, { recursive: true, force: true }));

const [outage, transient] = faultKinds("outage,transient");
const [put] = sitesAt("test > dynamodb.PutItem@orders~1a#1");

test("what was survived, or failed cleanly, is known again by whoever acts", () => {
  const file = join(folder, "known.lock");
  const lock = new Lock(file);
  lock.note(put!, outage!, "failed-cleanly");
  lock.note(put!, transient!, "finding");
  lock.save();
  const again = new Lock(file);
  const [byAnother] = sitesAt("ci > dynamodb.PutItem@orders~1a#1");
  const [ofAnother] = sitesAt("test > dynamodb.PutItem@orders~2b#1");
  assert.ok(again.knows(byAnother!, outage!));
  assert.ok(!again.knows(put!, transient!), "a finding is tried again");
  assert.ok(!again.knows(ofAnother!, outage!), "what says something else is new");
});

test("what is accepted stays accepted, with its reason", async () => {
  const file = join(folder, "accepted.lock");
  const lock = new Lock(file);
  lock.accept("F-7c1e", "a mail may come twice");
  lock.save();
  assert.ok(new Lock(file).accepts("F-7c1e"));
  assert.ok(!new Lock(file).accepts("F-0000"));
  assert.ok(!new Lock(file).accepts("constructor"));
  assert.match(await readFile(file, "utf8"), /a mail may come twice/);
});

test("two that explore at once keep what the other has seen", () => {
  const file = join(folder, "two", "shared.lock");
  const [one, other] = [new Lock(file), new Lock(file)];
  one.note(put!, outage!, "survived");
  other.note(put!, transient!, "survived");
  other.accept("F-7c1e", "known");
  one.save();
  other.save();
  one.save();
  const both = new Lock(file);
  assert.ok(both.knows(put!, outage!) && both.knows(put!, transient!) && both.accepts("F-7c1e"));
});

test("a file that is no lock is named, with the way out", async () => {
  for (const text of [
    "",
    "{",
    "null",
    "[]",
    '{"version":2}',
    "7",
    '{"version":1}',
    '{"version":1,"accepted":"x","seen":{}}',
    '{"version":1,"accepted":{},"seen":{"a":1}}',
  ]) {
    const file = join(folder, "broken.lock");
    await writeFile(file, text);
    assert.throws(() => new Lock(file), /broken\.lock is no lock of squall explore .* Delete it/, text);
  }
});
