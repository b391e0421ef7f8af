import { upTo } from "../../../core/text.ts";
import type { State } from "../language/definition.ts";
import type { JsonObject } from "../language/json.ts";
import type { Branch } from "./branch.ts";
import type { Frame } from "./frame.ts";

const at = (ms: number): string => new Date(ms).toISOString();

/** What `$$` is: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
export function contextObject(branch: Branch, state: State, itemAtHand?: Frame["item"]): JsonObject {
  const { run, frame } = branch;
  if (run.bench?.context) return run.bench.context;
  const { execution } = run;
  const token = frame.work?.token;
  const item = itemAtHand ?? branch.item;
  const machine = upTo("/", execution.machine);
  return {
    Execution: {
      Id: execution.arn,
      Input: run.input.json,
      Name: execution.name,
      RoleArn: execution.roleArn,
      StartTime: at(execution.startedMs),
      // A state that is tested by itself is never redriven.
      ...(!run.bench && { RedriveCount: execution.redriveCount }),
      ...(execution.redrivenMs !== undefined && { RedriveTime: at(execution.redrivenMs) }),
    },
    StateMachine: { Id: execution.stateMachineArn, Name: machine },
    State: {
      Name: frame.state,
      EnteredTime: at(frame.enteredMs ?? run.nowMs),
      ...(MAY_RETRY.has(state.Type) && { RetryCount: (frame.retries ?? []).reduce((sum, n) => sum + n, 0) }),
    },
    ...(token !== undefined && { Task: { Token: token } }),
    ...(item && {
      Map: {
        Item: {
          Index: item.index,
          Value: item.value,
          ...(item.key !== undefined && { Key: item.key }),
          ...(item.source !== undefined && { Source: item.source }),
        },
      },
    }),
  };
}

const MAY_RETRY = new Set(["Task", "Map", "Parallel"]);
