import { groupNameIn } from "../../aws/log-group.ts";
import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { invalidLoggingConfiguration } from "./errors.ts";

/** As it is kept: with what is not given. */
export const loggingOf = (given: SFN.LoggingConfiguration = {}): SFN.LoggingConfiguration => ({
  includeExecutionData: false,
  ...given,
  level: given.level ?? "OFF",
});

/** One log group that exists, for a state machine that is to log. @throws InvalidLoggingConfiguration */
export async function checkLogging(logging: SFN.LoggingConfiguration, ctx: Context): Promise<void> {
  const { destinations = [], level = "OFF" } = logging;
  if (destinations.length === 0 && level === "OFF") return;
  const arn = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  if (destinations.length !== 1 || arn === undefined)
    throw invalidLoggingConfiguration("Must specify exactly one Log Destination.");
  const parsed = parseArn(arn);
  const name = parsed && groupNameIn(parsed.resource);
  if (parsed?.service !== "logs" || !name) throw invalidLoggingConfiguration("Log Destination is not valid.");
  try {
    const { logGroups = [] } = await ctx.call<{ logGroups?: { logGroupName?: string }[] }>(
      "logs",
      "DescribeLogGroups",
      { logGroupNamePrefix: name },
      { account: parsed.account, region: parsed.region },
    );
    if (logGroups.some(({ logGroupName }) => logGroupName === name)) return;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
  throw invalidLoggingConfiguration("Log Destination not found.");
}
