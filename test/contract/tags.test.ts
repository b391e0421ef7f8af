import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { Catalog } from "../../src/aws/catalog.ts";
import { loadModel } from "../../src/models/model.ts";
import { loadDeclarations } from "../../src/service-folders.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { type Call, caller } from "./lists.ts";
import { MAKING_NOTHING, makers } from "./made-with-tags.ts";
import { canBeMade, type TaggedCase } from "./tagged.ts";

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

/** What no service takes. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const REFUSED: Readonly<Record<string, Record<string, string>>> = {
  "a reserved key": { "aws:team": "a" },
  "a reserved key in capitals": { "AWS:team": "a" },
  "an empty key": { "": "a" },
  "a key of 129 characters": { ["k".repeat(129)]: "a" },
  "a value of 257 characters": { team: "v".repeat(257) },
};

/** In a list of tags: one that has a value alone. In a map it is a key like others. */
const NO_KEY = "(no key)";

function isRefusal({ status = 0 }: { status?: number }): boolean {
  assert.ok(status >= 400 && status < 500, `status ${status}`);
  return true;
}

for (const { service, type: name, create, most = 50 } of cases) {
  test(`${service}'s ${name}s are tagged and untagged as AWS's are, up to ${most} tags`, async () => {
    await using cloud = await testCloud();
    const account = newAccount();
    const call = caller(cloud.call, service, account);
    const type = catalog.types(service).find((candidate) => candidate.name === name)!;
    assert.ok(type.tags, `${service} declares no tags for ${name}`);
    const { add, remove } = type.tags;
    const arn = await create(call, "tagged");
    const tag = async (tags: Record<string, string>) =>
      call(add.operation, add.input(arn, tags, await there()));
    const untag = async (...keys: string[]) => call(remove.operation, remove.input(arn, keys, await there()));
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
    await assert.rejects(tag({ "one-too-many": "" }), isRefusal);
    assert.deepEqual(await there(), { team: "c", ...numbered(most - 1) });
    for (const [what, tags] of Object.entries(REFUSED)) await assert.rejects(tag(tags), isRefusal, what);
    await untag("team", ...Object.keys(numbered(most - 1)));
    assert.deepEqual(await there(), {});
    const longest = { ["k".repeat(128)]: "v".repeat(256) };
    await tag(longest);
    assert.deepEqual(await there(), longest);
  });
}

/** How an operation takes tags beside what it makes: a map of them, or a list whose items have a key and a value by these names. */
function tagsMember(service: string, operation: string) {
  const model = loadModel(service);
  const input = model?.operations[operation]?.input;
  const members = input && model.shapes[input.shape]?.members;
  for (const [member, { shape: name }] of Object.entries(members ?? {})) {
    if (!/^tag(?:s|list|set)$/i.test(member)) continue;
    const shape = model?.shapes[name];
    const value = shape?.type === "map" ? undefined : model?.shapes[shape?.member?.shape ?? ""]?.members;
    if (shape?.type === "map") return (tags: Record<string, string>) => ({ [member]: tags });
    const names = Object.keys(value ?? {});
    const [key, text] = [/key$/i, /value$/i].map((kind) => names.find((one) => kind.test(one)));
    if (key === undefined || text === undefined) continue;
    return (tags: Record<string, string>) => ({
      [member]: Object.entries(tags).map(([name, value]) => ({
        ...(name !== NO_KEY && { [key]: name }),
        [text]: value,
      })),
    });
  }
  return undefined;
}

/** A map of tags has a key for each. */
function isMap(service: string, maker: string): boolean {
  const [owner = service, operation = ""] = maker.split(".");
  const made = tagsMember(owner, operation)?.({ a: "b" }) ?? {};
  return Object.values(made).some((tags) => !Array.isArray(tags));
}

const TAGGING =
  /^(Tag(?!s)\w*|Untag\w*|AddTags\w*|RemoveTags\w*|Put\w+Tagging|CreateTags|CreateOrUpdateTags|DeleteTags)$/;

/** The calls that a case makes, each perhaps with tags beside what it says. */
function watched(call: Call, service: string, withTags: (operation: string) => Record<string, string>) {
  const made: string[] = [];
  const one: Call = Object.assign(
    async (operation: string, input: object = {}, other = service, region?: string) => {
      const member = tagsMember(other, operation);
      if (member === undefined) return call(operation, input, other, region);
      made.push(`${other}.${operation}`);
      const tags = withTags(`${other}.${operation}`);
      return call(
        operation,
        Object.keys(tags).length > 0 ? { ...input, ...member(tags) } : input,
        other,
        region,
      );
    },
    { account: call.account },
  );
  return { call: one, made };
}

for (const one of [...cases, ...makers]) {
  const { service, type, create, most = 50 } = one;
  test(`${service}'s ${type}s are made with tags that they could have, and with no others`, async () => {
    await using cloud = await testCloud({ listen: false });
    const creating = async (tags: Record<string, string>) => {
      const untagged = watched(caller(cloud.call, service, newAccount()), service, () => ({}));
      await create(untagged.call, "tagged");
      const maker = untagged.made.at(-1);
      if (maker === undefined) return undefined;
      const call = caller(cloud.call, service, newAccount());
      const tagged = watched(call, service, (operation) => (operation === maker ? tags : {}));
      await create(tagged.call, "tagged");
      return maker;
    };
    if ((await creating(numbered(most))) === undefined) return;
    await assert.rejects(creating(numbered(most + 1)), isRefusal, `${most + 1} tags`);
    for (const [what, tags] of Object.entries(REFUSED)) await assert.rejects(creating(tags), isRefusal, what);
    const withoutKey = await creating({ [NO_KEY]: "a" }).then(
      (maker) => maker && isMap(service, maker),
      isRefusal,
    );
    assert.ok(withoutKey, "a tag without a key");
  });
}

test("every operation that makes something with tags is above", async () => {
  await using cloud = await testCloud();
  const response = await fetch(`${cloud.url}/_squall/services`);
  const { services } = (await response.json()) as { services: { service: string; implemented: string[] }[] };
  const making = services.flatMap(({ service, implemented }) =>
    implemented
      .filter((operation) => !TAGGING.test(operation) && tagsMember(service, operation))
      .map((operation) => `${service}.${operation}`),
  );
  const made = new Set<string>();
  for (const { service, create } of [...cases, ...makers]) {
    const dry = watched(caller(cloud.call, service, newAccount()), service, () => ({}));
    await create(dry.call, "tagged");
    const maker = dry.made.at(-1);
    if (maker !== undefined) made.add(maker);
  }
  assert.deepEqual(
    making.filter((name) => !made.has(name) && !MAKING_NOTHING[name]),
    [],
  );
});

/** Operations that tag what no declared type is, with why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "kinesis.AddTagsToStream": "TagResource's older name.",
  "logs.TagLogGroup": "TagResource's older name.",
  "resourcegroupstaggingapi.TagResources": "It calls the other services'.",
  "s3.PutObjectTagging": "Objects are no resources of their own to the tagging API and to FIS.",
};

test("every declared type with tags has its case, and every operation that tags its type", async () => {
  const missing = [...catalog.allTypes()]
    .filter(({ collection, tags }) => collection && tags)
    // A global table is a table with replicas.
    .filter(({ name }) => name !== "global-table")
    // An instance is a local process: no call of AWS makes one. Its own tests tag it and target it by its tags.
    .filter(({ service, name }) => service !== "ssm" || name !== "instance")
    .filter(canBeMade)
    .filter(({ service, name }) => !cases.some((one) => one.service === service && one.type === name))
    .map(({ service, name }) => `${service} ${name}`);
  assert.deepEqual(missing, [], "declared with tags, without a case in tagged/");

  await using cloud = await testCloud();
  const response = await fetch(`${cloud.url}/_squall/services`);
  const { services } = (await response.json()) as { services: { service: string; implemented: string[] }[] };
  const declared = new Set(
    [...catalog.allTypes()].map(({ service, tags }) => `${service}.${tags?.add.operation}`),
  );
  const tagging = services.flatMap(({ service, implemented }) =>
    implemented
      .filter((operation) => /^(Tag(?!s)\w*|AddTags\w*|Put\w+Tagging|CreateTags)$/.test(operation))
      .map((operation) => `${service}.${operation}`),
  );
  assert.deepEqual(
    tagging.filter((name) => !declared.has(name) && !OTHERWISE[name]),
    [],
    "no declared type is tagged by it",
  );
});
