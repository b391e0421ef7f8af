import { page } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { documentRecords, ownDocument } from "./document.ts";
import { invalidNextToken, publicSharingIsBlocked, tooManyAccounts } from "./errors.ts";
import { settingOf } from "./service-settings.ts";

const MOST_ACCOUNTS = 1000;
const PAGE_SIZE = 50;

/** With whom documents are shared: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html */
export const documentSharing: Handlers<SSM.Operations> = {
  ModifyDocumentPermission(input, ctx) {
    const document = ownDocument(input.Name, ctx);
    const added = (input.AccountIdsToAdd ?? []).map(folded);
    if (
      added.includes("all") &&
      settingOf("/ssm/documents/console/public-sharing-permission", ctx) === "Disable"
    )
      throw publicSharingIsBlocked();
    const removed = new Set((input.AccountIdsToRemove ?? []).map(folded));
    const version = input.SharedDocumentVersion;
    const sharedWith = {
      ...document.sharedWith,
      ...Object.fromEntries(added.map((account) => [account, version ?? "$DEFAULT"])),
    };
    const kept = Object.entries(sharedWith).filter(([account]) => !removed.has(account));
    if (kept.length > MOST_ACCOUNTS) throw tooManyAccounts();
    const { sharedWith: _, ...rest } = document;
    ctx.store
      .collection(documentRecords)
      .put([document.name], { ...rest, ...(kept.length > 0 && { sharedWith: Object.fromEntries(kept) }) });
  },

  DescribeDocumentPermission({ Name, MaxResults: size = PAGE_SIZE, NextToken: token }, ctx) {
    const { sharedWith = {} } = ownDocument(Name, ctx);
    const { items, nextToken } = page(Object.entries(sharedWith), ([account]) => [account], {
      size,
      token,
      query: { Name },
      refuse: invalidNextToken,
    });
    return {
      AccountIds: items.map(([account]) => account),
      AccountSharingInfoList: items.map(([AccountId, SharedDocumentVersion]) => ({
        AccountId,
        SharedDocumentVersion,
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
};

/** `All`, in whatever letters, is everybody. */
const folded = (account: string) => account.toLowerCase();
