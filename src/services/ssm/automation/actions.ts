import { assertAwsResourceProperty, executeAwsApi, waitForAwsResourceProperty } from "./actions/api.ts";
import { approve, branch, sleep, updateVariable } from "./actions/flow.ts";
import { executeAutomation, invokeLambdaFunction } from "./actions/others.ts";
import { runCommand } from "./actions/run-command.ts";
import type { StepAction } from "./execution.ts";

/** The kinds of steps that run: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html */
export const ACTIONS: Readonly<Record<string, StepAction>> = {
  "aws:executeAwsApi": executeAwsApi,
  "aws:assertAwsResourceProperty": assertAwsResourceProperty,
  "aws:waitForAwsResourceProperty": waitForAwsResourceProperty,
  "aws:sleep": sleep,
  "aws:branch": branch,
  "aws:updateVariable": updateVariable,
  "aws:approve": approve,
  "aws:invokeLambdaFunction": invokeLambdaFunction,
  "aws:executeAutomation": executeAutomation,
  "aws:runCommand": runCommand,
};
