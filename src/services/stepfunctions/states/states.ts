import type { StateType } from "../language/definition.ts";
import type { Exit, Visit } from "../run/visit.ts";
import { choice } from "./choice.ts";
import { fail } from "./fail.ts";
import { map } from "./map.ts";
import { parallel } from "./parallel.ts";
import { pass } from "./pass.ts";
import { succeed } from "./succeed.ts";
import { task } from "./task.ts";
import { wait } from "./wait.ts";

/** What each type of state does. @throws StateFailure and what a visit makes one of */
export const STATES: Readonly<Record<StateType, (visit: Visit) => Exit | Promise<Exit>>> = {
  Pass: pass,
  Task: task,
  Choice: choice,
  Wait: wait,
  Succeed: succeed,
  Fail: fail,
  Parallel: parallel,
  Map: map,
};
