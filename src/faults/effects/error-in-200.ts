import { AwsError } from "../../core/aws-error.ts";
import type { FaultEffect } from "../../core/fault.ts";
import { whyNoCode } from "../error-code.ts";
import { bent } from "../wire/answer.ts";

interface ErrorIn200Params {
  readonly kind?: "throttle" | "internal" | "unavailable";
  readonly code?: string;
  readonly message?: string;
  readonly when: "before" | "after";
}

const KINDS = ["throttle", "internal", "unavailable"];

/** S3 has begun its answer when a long copy fails: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
const errorIn200: FaultEffect<ErrorIn200Params> = {
  name: "error-in-200",
  description:
    "Answers 200 with an error in its body, as S3 does when CopyObject or CompleteMultipartUpload fails on the way; in any service's form.",
  parameters: {
    kind: { type: "string", description: "What went wrong. Default: `internal`.", values: KINDS },
    code: { type: "string", description: "Any error code, instead of a kind." },
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
  },
  onTheWire: true,
  shorthand: (value) => (KINDS.includes(String(value)) ? { kind: value } : { code: value }),

  check({ kind, code }) {
    if (kind !== undefined && code !== undefined) return "error-in-200 has a code or a kind, not both";
    return code === undefined ? undefined : whyNoCode(code, KINDS);
  },

  ends: ({ when }) => when === "before",

  async apply({ kind = "internal", code, message, when }, _call, next, ctx) {
    if (when === "after") {
      const outcome = await next();
      if (outcome.kind === "drop") return outcome;
    }
    const said = `Injected by the fault rule ${ctx.rule.id}.`;
    const base = code === undefined ? ctx.commonError(kind) : new AwsError(code, said);
    const error = new AwsError(base.code, message ?? base.message, {
      status: 200,
      statusIsFixed: true,
      members: base.members,
    });
    // A header that names an error would give it away.
    return bent(
      { kind: "error", error },
      ({ headers: { "x-amzn-errortype": _, ...headers }, ...answer }) => ({
        ...answer,
        headers,
      }),
    );
  },
};

export default errorIn200;
