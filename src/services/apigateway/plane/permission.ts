import { AwsError } from "../../../core/aws-error.ts";
import type { Context } from "../../../core/service.ts";
import { internalError } from "./gateway-error.ts";
import { evaluate } from "./policy.ts";

/** With --strict, API Gateway must be allowed to invoke a function: by the function's policy, for the method's ARN. */
export async function checkPermission(ctx: Context, functionArn: string, sourceArn: string): Promise<void> {
  if (!ctx.host.strict) return;
  if (await isPermitted(ctx, functionArn, sourceArn)) return;
  throw internalError("Execution failed due to configuration error: Invalid permissions on Lambda function");
}

async function isPermitted(ctx: Context, functionArn: string, sourceArn: string): Promise<boolean> {
  try {
    const { Policy } = await ctx.call<{ Policy?: string }>("lambda", "GetPolicy", {
      FunctionName: functionArn,
    });
    const keys = { "aws:sourcearn": sourceArn, "aws:sourceaccount": ctx.account };
    return evaluate(JSON.parse(Policy ?? "{}"), "lambda:InvokeFunction", functionArn, keys) === "allow";
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
