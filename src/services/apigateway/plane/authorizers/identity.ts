import { LimitExceeded } from "../../../../core/limited.ts";
import { matchesWhole } from "../../../../core/whole-match.ts";

/** Does an authorizer's validation expression take this text? One that takes too long takes nothing. */
export async function isValidIdentity(expression: string, text: string): Promise<boolean> {
  try {
    return await matchesWhole(expression, text);
  } catch (error) {
    if (error instanceof LimitExceeded) return false;
    throw error;
  }
}
