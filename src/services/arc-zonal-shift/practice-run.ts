import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ARC from "../../models/generated/arc-zonal-shift.ts";

/** How a resource is to be practised on, and whether AWS may shift it by itself; by its ARN. */
export interface PracticeRunRecord {
  readonly resource: string;
  readonly configuration: ARC.PracticeRunConfiguration;
  readonly isAutoshifted: boolean;
}

export const practiceRunRecords = defineCollection<PracticeRunRecord>({ name: "practice-runs" });

export const practiceRunOf = (
  resource: string,
  { store }: { readonly store: Store },
): PracticeRunRecord | undefined => store.collection(practiceRunRecords).get([resource]);

export const autoshiftStatus = (record: PracticeRunRecord | undefined): ARC.ZonalAutoshiftStatus =>
  record?.isAutoshifted ? "ENABLED" : "DISABLED";
