import { readJson } from "../../core/read-json.ts";
import { defineCollection } from "../../core/storage.ts";

export type MoveTaskStatus = "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED";

/** A message move task as it is kept, by its id, in the store of its source queue. Times are epoch milliseconds. */
export interface MoveTask {
  readonly id: string;
  readonly sourceArn: string;
  /** Without one, messages go back to where they came from. */
  readonly destinationArn?: string;
  readonly maxPerSecond?: number;
  readonly status: MoveTaskStatus;
  readonly moved: number;
  readonly toMove: number;
  readonly startedAtMs: number;
  readonly failureReason?: string;
}

export const moveTasks = defineCollection<MoveTask>({ name: "move-tasks" });

export function taskHandle(task: Pick<MoveTask, "id" | "sourceArn">): string {
  return Buffer.from(JSON.stringify({ taskId: task.id, sourceArn: task.sourceArn })).toString("base64");
}

/** undefined when the text is no task's handle. */
export function readTaskHandle(handle: string): { taskId: string; sourceArn: string } | undefined {
  try {
    const { taskId, sourceArn } = readJson(Buffer.from(handle, "base64").toString()) as Record<
      string,
      unknown
    >;
    if (typeof taskId === "string" && typeof sourceArn === "string") return { taskId, sourceArn };
  } catch {
    // No handle.
  }
  return undefined;
}
