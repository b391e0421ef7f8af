import { assertAwsResourceProperty, executeAwsApi, waitForAwsResourceProperty } from "./actions/api.ts";
import { executeScript } from "./actions/execute-script.ts";
import { approve, branch, pause, sleep, updateVariable } from "./actions/flow.ts";
import { loop } from "./actions/loop.ts";
import { executeAutomation, invokeLambdaFunction } from "./actions/others.ts";
import { runCommand } from "./actions/run-command.ts";
import {
  changeInstanceState,
  createStack,
  createTags,
  deleteStack,
  executeStateMachine,
  runInstances,
} from "./actions/services.ts";
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
  "aws:pause": pause,
  "aws:invokeLambdaFunction": invokeLambdaFunction,
  "aws:executeAutomation": executeAutomation,
  "aws:runCommand": runCommand,
  "aws:executeScript": executeScript,
  "aws:loop": loop,
  "aws:changeInstanceState": changeInstanceState,
  "aws:runInstances": runInstances,
  "aws:createTags": createTags,
  "aws:executeStateMachine": executeStateMachine,
  "aws:createStack": createStack,
  "aws:deleteStack": deleteStack,
};
