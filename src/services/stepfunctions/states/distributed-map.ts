import { CHILD } from "../fault-points.ts";

import { StateFailure } from "../language/failure.ts";
import type { Payload } from "../language/payload.ts";
import type { Exit, Visit } from "../run/visit.ts";
import { integerField, numberField } from "./fields.ts";
import { batched } from "./item-batcher.ts";
import { readItems, readsItems } from "./item-reader.ts";
import { entriesOf, type Item, itemsOf, selectItem } from "./items.ts";
import { MapRun } from "./map-run.ts";
import { mockedMap } from "./mocked.ts";
import { writeResults } from "./result-writer.ts";

/** A Map whose items are worked on by executions of their own. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
export async function distributedMap(visit: Visit): Promise<Exit> {
  const { branch, run, state } = visit;
  let mapRun: MapRun;
  const begun = branch.frame.work?.mapRun;
  if (!begun?.hasItems) {
    const concurrency = (await integerField(visit, "MaxConcurrency")) ?? 0;
    const given = readsItems(visit) ? undefined : entriesOf(await itemsOf(visit));
    if (run.bench) return mockedMap(visit, concurrency);
    if (branch.frame.work?.startedId === undefined) {
      const startedId = branch.record("MapStateStarted", { length: given?.length ?? 0 });
      branch.keepWork({ startedId });
    }
    const tolerated = await toleranceOf(visit);
    const plan = given ? undefined : await readItems.plan(visit);
    mapRun = begun ? MapRun.resume(visit) : MapRun.begin(visit, { concurrency, ...tolerated });
    try {
      const items = given ?? (plan ? await readItems(visit, plan) : []);
      await keepInputs(visit, mapRun, items);
    } catch (error) {
      const failure = visit.failureOf(error);
      if (failure.error !== "States.ItemReaderFailed") throw error;
      mapRun.failed(failure);
      throw failure;
    }
  } else mapRun = MapRun.resume(visit);
  const { startedId } = branch.mapRun;
  const outcome = await run.waitFor(mapRun.work((index) => struck(visit, index)));
  if (outcome) {
    mapRun.failed(outcome);
    throw outcome;
  }
  let result: Payload;
  try {
    result = state.ResultWriter ? await writeResults(visit, mapRun) : mapRun.results();
  } catch (error) {
    const failure = visit.failureOf(error);
    if (failure.error === "States.ResultWriterFailed") mapRun.failed(failure);
    throw failure;
  }
  const succeededId = mapRun.succeeded();
  branch.record("MapStateSucceeded", undefined, succeededId);
  return visit.exitWithResult(result, startedId);
}

async function toleranceOf(
  visit: Visit,
): Promise<{ count: number | undefined; percentage: number | undefined }> {
  const count = await integerField(visit, "ToleratedFailureCount");
  const percentage = await numberField(visit, "ToleratedFailurePercentage", "float");
  if (percentage !== undefined && (percentage < 0 || percentage > 100))
    throw new StateFailure(
      "States.Runtime",
      visit.said("ToleratedFailurePercentage must be between 0 and 100."),
      "runtime",
    );
  if (count !== undefined && count < 0)
    throw new StateFailure(
      "States.Runtime",
      visit.said("ToleratedFailureCount cannot be negative."),
      "runtime",
    );
  return { count, percentage };
}

/** Keeps what each child is to be given: what is read once is not read again. */
async function keepInputs(visit: Visit, mapRun: MapRun, items: readonly Item[]): Promise<void> {
  const inputs: Payload[] = [];
  for (const [index, item] of items.entries()) inputs.push(await selectItem(visit, item, index));
  const batches = visit.state.ItemBatcher ? await batched(visit, inputs) : undefined;
  visit.branch.check();
  mapRun.keep(
    (batches ?? inputs).map((entry) => ("items" in entry ? entry : { input: entry.text, items: 1 })),
  );
}

/** The failure that a rule has for a child. */
function struck(
  { run, name }: Visit,
  index: number,
): { readonly error: string; readonly cause: string } | undefined {
  const { stateMachineArn, account, region, parentId } = run.execution;
  const subject = {
    resource: stateMachineArn,
    operation: name,
    input: { index },
    ...(parentId !== undefined && { parentId }),
  };
  const hit = run.host.hits(CHILD, subject, { account, region }).find(({ effect }) => effect === "fail");
  return hit && { error: String(hit.params["error"]), cause: String(hit.params["cause"]) };
}
