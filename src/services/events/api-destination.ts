import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { destinationNotFound } from "./errors.ts";
import type { Where } from "./event-bus.ts";

/** An API destination as it is kept, by its name. */
export interface ApiDestinationRecord {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly description?: string;
  readonly connectionArn: string;
  readonly endpoint: string;
  readonly method: string;
  readonly perSecond: number;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export const destinationRecords = defineCollection<ApiDestinationRecord>({ name: "api-destinations" });

export const destinationArn = ({ account, region }: Where, name: string, id: string) =>
  makeArn("events", region, account, `api-destination/${name}/${id}`);

/** @throws ResourceNotFoundException */
export function findDestination(name: string, ctx: Context): ApiDestinationRecord {
  const destination = ctx.store.collection(destinationRecords).get([name]);
  if (!destination) throw destinationNotFound(name);
  return destination;
}
