import { parseArn } from "../../../core/arn.ts";
import { AwsError } from "../../../core/aws-error.ts";
import { readJson } from "../../../core/read-json.ts";
import type { Context } from "../../../core/service.ts";
import { internalError } from "./gateway-error.ts";
import { evaluate } from "./policy.ts";

/** With --strict, API Gateway must be allowed to invoke a function: by the function's policy, for the method's ARN. */
export async function checkPermission(ctx: Context, functionArn: string, sourceArn: string): Promise<void> {
  if (!ctx.host.strict) return;
  if (await isPermitted(ctx, functionArn, sourceArn).catch(refused)) return;
  throw internalError("Execution failed due to configuration error: Invalid permissions on Lambda function");
}

function refused(error: unknown): false {
  if (error instanceof AwsError) return false;
  throw error;
}

/** The functions whose permission has been looked at, by the deployment that invokes them. */
const noticed = new WeakMap<object, Set<string>>();

/**
 * Without --strict a function that was invoked needs no permission; that AWS wants one is told once for each deployment and
 * function, after the request has its answer.
 */
export function noticePermission(
  ctx: Context,
  deployment: object,
  functionArn: string,
  sourceArn: string,
): void {
  if (ctx.host.strict) return;
  let functions = noticed.get(deployment);
  if (!functions) {
    functions = new Set();
    noticed.set(deployment, functions);
  }
  if (functions.has(functionArn)) return;
  functions.add(functionArn);
  // The answer leaves at the end of this turn.
  setImmediate(() => setImmediate(() => void tell(ctx, functionArn, sourceArn)));
}

async function tell(ctx: Context, functionArn: string, sourceArn: string): Promise<void> {
  try {
    if (await isPermitted(ctx, functionArn, sourceArn)) return;
    ctx.log.warn(
      `${functionArn} has no permission for ${sourceArn}; AWS would answer 500. Add it with lambda add-permission.`,
    );
  } catch (error) {
    ctx.log.debug(() => `The policy of ${functionArn} could not be read: ${(error as Error).message}`);
  }
}

/** Does the function's policy let API Gateway in? A function without a policy lets nobody in. */
async function isPermitted(ctx: Context, functionArn: string, sourceArn: string): Promise<boolean> {
  const arn = parseArn(functionArn);
  const place = arn && { account: arn.account, region: arn.region };
  try {
    const { Policy } = await ctx.call<{ Policy?: string }>(
      "lambda",
      "GetPolicy",
      { FunctionName: functionArn },
      place,
    );
    const keys = { "aws:sourcearn": sourceArn, "aws:sourceaccount": ctx.account };
    return evaluate(readJson(Policy ?? "{}"), "lambda:InvokeFunction", functionArn, keys) === "allow";
  } catch (error) {
    if (error instanceof AwsError && error.code === "ResourceNotFoundException") return false;
    throw error;
  }
}
