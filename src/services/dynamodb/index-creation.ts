import { itemOf, itemText } from "./item-text.ts";
import type { Region } from "./region.ts";

/** Fills a new global index with what the table holds. Items whose attributes do not fit its keys stay out. */
export function createGlobalIndex(region: Region, tableName: string, id: string): void {
  const table = region.find(tableName);
  const index = table?.indexes.find(({ record }) => record.id === id);
  if (!table || !index) return;
  const nowMs = region.host.clock.now();
  const tally = { rows: 0, bytes: 0 };
  for (const text of region.items.range({ prefix: [table.record.id] })) {
    const item = itemOf(text);
    const key = index.rowKey(item);
    if (!key) continue;
    const row = index.projectsAll ? text : itemText(index.projected(item));
    region.indexRows.put(key, row, nowMs);
    tally.rows++;
    tally.bytes += Number.parseInt(row, 10);
  }
  Object.assign(region.tally(region.indexRows, id), tally);
}
