import { defineCheck } from "../check.ts";
import { functionNamed, once } from "../evidence.ts";

/** Integrations time out after so many seconds: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MOST_SECONDS = 29;

export default defineCheck({
  id: "function-outlives-api",
  title: "A function behind API Gateway may take longer than API Gateway waits",
  why: "After 29 seconds the client hears 504, while the function goes on and takes effect: a client that tries again does it twice.",
  mend: "Give the function a timeout below 29 s, or answer 202 and do the work asynchronously.",
  *look({ calls, resources }) {
    const behind = calls.flatMap(({ site }) => {
      const steps = site.split(" > ");
      const name = /^lambda\.Invoke@([^~#:]+)/.exec(steps.at(-1) ?? "")?.[1];
      return name && steps.at(-2)?.startsWith("execute-api.") ? [name] : [];
    });
    for (const name of new Set(behind)) {
      const timeout = functionNamed(resources, name)?.Timeout;
      if (timeout !== undefined && timeout > MOST_SECONDS)
        yield* once([
          {
            where: `lambda:${name}`,
            what: `${name} may take ${timeout} s, API Gateway waits for ${MOST_SECONDS} s`,
          },
        ]);
    }
  },
});
