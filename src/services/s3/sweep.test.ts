import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { newFolder } from "../../../test/new-folder.ts";
import { Blobs } from "../../core/blobs.ts";
import { MemoryStorage } from "../../core/memory.ts";
import { Scratch } from "../../core/scratch.ts";
import type { ServiceHost } from "../../core/service.ts";
import { currentObjects, type ObjectRecord, otherVersions } from "./object.ts";
import { bodiesThere, sweep } from "./sweep.ts";

test("the body of a version that becomes the newest one while it is looked stays", async () => {
  const storage = new MemoryStorage();
  const home = { note: () => undefined, setNote() {}, flushed: () => undefined, isLost: false };
  const blobs = new Blobs(new Scratch(), home, { parent: newFolder() });
  const store = storage.store("s3", "000000000000", "us-east-1");
  const host = {
    blobs,
    store: (account: string, region: string) => storage.store("s3", account, region),
    scopes: () => [{ account: "000000000000", region: "us-east-1" }],
    log: { warn: (text: string) => assert.fail(text) },
  } as unknown as ServiceHost;
  const current = store.collection(currentObjects);
  const others = store.collection(otherVersions);
  const objectOf = (...blobs: string[]) =>
    ({ key: "k", body: blobs.map((blob) => ({ blob, size: 1 })) }) as unknown as ObjectRecord;
  for (let n = 0; n < 1500; n++) current.put(["bucket", `other-${n}`], objectOf());
  others.put(["bucket", "k", 1], objectOf("s3/aa/kept"));
  for (const name of ["kept", "nobodys"]) blobs.writeSmall(`s3/aa/${name}`, Buffer.from("a"));

  const swept = sweep(await bodiesThere(host), host);
  others.delete(["bucket", "k", 1]);
  current.put(["bucket", "k"], objectOf("s3/aa/kept"));
  await swept;
  assert.deepEqual(
    ["kept", "nobodys"].map((name) => existsSync(blobs.path(`s3/aa/${name}`))),
    [true, false],
  );
});
