import type { StepDeclaration } from "../../document-content.ts";
import type { StepAction } from "../execution.ts";
import { holds } from "./flow.ts";

const MOST_ITERATIONS = 100;

/**
 * `aws:loop`: its steps once for each value of `Iterators`, or again while `LoopCondition` holds, which is asked after each time.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-loop.html
 */
export const loop: StepAction = async ({ step, inputs, progress, filledAgain, runSteps, setOutputs }) => {
  const steps = step.inputs?.["Steps"] as readonly StepDeclaration[] | undefined;
  if (!Array.isArray(steps) || steps.length === 0) throw new Error("The loop has no steps.");
  const most = Number(inputs["MaxIterations"] ?? MOST_ITERATIONS);
  // Where a former process was: its iteration is begun anew.
  const first = Number(progress["CurrentIteration"] ?? 1);
  const { Iterators } = inputs;
  if (Iterators !== undefined) {
    const values = [Iterators].flat();
    for (const [at, value] of values.slice(0, most).entries()) {
      if (at + 1 < first) continue;
      setOutputs({ CurrentIteratorValue: value, CurrentIteration: at + 1 });
      await runSteps(steps);
    }
    return {};
  }
  if (step.inputs?.["LoopCondition"] === undefined)
    throw new Error("A loop needs Iterators or a LoopCondition.");
  for (let iteration = first; iteration <= most; iteration++) {
    setOutputs({ CurrentIteration: iteration });
    await runSteps(steps);
    if (!holds(filledAgain(step.inputs["LoopCondition"]) as Readonly<Record<string, unknown>>)) break;
  }
  return {};
};
