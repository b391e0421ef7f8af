import { AwsError } from "../core/aws-error.ts";
import type { Next, Outcome } from "../core/call.ts";

/**
 * Runs what strikes a call around it, so that a bug of ours costs no call: what fails before the call has gone on lets it go on
 * untouched, what fails behind it gives the answer that came. The call goes on once, whatever happens.
 * @param failed hears of what failed
 */
export async function failOpen(
  strike: (next: Next) => Promise<Outcome>,
  next: Next,
  failed: (error: unknown) => void,
): Promise<Outcome> {
  let gone: Promise<Outcome> | undefined;
  let isOurs = true;
  const once: Next = () => {
    gone ??= next().catch((error: unknown) => {
      isOurs = false;
      throw error;
    });
    return gone;
  };
  try {
    return await strike(once);
  } catch (error) {
    if (error instanceof AwsError || !isOurs) throw error;
    failed(error);
    return await (gone ?? next());
  }
}
