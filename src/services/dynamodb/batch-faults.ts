import type { Context } from "../../core/service.ts";
import type { Table } from "./table.ts";

/** Positions in a batch that a fault rule leaves unprocessed: those that it names, or each with a seeded chance. */
export function unprocessedPositions(
  ctx: Context,
  tables: readonly { readonly table: Table }[],
  total: number,
): ReadonlySet<number> {
  const positions = new Set<number>();
  const hits = ctx.hits("dynamodb:batch", { resource: tables.map(({ table }) => table.record.arn) });
  for (const hit of hits) {
    if (hit.effect !== "partial-batch") continue;
    const named = hit.params["items"] as readonly string[] | undefined;
    if (named) for (const position of named) positions.add(Number(position));
    else {
      const share = Number(hit.params["share"] ?? 50) / 100;
      for (let at = 0; at < total; at++) if (hit.draw(`item ${at}`) < share) positions.add(at);
    }
  }
  return positions;
}
