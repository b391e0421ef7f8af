import { readJson } from "../../../core/read-json.ts";
import { sure } from "../../../core/sure.ts";
import { isDistributed, processorOf } from "../language/definition.ts";
import { Payload } from "../language/payload.ts";
import { Branch } from "../run/branch.ts";
import { Fork } from "../run/fork.ts";
import type { Exit, Visit } from "../run/visit.ts";
import { integerField } from "./fields.ts";
import { entriesOf, type Items, itemsOf, selectItem } from "./items.ts";
import { mockedMap } from "./mocked.ts";

/** https://states-language.net/#map-state, with its items done within the execution. */
export async function map(visit: Visit): Promise<Exit> {
  if (isDistributed(visit.state)) {
    const { distributedMap } = await import("./distributed-map.ts");
    return distributedMap(visit);
  }
  const { branch, run, name } = visit;
  let { work } = branch.frame;
  if (work?.startedId === undefined) {
    const concurrency = (await integerField(visit, "MaxConcurrency")) ?? 0;
    const given = itemsOf(visit);
    const items = given instanceof Promise ? await given : given;
    if (run.bench) return mockedMap(visit, concurrency);
    const startedId = branch.record("MapStateStarted", { length: entriesOf(items).length });
    work = { startedId, items: JSON.stringify(items), limits: { concurrency } };
    branch.keep({ work });
  }
  const { startedId, items: text, limits } = work as Required<typeof work>;
  const items = entriesOf(readJson(text) as Items);
  const flow = processorOf(visit.state);
  const placed = {
    flow,
    place: `${visit.place}/${visit.state.ItemProcessor ? "ItemProcessor" : "Iterator"}`,
  };
  const inputs = await Promise.all(items.map((item, index) => selectItem(visit, item, index)));
  const fork = new Fork(visit, {
    count: items.length,
    concurrency: limits.concurrency === 0 ? MOST_AT_ONCE : limits.concurrency,
    startedId,
    make(index) {
      const path = [...branch.path, index];
      const kept = run.journal.frameAt(path);
      if (kept) return new Branch(run, placed, path, kept, branch);
      const input = sure(inputs[index]); // There are as many as items, and as many branches.
      const item = { index, ...sure(items[index]) };
      return new Branch(
        run,
        placed,
        path,
        { state: flow.StartAt, input: input.text, lastId: 0, item },
        branch,
        input,
      );
    },
    begun: (child, index, previousId) => child.record("MapIterationStarted", { name, index }, previousId),
    ended(child, index, how, previousId) {
      child.record(`MapIteration${how}`, { name, index }, previousId);
      child.keep();
    },
  });
  const outputs = await fork.run();
  branch.record("MapStateSucceeded", undefined, fork.lastId);
  return visit.exitWithResult(Payload.list(outputs), fork.lastId);
}

/** So many items are worked on at once when there is no other limit. */
const MOST_AT_ONCE = 40;
