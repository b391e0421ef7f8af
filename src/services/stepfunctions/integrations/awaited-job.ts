import { AwsError } from "../../../core/aws-error.ts";
import type { TaskRequest } from "./integration.ts";

/** The call that stops a job. */
interface Stop {
  /** What it stops, as the log says it: `An execution`. */
  readonly what: string;
  readonly service: string;
  readonly operation: string;
  readonly input: object;
}

/** Waits for a job. When its execution is stopped meanwhile, nobody waits any more: the job is stopped, too, as AWS does. */
export async function awaitJob<T>(
  request: TaskRequest,
  stop: Stop,
  ended: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal } = request;
  const onAbort = () => void stopJob(request, stop);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await ended(signal);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function stopJob(
  { run, options }: TaskRequest,
  { what, service, operation, input }: Stop,
): Promise<void> {
  if (!run.isStopped) return;
  try {
    const { signal: _, ...rest } = options;
    await run.host.call(service, operation, input, rest);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.host.log.warn(`${what} that nobody waits for could not be stopped: ${error.message}`);
  }
}
