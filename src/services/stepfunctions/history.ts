import { pageOf } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { invalidToken } from "./errors.ts";
import { findExecution, keyOfExecution } from "./execution.ts";
import { describeEvent, eventRecords } from "./history-event.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
export const history: Handlers<SFN.Operations> = {
  GetExecutionHistory(
    { executionArn, maxResults, reverseOrder = false, nextToken: token, includeExecutionData },
    ctx,
  ) {
    const execution = findExecution(executionArn, ctx);
    const { items, nextToken } = pageOf(ctx.store.collection(eventRecords), {
      size: maxResults || PAGE_SIZE,
      token,
      query: { executionArn, reverseOrder },
      prefix: keyOfExecution(execution),
      descending: reverseOrder,
      refuse: () => invalidToken(`${token}`),
    });
    return {
      events: items.map((event) => describeEvent(event, includeExecutionData ?? true)),
      ...(nextToken && { nextToken }),
    };
  },
};
