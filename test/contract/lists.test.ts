import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModel } from "../../src/models/model.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { allLists, type Call, caller, type ListCase, memberOf, namesIn } from "./lists.ts";
import { WITHOUT_ROWS } from "./lists-without-rows.ts";

const cases = await allLists();

const nameAt = (number: number) => `q${String(number).padStart(3, "0")}`;

interface Listed {
  readonly names: string[];
  readonly token: unknown;
}

async function ask(list: ListCase, call: Call, size?: number, token?: unknown): Promise<Listed> {
  const output = await call(list.operation, {
    ...(!(list.alone && token) && (await list.input?.(call.account, call))),
    ...(list.size !== undefined &&
      size !== undefined && { [list.size]: list.sizeIsText ? String(size) : size }),
    ...(token !== undefined && { [list.token]: token }),
  });
  return { names: namesIn(list, output), token: memberOf(output, list.next) || undefined };
}

/** What is there before the first page is asked for. */
async function fill(list: ListCase, call: Call, size: number): Promise<Set<string>> {
  await list.prepare?.(call);
  if (!list.add) {
    const whole = await walk(list, call);
    return new Set(whole);
  }
  const total = list.most ?? size * 3 + 1;
  const names = Array.from({ length: total }, (_, number) => nameAt(number * 10));
  for (const name of names) await list.add(call, name);
  return new Set(names);
}

/** The items of all pages, in their order. */
async function walk(
  list: ListCase,
  call: Call,
  size?: number,
  afterFirst?: (given: string[]) => Promise<void>,
) {
  const given: string[] = [];
  let token: unknown;
  let pages = 0;
  do {
    const answer: Listed = await ask(list, call, size, token);
    if (size) assert.ok(answer.names.length <= size, `${answer.names.length} of at most ${size}`);
    given.push(...answer.names);
    token = answer.token;
    if (pages++ === 0) await afterFirst?.(given);
  } while (token !== undefined && pages < 200);
  if (size) assert.ok(pages > 1, "there was one page only");
  return given;
}

for (const list of cases) {
  test(`${list.service}.${list.operation} pages without skipping or repeating, whatever comes and goes`, async () => {
    await using cloud = await testCloud({ listen: false, settings: list.settings ?? {} });
    const call = caller(cloud.call, list.service, newAccount());
    const size = list.fixedSize ?? Math.max(list.most ? 1 : 2, list.least ?? 1);
    const there = await fill(list, call, size);

    const given = await walk(list, call, size, async (first) => {
      // The last one that was given goes, so does one that is still to come; one comes in on either side.
      const toCome = [...there].filter((name) => !first.includes(name));
      const going = list.remove ? [first.at(-1), ...(list.most ? [] : [toCome[0]])] : [];
      for (const gone of going) {
        // Something was given, and something is to come: the list is longer than a page.
        await list.remove!(call, gone!);
        there.delete(gone!);
      }
      if (!list.add) return;
      if (list.remove || !list.most) await list.add(call, nameAt(1));
      if (!list.most) await list.add(call, nameAt(there.size * 20));
    });

    assert.equal(new Set(given).size, given.length, `given twice: ${given}`);
    const skipped = [...there].filter((name) => !given.includes(name));
    assert.deepEqual(skipped, [], `skipped; given were ${given}`);
  });

  test(`${list.service}.${list.operation} refuses a token that no page gave`, async (t) => {
    if (list.keyIsToken) return t.skip("any key is a token, as on AWS");
    await using cloud = await testCloud({ listen: false, settings: list.settings ?? {} });
    const call = caller(cloud.call, list.service, newAccount());
    await list.prepare?.(call);
    await list.add?.(call, nameAt(0));
    await assert.rejects(
      ask(list, call, list.least ?? 1, "no-token-of-any-page"),
      (error: { status?: number }) => {
        assert.ok(error.status! >= 400 && error.status! < 500, `status ${error.status}`);
        return true;
      },
    );
  });
}

/** Values for the members of an input that narrow or order a list, each another query than the row's. */
function* otherQueries(list: ListCase, asked: object): Iterable<Record<string, unknown>> {
  const model = loadModel(list.service)!;
  const { members = {}, required = [] } = model.shapes[model.operations[list.operation]!.input!.shape]!;
  const known = new Set([...required, ...Object.keys(asked), list.size, ...(list.free ?? [])]);
  for (const [name, { shape }] of Object.entries(members)) {
    const { type, enum: values, pattern } = model.shapes[shape]!;
    if (known.has(name) || PAGING.test(name) || SIZES.test(name)) continue;
    if (type === "boolean") yield { [name]: true };
    else if (type === "string" && values) yield* values.slice(0, 2).map((value) => ({ [name]: value }));
    else if (type === "string" && !pattern) yield { [name]: "other" };
  }
}

for (const list of cases.filter(({ keyIsToken, alone }) => !keyIsToken && !alone)) {
  test(`${list.service}.${list.operation} takes a token for no other query than its own`, async () => {
    await using cloud = await testCloud({ listen: false, settings: list.settings ?? {} });
    const call = caller(cloud.call, list.service, newAccount());
    const size = list.fixedSize ?? Math.max(list.most ? 1 : 2, list.least ?? 1);
    await fill(list, call, size);
    const { token } = await ask(list, call, size);
    const asked = { ...(await list.input?.(call.account, call)) };
    for (const other of otherQueries(list, asked)) {
      const query = { ...list, input: () => ({ ...asked, ...other }) };
      await assert.rejects(
        ask(query, call, size, token),
        // What nobody serves is refused as such.
        ({ status = 0 }: { status?: number }) => (status >= 400 && status < 500) || status === 501,
        JSON.stringify(other),
      );
    }
  });
}

/** How many a page has is no part of the query. */
const SIZES = /^(max\w*|limit|\w*limit|\w*pagesize)$/i;

/**
 * Names of the member of an input that asks for another page. They find every operation that botocore has a paginator for, of all
 * AWS services, and those that it forgot.
 */
const PAGING =
  /^(next\w*|\w*marker|position|exclusivestart\w+|startrecord\w*|startat|inputtoken|\w*(pagination|continuation|page|start|starting|next)_?token)$/i;

test("every served operation that pages is in this suite, or a reason says why not", async () => {
  await using cloud = await testCloud();
  const response = await fetch(`${cloud.url}/_squall/services`);
  const { services } = (await response.json()) as { services: { service: string; implemented: string[] }[] };
  const paged = services.flatMap(({ service, implemented }) => {
    const model = loadModel(service);
    return implemented
      .filter((operation) => {
        const input = model?.operations[operation]?.input;
        return (
          input && Object.keys(model.shapes[input.shape]?.members ?? {}).some((name) => PAGING.test(name))
        );
      })
      .map((operation) => `${service}.${operation}`);
  });
  const rows = new Set(cases.map(({ service, operation }) => `${service}.${operation}`));
  assert.ok(paged.length > 100, `${paged.length} paged operations`);
  const missing = paged.filter((name) => !rows.has(name) && !WITHOUT_ROWS[name]);
  assert.deepEqual(missing, [], "neither a row in lists/ nor a reason in lists-without-rows.ts");
  const stale = Object.keys(WITHOUT_ROWS).filter((name) => rows.has(name) || !paged.includes(name));
  assert.deepEqual(stale, [], "a reason without need");
});
