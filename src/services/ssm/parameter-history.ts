import { page, pageOf } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { invalidNextToken, tooManyLabels, validation, versionNotFound } from "./errors.ts";
import {
  currentOf,
  describeVersion,
  find,
  isExpired,
  parameterRecords,
  saveVersion,
  versionRecords,
  versionsOf,
} from "./parameter.ts";
import { announceParameter } from "./parameter-events.ts";
import { checkFilters, filtersOf, passes } from "./parameter-filter.ts";
import { readName } from "./parameter-name.ts";
import { unseal } from "./secure-string.ts";

const PAGE_SIZE = 50;
const MOST_LABELS = 10;

/** What is known of parameters beside their values: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html and its neighbours */
export const parameterHistory: Handlers<SSM.Operations> = {
  DescribeParameters(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const filters = filtersOf(input);
    checkFilters(filters);
    const now = ctx.clock.now();
    const { items, nextToken } = pageOf(ctx.store.collection(parameterRecords), {
      size,
      token,
      query,
      refuse: invalidNextToken,
      keep(parameter) {
        // Nothing is shared with an account here: sharing is refused.
        if (input.Shared) return false;
        const current = currentOf(parameter, ctx);
        return !isExpired(current, now) && passes(filters, parameter, current);
      },
    });
    const Parameters = items.map((parameter) => ({
      ...describeVersion(parameter, currentOf(parameter, ctx)),
      ARN: parameter.arn,
    }));
    return { Parameters, ...(nextToken && { NextToken: nextToken }) };
  },

  async GetParameterHistory(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const { parameter } = find(readName(input.Name, ctx), ctx);
    const { items, nextToken } = page(versionsOf(parameter, ctx), ({ version }) => [version], {
      size,
      token,
      query,
      refuse: invalidNextToken,
    });
    const Parameters: SSM.ParameterHistory[] = [];
    for (const version of items) {
      const isSealed = version.type === "SecureString" && input.WithDecryption;
      Parameters.push({
        ...describeVersion(parameter, version),
        Value: isSealed ? await unseal(version, parameter.arn, ctx) : version.value,
        Labels: [...version.labels],
      });
    }
    return { Parameters, ...(nextToken && { NextToken: nextToken }) };
  },

  LabelParameterVersion({ Name, ParameterVersion, Labels }, ctx) {
    const { parameter, current } = find(readName(Name, ctx), ctx);
    const number = ParameterVersion ?? current.version;
    const version = versionOf(parameter, number, Name, ctx);
    const isValid = (label: string) => /^[A-Za-z_.-][\w.-]*$/.test(label) && !/^(?:aws|ssm)/i.test(label);
    const InvalidLabels = Labels.filter((label) => !isValid(label));
    const valid = new Set(Labels.filter(isValid));
    if (Labels.some((label) => label.length > 100))
      throw validation(
        `1 validation error detected: Value '[${Labels.join(", ")}]' at 'labels' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 100, Member must have length greater than or equal to 1]`,
      );
    const labels = [...new Set([...version.labels, ...valid])];
    if (labels.length > MOST_LABELS) throw tooManyLabels();
    // A label is on one version: putting it on another moves it.
    for (const other of versionsOf(parameter, ctx)) {
      const kept = other.labels.filter((label) => !valid.has(label));
      if (other.version !== number && kept.length < other.labels.length)
        saveVersion(parameter, { ...other, labels: kept }, ctx);
    }
    saveVersion(parameter, { ...version, labels }, ctx);
    if (valid.size > 0) announceParameter("LabelParameterVersion", parameter, version, ctx);
    return { InvalidLabels, ParameterVersion: number };
  },

  UnlabelParameterVersion({ Name, ParameterVersion, Labels }, ctx) {
    const { parameter } = find(readName(Name, ctx), ctx);
    const version = versionOf(parameter, ParameterVersion, Name, ctx);
    const isThere = (label: string) => version.labels.includes(label);
    const labels = version.labels.filter((label) => !Labels.includes(label));
    saveVersion(parameter, { ...version, labels }, ctx);
    return {
      RemovedLabels: Labels.filter(isThere),
      InvalidLabels: Labels.filter((label) => !isThere(label)),
    };
  },
};

/** @throws ParameterVersionNotFound */
function versionOf({ arn }: { readonly arn: string }, number: number, name: string, ctx: Context) {
  const version = ctx.store.collection(versionRecords).get([arn, number]);
  if (!version) throw versionNotFound(name, number);
  return version;
}
