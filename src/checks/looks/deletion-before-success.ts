import { defineCheck } from "../check.ts";
import { isRetryable, logicalCalls, once, stepOf } from "../evidence.ts";

export default defineCheck({
  id: "deletion-before-success",
  title: "Something was deleted before what depends on it had succeeded",
  why: "When the next call fails, what was deleted is nowhere: a second try finds nothing.",
  mend: "Delete last, or do both in one transaction.",
  *look({ calls }) {
    const byParent = new Map<string, ReturnType<typeof logicalCalls>>();
    for (const logical of logicalCalls(calls)) {
      const siblings = byParent.get(logical.first.parent);
      if (siblings) siblings.push(logical);
      else byParent.set(logical.first.parent, [logical]);
    }
    for (const [parent, siblings] of byParent) {
      if (!/ > /.test(parent)) continue;
      const failed = siblings.findLast(({ failedForGood, last }) => failedForGood && isRetryable(last));
      const deleted = siblings.find(
        ({ first, failedForGood }) =>
          /^Delete(?:Item|Message|Object)/.test(first.operation) && !failedForGood,
      );
      if (failed && deleted && deleted.first.startedAt <= failed.first.startedAt && deleted !== failed)
        yield* once([
          { where: stepOf(deleted.last), what: `happened before ${stepOf(failed.last)}, which failed` },
        ]);
    }
  },
});
