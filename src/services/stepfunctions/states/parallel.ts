import { sure } from "../../../core/sure.ts";
import { Payload } from "../language/payload.ts";
import { Branch } from "../run/branch.ts";
import { Fork } from "../run/fork.ts";
import type { Exit, Visit } from "../run/visit.ts";
import { mocked } from "./mocked.ts";

/** https://states-language.net/#parallel-state */
export async function parallel(visit: Visit): Promise<Exit> {
  const { branch, run } = visit;
  const branches = visit.state.Branches ?? [];
  let { work } = branch.frame;
  if (work?.startedId === undefined) {
    const input = visit.isJsonata ? await visit.workInput() : visit.effectiveInput();
    if (run.bench) return mocked(visit);
    const startedId = branch.record("ParallelStateStarted");
    work = { startedId, items: input.text };
    branch.keep({ work });
  }
  const { startedId, items } = work as { startedId: number; items: string };
  const input = Payload.text(items);
  const fork = new Fork(visit, {
    count: branches.length,
    concurrency: branches.length,
    startedId,
    make: (index) => {
      const path = [...branch.path, index];
      const flow = sure(branches[index]);
      const kept = run.journal.frameAt(path);
      return new Branch(
        run,
        { flow, place: `${visit.place}/Branches[${index}]` },
        path,
        kept ?? { state: flow.StartAt, input: items, lastId: startedId },
        branch,
        kept ? undefined : input,
      );
    },
  });
  const outputs = await fork.run();
  branch.record("ParallelStateSucceeded", undefined, fork.lastId);
  return visit.exitWithResult(Payload.list(outputs), fork.lastId);
}
