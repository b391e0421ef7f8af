import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { Catalog } from "../../src/aws/catalog.ts";
import { loadDeclarations } from "../../src/service-folders.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { caller } from "./lists.ts";
import type { TaggedCase } from "./tagged.ts";

/** Every file of `tagged/` has the types of one service. */
const folder = new URL("./tagged/", import.meta.url);
const cases: TaggedCase[] = [];
for (const file of readdirSync(folder)) {
  const module = (await import(new URL(file, folder).href)) as { tagged: readonly TaggedCase[] };
  cases.push(...module.tagged);
}
const catalog = new Catalog(await loadDeclarations());

const numbered = (count: number, from = 0) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`key-${from + at}`, `value ${from + at}`]));

for (const { service, type: name, create, most = 50 } of cases) {
  test(`${service}'s ${name}s are tagged and untagged as AWS's are, up to ${most} tags`, async () => {
    await using cloud = await testCloud();
    const account = newAccount();
    const call = caller(cloud.call, service, account);
    const type = catalog.types(service).find((candidate) => candidate.name === name)!;
    assert.ok(type.tags, `${service} declares no tags for ${name}`);
    const { add, remove } = type.tags;
    const arn = await create(call, "tagged");
    const tag = (tags: Record<string, string>) => call(add.operation, add.input(arn, tags));
    const untag = (...keys: string[]) => call(remove.operation, remove.input(arn, keys));
    const there = async () => {
      const query = new URLSearchParams({ arn, service });
      const response = await fetch(`${cloud.url}/_squall/resources?${query}`);
      const { resources } = (await response.json()) as { resources: { tags: Record<string, string> }[] };
      assert.equal(resources.length, 1, `${arn} is not among the resources`);
      return resources[0]!.tags;
    };

    assert.deepEqual(await there(), {});
    await tag({ team: "a", stage: "test" });
    await tag({ team: "b" });
    assert.deepEqual(await there(), { team: "b", stage: "test" });
    await untag("stage", "was-never-there");
    assert.deepEqual(await there(), { team: "b" });
    await tag(numbered(most - 1));
    assert.equal(Object.keys(await there()).length, most);
    await tag({ team: "c" });
    await assert.rejects(tag({ "one-too-many": "" }), (error: { status?: number }) => {
      assert.ok(error.status! >= 400 && error.status! < 500, `status ${error.status}`);
      return true;
    });
    assert.deepEqual(await there(), { team: "c", ...numbered(most - 1) });
    await untag("team", ...Object.keys(numbered(most - 1)));
    assert.deepEqual(await there(), {});
  });
}
