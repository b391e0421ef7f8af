import { defineCheck } from "../check.ts";
import { functionNamed, nameOf, ofType } from "../evidence.ts";

export default defineCheck({
  id: "async-failure-unseen",
  title: "A function that is invoked asynchronously has nowhere to send what it cannot process",
  why: "After two retries Lambda drops the event. Nothing but a metric says so.",
  mend: "Give the function an on-failure destination (PutFunctionEventInvokeConfig) or a dead-letter queue.",
  *look({ calls, resources }) {
    const names = new Set(
      calls
        .filter(({ service, input }) => service === "lambda" && input["InvocationType"] === "Event")
        .map(({ input }) => nameOf(String(input["FunctionName"]))),
    );
    const invokeConfigs = ofType(resources, "lambda", "event-invoke-config").map(({ text }) => text);
    for (const name of names) {
      const configuration = functionNamed(resources, name);
      if (!configuration || configuration.DeadLetterConfig?.TargetArn) continue;
      if (invokeConfigs.some((text) => text.includes(name) && /OnFailure/i.test(text))) continue;
      yield {
        where: `lambda:${name}`,
        what: `${name} is invoked asynchronously, without an on-failure destination or a dead-letter queue`,
      };
    }
  },
});
