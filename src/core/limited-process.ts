// biome-ignore-all lint/style/noNonNullAssertion: it is forked, so it has somebody to send to
import { constants, setPriority } from "node:os";
import { withDeadline } from "./deadline.ts";
import { LimitExceeded } from "./limited.ts";

interface Job {
  readonly task: string;
  readonly input: unknown;
  readonly deadlineMs: number;
}

// Everybody else comes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

/**
 * The other side of `limited.ts`: one job at a time. It ends late work by itself, so that nothing goes on when whoever asked for it
 * has been killed.
 */
process.on("message", async ({ task, input, deadlineMs }: Job) => {
  try {
    const { run } = (await import(task)) as { run: (input: unknown) => unknown };
    process.send!("begun");
    const output = withDeadline(deadlineMs, () => run(input));
    process.send!({ output });
  } catch (error) {
    if (error instanceof LimitExceeded) process.send!("late");
    else process.send!({ error: { name: (error as Error).name, message: (error as Error).message } });
  }
});
