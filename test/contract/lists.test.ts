import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { newAccount, testCloud } from "../cloud.ts";
import { type Call, caller, type ListCase } from "./lists.ts";

/** Every file of `lists/` has the list operations of one service. */
const folder = new URL("./lists/", import.meta.url);
const cases: ListCase[] = [];
for (const file of readdirSync(folder)) {
  const module = (await import(new URL(file, folder).href)) as { lists: readonly ListCase[] };
  cases.push(...module.lists);
}

const nameAt = (number: number) => `q${String(number).padStart(3, "0")}`;

interface Listed {
  readonly names: string[];
  readonly token: string | undefined;
}

async function ask(list: ListCase, call: Call, size: number, token?: string): Promise<Listed> {
  const output = await call(list.operation, {
    ...list.input?.(call.account),
    ...(list.size !== undefined && { [list.size]: list.sizeIsText ? String(size) : size }),
    ...(token !== undefined && { [list.token]: token }),
  });
  const items = list.items
    .split(".")
    .reduce<unknown>((value, member) => (value as Record<string, unknown> | undefined)?.[member], output);
  const names = ((items ?? []) as never[]).map(list.nameOf).filter((name) => name !== undefined);
  const next = output[list.next];
  return { names, token: typeof next === "string" && next !== "" ? next : undefined };
}

for (const list of cases) {
  test(`${list.service}.${list.operation} pages without skipping or repeating, whatever comes and goes`, async () => {
    await using cloud = await testCloud({ listen: false });
    const call = caller(cloud.call, list.service, newAccount());
    await list.prepare?.(call);
    const size = list.fixedSize ?? Math.max(2, list.least ?? 1);
    const total = size * 3 + 1;
    for (let number = 0; number < total; number++) await list.add(call, nameAt(number * 10));
    const there = new Set(Array.from({ length: total }, (_, number) => nameAt(number * 10)));

    const given: string[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const answer: Listed = await ask(list, call, size, token);
      assert.ok(answer.names.length <= size, `${answer.names.length} of at most ${size}`);
      given.push(...answer.names);
      token = answer.token;
      if (pages++ === 0) {
        // The last one that was given goes, so does one that is still to come; one comes in on either side.
        const toCome = [...there].filter((name) => !given.includes(name));
        for (const gone of [given.at(-1)!, toCome[0]!]) {
          await list.remove(call, gone);
          there.delete(gone);
        }
        await list.add(call, nameAt(1));
        await list.add(call, nameAt(total * 10 + 5));
      }
    } while (token !== undefined && pages < 50);

    assert.ok(pages > 1, "there was one page only");
    assert.equal(new Set(given).size, given.length, `given twice: ${given}`);
    const skipped = [...there].filter((name) => !given.includes(name));
    assert.deepEqual(skipped, [], `skipped; given were ${given}`);
  });

  test(`${list.service}.${list.operation} refuses a token that no page gave`, async (t) => {
    if (list.keyIsToken) return t.skip("any key is a token, as on AWS");
    await using cloud = await testCloud({ listen: false });
    const call = caller(cloud.call, list.service, newAccount());
    await list.prepare?.(call);
    await list.add(call, nameAt(0));
    await assert.rejects(
      ask(list, call, list.least ?? 1, "no-token-of-any-page"),
      (error: { status?: number }) => {
        assert.ok(error.status! >= 400 && error.status! < 500, `status ${error.status}`);
        return true;
      },
    );
  });
}
