/* What the kits for Vitest and Jest say of themselves holds where it is used: this compiles, and is never run. */
import { squall as ofJest } from "squall/jest";
import { test } from "squall/vitest";

export function underVitest(): void {
  test("an order is stored", async ({ squall }) => {
    const [id] = await squall.faults.add({
      service: "dynamodb",
      operation: "PutItem",
      error: "throttle",
      times: 2,
    });
    // @ts-expect-error There is no such effect.
    await squall.faults.add({ service: "dynamodb", latncy: 5 });
    const puts = (await squall.calls()).of("dynamodb", "PutItem");
    const statuses: readonly number[] = puts.statuses;
    const first: string | undefined = puts[0]?.errorCode;
    const { retried } = await squall.retries("attempts<=4");
    const options: { endpoint: string } = squall.client();
    return void [id, statuses, first, retried[0]?.waitsMs, options];
  });
}

export async function underJest(): Promise<number[]> {
  await ofJest().faults.add({ service: "sqs", effect: "lost-reply", times: 1 });
  return (await ofJest().faults.list()).map(({ fired, matched }) => fired / matched);
}
