/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html */
import { AwsError } from "../../core/aws-error.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { type AccountPolicy, accountPolicyCollection, readDocument } from "./account-policy.ts";
import { accountPolicyNotFound, invalidParameter, limitExceeded } from "./errors.ts";
import type { Feed } from "./feed.ts";
import { compile } from "./filter.ts";

/** Of account policies, those act that subscribe to all groups; the other kinds answer NotImplemented. */
export const accountPolicies = (feed: Feed): Handlers<Logs.Operations> => ({
  PutAccountPolicy(input, ctx) {
    if (input.policyType !== "SUBSCRIPTION_FILTER_POLICY")
      throw new AwsError(
        "NotImplemented",
        `Account policies of the type ${input.policyType} are not implemented.`,
        {
          status: 501,
        },
      );
    const document = readDocument(input.policyDocument);
    if (!document?.DestinationArn) throw invalidParameter("The policy document is invalid.");
    compile(document.FilterPattern ?? "");
    const policies = ctx.store.collection(accountPolicyCollection);
    if (!policies.has([input.policyName]) && policies.count() > 0) throw limitExceeded();
    const accountPolicy: AccountPolicy = {
      policyName: input.policyName,
      policyDocument: input.policyDocument,
      policyType: input.policyType,
      scope: input.scope ?? "ALL",
      ...(input.selectionCriteria !== undefined && { selectionCriteria: input.selectionCriteria }),
      accountId: ctx.account,
      lastUpdatedTime: ctx.clock.now(),
    };
    policies.put([input.policyName], accountPolicy);
    feed.forget(ctx);
    return { accountPolicy };
  },

  DescribeAccountPolicies(input, ctx) {
    const accountPolicies = [...ctx.store.collection(accountPolicyCollection).values()].filter(
      ({ policyName, policyType }) =>
        policyType === input.policyType &&
        (input.policyName === undefined || policyName === input.policyName),
    );
    if (input.policyName !== undefined && accountPolicies.length === 0) throw accountPolicyNotFound();
    return { accountPolicies };
  },

  DeleteAccountPolicy(input, ctx) {
    if (!ctx.store.collection(accountPolicyCollection).delete([input.policyName]))
      throw accountPolicyNotFound();
    feed.forget(ctx);
  },
});
