import type { CallRecord } from "../../core/bus.ts";
import { defineCheck, type Evidence, type Remark } from "../check.ts";
import { functionNamed, once } from "../evidence.ts";
import { generationOf } from "../sdk-generation.ts";

export default defineCheck({
  id: "timeout-below-retries",
  title: "A function's timeout is shorter than its SDK's retries may take",
  why: "While a service throttles, the SDK waits and tries again; Lambda ends the function in the middle of it. Nothing that comes after is done, no error is caught, and the whole event comes again.",
  mend: "Give the function a timeout above the longest that its SDK may wait, or give the SDK fewer attempts.",
  look: (evidence) => once(remarks(evidence)),
});

function* remarks({ calls, resources }: Evidence): Generator<Remark> {
  for (const call of calls) {
    const name = functionOf(call);
    const timeout = name && functionNamed(resources, name)?.Timeout;
    const { mostAttempts, service } = call;
    if (!timeout || mostAttempts === undefined) continue;
    const seconds = longestSeconds(call, mostAttempts);
    if (seconds > timeout)
      yield {
        where: `lambda:${name}`,
        what: `${name} may take ${timeout} s; while ${service} throttles, its ${mostAttempts} attempts may wait ${seconds} s`,
      };
  }
}

/** The function that made the call itself. */
const functionOf = ({ parent, isInternal }: CallRecord): string | undefined =>
  isInternal ? undefined : /(?:^| > )lambda\.Invoke@([^~#: ]+)[^ ]*$/.exec(parent)?.[1];

/** All waits between so many attempts, by the formula of the SDK's generation, each as long as chance makes it. */
function longestSeconds({ userAgent, service }: CallRecord, attempts: number): number {
  const generation = generationOf(userAgent);
  let ms = 0;
  for (let n = 0; n < attempts - 1; n++) ms += generation.longestWaitMs(n, { service, isThrottle: true });
  return Math.round(ms / 100) / 10;
}
