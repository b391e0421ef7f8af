import { defineCheck } from "../check.ts";
import { once, stepOf } from "../evidence.ts";

const PARTIAL = new Set(["partial", "partial-batch"]);

export default defineCheck({
  id: "rest-of-batch-forgotten",
  title: "A part of a batch failed, and nobody sent it again",
  why: "BatchWriteItem, SendMessageBatch, PutRecords and their like answer 200 when only some entries have failed.",
  mend: "Look at UnprocessedItems, Failed, FailedRecordCount … of every answer, and send what is in them again, with a back-off.",
  *look({ calls }) {
    yield* once(
      calls.flatMap((call) => {
        const isHit = call.decisions.some(({ effect, fired }) => fired && PARTIAL.has(effect));
        if (!isHit || call.status !== 200) return [];
        const isFollowed = calls.some(
          ({ parent, operation, sequence }) =>
            sequence > call.sequence && parent === call.parent && operation === call.operation,
        );
        return isFollowed
          ? []
          : [{ where: stepOf(call), what: "some entries failed, and no further call followed" }];
      }),
    );
  },
});
