import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallService } from "../../src/core/service.ts";
import { newAccount } from "../cloud.ts";
import { inconsistencies } from "../consistency.ts";
import { failingCloud } from "../failing-cloud.ts";
import { FailingWrites } from "../failing-writes.ts";
import { allLists, type Call, caller, type ListCase, namesIn } from "./lists.ts";

/**
 * What adds to a list, or takes from it, by one call does so or does not, whichever write of it fails: nothing of a refused call
 * is seen, and it can be made again.
 */

/** Stacks are made behind the answer, by calls of other services; executions run there; machines and containers are processes. */
const BEHIND_THE_ANSWER =
  /^(cloudformation\.|stepfunctions\.ListExecutions$|ecs\.ListTasks$|ec2\.Describe(Instance|SpotInstance))/;

const cases = (await allLists()).filter(
  ({ service, operation }) => !BEHIND_THE_ANSWER.test(`${service}.${operation}`),
);

const listed = async (list: ListCase, call: Call): Promise<string[]> =>
  namesIn(list, await call(list.operation, await list.input?.(call.account, call))).sort();

for (const list of cases) {
  const { add, remove } = list;
  if (!add) continue;
  const changes = { add, ...(remove && { remove }) };
  for (const [title, change] of Object.entries(changes))
    test(`${list.service}.${list.operation} shows nothing of an item whose ${title} has failed`, async (t) => {
      const database = new FailingWrites();
      await using world = await failingCloud(database, { settings: list.settings ?? {} });
      const { cloud, storage } = world;
      let calls = 0;
      const counted: CallService = (...call) => {
        calls++;
        return cloud.call(...call);
      };
      for (let at = 1; ; at++) {
        const call = caller(counted, list.service, newAccount());
        await list.prepare?.(call);
        await add(call, "q000");
        if (title === "remove" && list.most !== 1) await add(call, "q010");
        const name = title === "remove" && list.most === 1 ? "q000" : "q010";
        if (title === "add" && list.most === 1) await remove?.(call, "q000");
        await cloud.settle(0);
        // It is made ready behind the answer, and must not lose a write of its own: who asks for it waits for that.
        if (`${list.service}.${list.operation}` === "lambda.ListFunctions")
          await call("GetFunctionConfiguration", { FunctionName: "q000" });
        const before = await listed(list, call);
        calls = 0;
        const { result: failure, written } = await database.failing(at, () =>
          change(call, name).then(
            () => undefined,
            (error: { status?: number }) => error,
          ),
        );
        if (calls > 1) return t.skip("more than one call");
        if (written < at) break;
        await cloud.settle(0);
        if (failure === undefined) {
          // The write was somebody else's, behind an answer.
          assert.notDeepEqual(await listed(list, call), before, `write ${at} of ${written}`);
          continue;
        }
        assert.ok(Number(failure.status) >= 500, `write ${at} of ${written}: ${failure}`);
        assert.deepEqual(await listed(list, call), before, `write ${at}`);
        assert.deepEqual(inconsistencies(storage), [], `write ${at}`);
        await change(call, name);
        if (title === "add") assert.ok((await listed(list, call)).includes(name), `write ${at}`);
      }
    });
}
