import type { Context, Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import {
  aliasNotFound,
  conflict,
  invalidParameter,
  notFound,
  policyNotFound,
  policyRevisionMismatch,
} from "./errors.ts";
import { functionArn } from "./function-name.ts";
import {
  arnOf,
  type Found,
  findFunction,
  findVersion,
  referenceOf,
  renewRevision,
  revisionOf,
} from "./lookup.ts";
import { policies, policyDocument, policyOf, principalOf, type Statement } from "./policy.ts";
import { aliases, functions, LATEST } from "./records.ts";

/** Resource-based policies of functions: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export const permissionOperations = (): Handlers<Api.Operations> => ({
  AddPermission(input, ctx) {
    if (referenceOf(ctx, input.FunctionName, input.Qualifier).qualifier === LATEST)
      throw invalidParameter("We currently do not support adding policies for $LATEST.");
    checkPrincipal(input.Principal);
    const found = qualified(ctx, input);
    const policy = policyOf(found.store, found.name, found.qualifier);
    checkRevision(found, input.RevisionId);
    if (policy?.statements.some((statement) => statement.Sid === input.StatementId)) {
      throw conflict(
        `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const statement: Statement = {
      Sid: input.StatementId,
      Effect: "Allow",
      Principal: principalOf(input.Principal),
      Action: input.Action,
      Resource: arnOf(found),
      ...conditionsOf(input),
    };
    write(ctx, found, [...(policy?.statements ?? []), statement]);
    return { Statement: JSON.stringify(statement) };
  },

  RemovePermission(input, ctx) {
    const reference = referenceOf(ctx, input.FunctionName, input.Qualifier);
    if (!ctx.host.store(reference.account, reference.region).collection(functions).has([reference.name]))
      throw notFound(`No policy found for: ${functionArn(reference, reference.name, reference.qualifier)}`);
    const found = qualified(ctx, input);
    const policy = policyOf(found.store, found.name, found.qualifier);
    if (!policy) throw notFound("No policy is associated with the given resource.");
    const rest = policy.statements.filter((statement) => statement.Sid !== input.StatementId);
    if (rest.length === policy.statements.length) {
      throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    }
    checkRevision(found, input.RevisionId);
    write(ctx, found, rest);
  },

  GetPolicy(input, ctx) {
    const { account, region, name, qualifier } = referenceOf(ctx, input.FunctionName, input.Qualifier);
    // What is not there has no policy either, and that is what AWS says of it.
    const policy = policyOf(
      ctx.host.store(account, region),
      name,
      qualifier === LATEST ? undefined : qualifier,
    );
    if (!policy) throw policyNotFound();
    const RevisionId = revisionOf(findFunction(ctx, input.FunctionName, input.Qualifier));
    return { Policy: policyDocument(policy), RevisionId };
  },
});

/** `$LATEST` and no qualifier have the same policy. */
function qualified(ctx: Context, input: { FunctionName: string; Qualifier?: string }): Found {
  const found = findFunction(ctx, input.FunctionName, input.Qualifier);
  const { qualifier } = found;
  const isAlias = qualifier !== undefined && /^(?!\d+$)[\w-]+$/.test(qualifier);
  if (isAlias && !found.store.collection(aliases).has([found.name, qualifier]))
    throw aliasNotFound(arnOf(found));
  findVersion(found);
  const { qualifier: _latest, ...unqualified } = found;
  return found.qualifier === LATEST ? unqualified : found;
}

/** A service, an account, an identity or everybody; organizations and users stand in conditions. */
function checkPrincipal(principal: string): void {
  if (/^(?:\*|\d{12}|arn:.+|A[A-Z0-9]{15,}|.+\.amazonaws\.com(?:\.cn)?|.+\.amazon\.com)$/.test(principal))
    return;
  throw invalidParameter("The provided principal was invalid. Please check the principal and try again.");
}

/** A policy has no revision of its own: it is that of the version or alias (recorded). */
function checkRevision(found: Found, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionOf(found) !== revisionId) throw policyRevisionMismatch();
}

function write(ctx: Context, found: Found, statements: readonly Statement[]): void {
  const key = [found.name, found.qualifier ?? ""];
  found.store.transaction(() => {
    if (statements.length === 0) found.store.collection(policies).delete(key);
    else found.store.collection(policies).put(key, { statements });
    renewRevision(found, ctx.host);
  });
}

function conditionsOf(input: Api.AddPermissionRequest): Pick<Statement, "Condition"> {
  const equals = {
    ...(input.SourceAccount && { "AWS:SourceAccount": input.SourceAccount }),
    ...(input.EventSourceToken && { "lambda:EventSourceToken": input.EventSourceToken }),
    ...(input.PrincipalOrgID && { "aws:PrincipalOrgID": input.PrincipalOrgID }),
    ...(input.FunctionUrlAuthType && { "lambda:FunctionUrlAuthType": input.FunctionUrlAuthType }),
  };
  const condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(input.SourceArn && { ArnLike: { "AWS:SourceArn": input.SourceArn } }),
    ...(input.InvokedViaFunctionUrl !== undefined && {
      Bool: { "lambda:InvokedViaFunctionUrl": String(input.InvokedViaFunctionUrl) },
    }),
  };
  return Object.keys(condition).length > 0
    ? { Condition: condition as Record<string, Record<string, string>> }
    : {};
}
