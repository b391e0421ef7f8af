import type { ActionParameter, ActionRun } from "./action.ts";

/** What the three `aws:lambda:invocation-*` actions have in common. */
export const FUNCTION_TARGETS = { Functions: "aws:lambda:function" } as const;

/** Their default in AWS's list could not be found: as of most actions (inferred). */
export const FUNCTION_QUOTA = 5;

export const FUNCTION_PERMISSIONS = [{ action: "lambda:GetFunction", on: { target: "Functions" } }] as const;

export const FUNCTION_PARAMETERS = {
  duration: {
    type: "duration",
    required: true,
    description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
  },
  invocationPercentage: {
    type: "integer",
    min: 1,
    max: 100,
    description: "Share of invocations that are affected (default 100).",
  },
} as const satisfies Record<string, ActionParameter>;

/** Strikes invocations of the target functions. No layer and no bucket is needed: Squall runs the functions itself. */
export async function addFunctionRule(
  run: ActionRun,
  effect: string,
  params: Record<string, unknown>,
): Promise<undefined> {
  await run.host.load("lambda");
  const qualifier = run.targetParameters("Functions")["functionQualifier"];
  run.addRule({
    point: "lambda:invoke",
    effect,
    params,
    match: { resource: (run.targets("Functions") ?? []).flatMap(({ arn }) => qualified(arn, qualifier)) },
    percentage: Number(run.parameters["invocationPercentage"] ?? "100"),
  });
}

/** Without a qualifier every invocation is meant; `$LATEST` is also what an unqualified ARN invokes. */
function qualified(functionArn: string, qualifier: string | undefined): string[] {
  if (qualifier === undefined) return [functionArn, `${functionArn}:*`];
  if (qualifier === "$LATEST") return [functionArn, `${functionArn}:$LATEST`];
  return [`${functionArn}:${qualifier}`];
}
