import type { Handlers } from "../../core/service.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { submitChange } from "./change.ts";
import { makeChanges } from "./change-batch.ts";
import { invalidInput } from "./errors.ts";
import { findZone } from "./hosted-zone.ts";
import { pageSize, stretchOf } from "./listing.ts";
import { normalName, reversedName } from "./names.ts";
import { recordSets } from "./record-set.ts";

/** The most that a page has; without MaxItems it has fewer: LocalStack's recordings of 2026 say 100. */
const MOST = 300;
const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html, …_ListResourceRecordSets.html */
export const recordSetOperations: Handlers<Route53.Operations> = {
  ChangeResourceRecordSets({ HostedZoneId, ChangeBatch }, ctx) {
    const zone = findZone(HostedZoneId, ctx);
    makeChanges(ChangeBatch.Changes, zone, ctx.store);
    return { ChangeInfo: submitChange(ChangeBatch.Comment, ctx) };
  },

  ListResourceRecordSets(input, ctx) {
    const { StartRecordName: name, StartRecordType: type, StartRecordIdentifier: identifier } = input;
    const zone = findZone(input.HostedZoneId, ctx);
    const size = pageSize(input.MaxItems, MOST, PAGE_SIZE);
    // The texts are inferred.
    if (type !== undefined && name === undefined)
      throw invalidInput("The input is not valid: a record type is specified without a record name.");
    if (identifier !== undefined && type === undefined)
      throw invalidInput("The input is not valid: a record identifier is specified without a record type.");
    const start = name !== undefined && [reversedName(normalName(name)), type ?? "", identifier ?? ""];
    const sets = ctx.store
      .collection(recordSets)
      .values({ prefix: [zone.id], ...(start && { from: [zone.id, ...start] }) });
    const { items, next } = stretchOf(sets, size);
    return {
      ResourceRecordSets: [...items],
      IsTruncated: next !== undefined,
      ...(next && {
        NextRecordName: next.Name,
        NextRecordType: next.Type,
        ...(next.SetIdentifier !== undefined && { NextRecordIdentifier: next.SetIdentifier }),
      }),
      MaxItems: String(size),
    };
  },
};
