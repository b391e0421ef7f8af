import { defineCheck } from "../check.ts";
import { statesOf } from "../states-language.ts";

/** Names under which a Retry means a throttled, a broken or an unreachable Lambda. */
const MEANS_LAMBDA = /^(?:States\.(?:ALL|TaskFailed)|Lambda\.\w+)$/;

export default defineCheck({
  id: "task-not-retried",
  title: "A task of a state machine calls Lambda and does not retry",
  why: "Lambda throttles and breaks now and then (Lambda.TooManyRequestsException, Lambda.ServiceException, Lambda.SdkClientException): without a Retry, one such moment ends the whole execution.",
  mend: "Give the task a Retry on Lambda.ClientExecutionTimeoutException, Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException and Lambda.TooManyRequestsException, with a back-off.",
  *look({ resources }) {
    for (const { machine, name, stateName, state } of statesOf(resources)) {
      const callsLambda = /:lambda:(?:[\w-]*:\d*:function|invoke)|:::lambda:invoke/.test(
        state.Resource ?? "",
      );
      if (state.Type !== "Task" || !callsLambda) continue;
      const retried = (state.Retry ?? []).flatMap(({ ErrorEquals = [] }) => ErrorEquals);
      if (!retried.some((error) => MEANS_LAMBDA.test(error)))
        yield { where: machine, what: `${stateName} of ${name} fails for good when Lambda is throttled` };
    }
  },
});
