import type { WholeSegment } from "./trace.ts";

/** What a segment is of: a node of the service graph. */
export interface ServiceOf {
  readonly name: string;
  readonly type?: string;
  readonly accountId?: string;
}

/** @param account where the segment was sent to, unless it says another */
export function serviceOf({ name, origin, aws }: WholeSegment, account: string): ServiceOf {
  const other = aws?.["account_id"];
  return {
    name,
    ...(origin !== undefined && { type: origin }),
    accountId: typeof other === "string" ? other : account,
  };
}

export const keyOf = ({ name, type, accountId }: ServiceOf): string =>
  JSON.stringify([name, type, accountId]);

/** As answers have it. */
export const serviceId = ({ name, type, accountId }: ServiceOf) => ({
  Name: name,
  Names: [name],
  ...(accountId !== undefined && { AccountId: accountId }),
  ...(type !== undefined && { Type: type }),
});
