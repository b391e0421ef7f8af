import { AwsError } from "../../core/aws-error.ts";
import { NoSuchAttribute } from "./surroundings.ts";

/** A stack cannot go on, for a reason that is no single resource's. */
export class StackFailure extends Error {}

/** Why a stack cannot go on. @throws what is no such reason */
export function reasonOf(error: unknown, path?: string): string {
  if (error instanceof NoSuchAttribute && path !== undefined) return `[Error] ${path}: ${error.message}`;
  if (error instanceof AwsError || error instanceof StackFailure || error instanceof NoSuchAttribute)
    return error.message.replace(/\.$/, "");
  throw error;
}
