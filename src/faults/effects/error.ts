import { AwsError } from "../../core/aws-error.ts";
import type { FaultEffect } from "../../core/fault.ts";
import { statusOf } from "../common-errors.ts";
import { whyNoCode } from "../error-code.ts";
import { wrongHeader } from "../wire/answer.ts";

interface ErrorParams {
  readonly kind?: "throttle" | "internal" | "unavailable";
  readonly code?: string;
  readonly status?: number;
  readonly message?: string;
  readonly when: "before" | "after";
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly retryAfterMs?: number;
}

const KINDS = ["throttle", "internal", "unavailable"];

const error: FaultEffect<ErrorParams> = {
  name: "error",
  description: "Answers an AWS error, in the service's own wire form.",
  parameters: {
    kind: {
      type: "string",
      description: "What went wrong, under the service's own code, status and retry headers.",
      values: KINDS,
    },
    code: { type: "string", description: "Any error code, in the model or not." },
    status: {
      type: "integer",
      description: "The HTTP status. Default: the code's own.",
      min: 300,
      max: 599,
    },
    message: {
      type: "string",
      description: "The message. Default: the service's own, or one that names the rule.",
    },
    when: {
      type: "string",
      description: "`after`: the call takes effect first, and the error hides it.",
      values: ["before", "after"],
      default: "before",
    },
    members: { type: "object", description: "Modelled members of the error, such as `CancellationReasons`." },
    retryAfterMs: {
      type: "duration",
      unit: "ms",
      description:
        "When to come back, in the headers that SDKs obey: `x-amz-retry-after` (milliseconds) and `retry-after` (seconds, rounded up).",
      min: 0,
    },
    headers: { type: "object", description: "More response headers, such as `retry-after`." },
  },

  shorthand: (value) => (KINDS.includes(String(value)) ? { kind: value } : { code: value }),

  check({ kind, code, headers }) {
    if ((kind === undefined) === (code === undefined)) return "error needs either a code or a kind";
    const wrongCode = code === undefined ? undefined : whyNoCode(code, KINDS);
    if (wrongCode !== undefined) return wrongCode;
    for (const [name, value] of Object.entries(headers ?? {})) {
      const wrong = wrongHeader(name, value);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  },

  ends: ({ when }) => when === "before",

  async apply(params, call, next, ctx) {
    if (params.when === "after") {
      const outcome = await next();
      if (outcome.kind === "drop") return outcome;
    }
    const { code, kind = "internal" } = params;
    const base =
      code === undefined
        ? ctx.commonError(kind)
        : new AwsError(code, `Injected by the fault rule ${ctx.rule.id}.`, {
            status: statusOf(code, call.service, ctx.protocol),
          });
    return {
      kind: "error",
      error: new AwsError(base.code, params.message ?? base.message, {
        status: params.status ?? base.status,
        statusIsFixed: params.status !== undefined,
        members: { ...base.members, ...params.members },
        headers: { ...base.headers, ...retryAfter(params.retryAfterMs), ...lowerCase(params.headers) },
      }),
    };
  },
};

export default error;

/** SDKs of today read milliseconds in a header of AWS's own; older ones and other clients HTTP's seconds. */
function retryAfter(ms: number | undefined): Record<string, string> {
  if (ms === undefined) return {};
  return { "x-amz-retry-after": String(Math.round(ms)), "retry-after": String(Math.ceil(ms / 1000)) };
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
