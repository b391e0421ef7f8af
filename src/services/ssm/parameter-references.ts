import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import type { DocumentContent } from "./document-content.ts";
import { asText, asTexts } from "./references.ts";

/** `{{ ssm:/shop/url }}` in what documents take: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-working-with.html */
const REFERENCE = /\{\{\s*(?:resolve:)?ssm:([^{}\s]+)\s*\}\}/g;

type Parameters = Readonly<Record<string, readonly string[]>>;

/**
 * Begins what a document is for: with the values of Parameter Store that its parameters refer to, those that it takes by default
 * among them, which the caller must be let read; at once when they refer to none.
 * @param refuse for one that is not there or secret (words inferred)
 * @param begin whose writes stay or go together
 */
export function withParameters<I extends { readonly Parameters?: Parameters }, O>(
  input: I,
  { parameters = {} }: DocumentContent,
  ctx: Context,
  refuse: (message: string) => AwsError,
  begin: (input: I) => O,
): O | Promise<O> {
  const all: Record<string, readonly string[]> = { ...input.Parameters };
  for (const [name, { default: value }] of Object.entries(parameters))
    if (value !== undefined && !Object.hasOwn(all, name) && refersIn([asText(value)]))
      all[name] = asTexts(value);
  if (!Object.values(all).some(refersIn)) return begin(input);
  return resolved(all, ctx, refuse).then((Parameters) =>
    ctx.store.transaction(() => begin({ ...input, Parameters })),
  );
}

const refersIn = (values: readonly string[]) => values.some((value) => value.search(REFERENCE) >= 0);

async function resolved(
  all: Parameters,
  ctx: Context,
  refuse: (message: string) => AwsError,
): Promise<Record<string, string[]>> {
  const names = new Set(
    Object.values(all).flatMap((values) =>
      values.flatMap((value) => [...value.matchAll(REFERENCE)].map(([, name = ""]) => name)),
    ),
  );
  const found = new Map<string, string>();
  for (const name of names) found.set(name, await readParameter(name, ctx, refuse));
  const filled = (text: string) => text.replace(REFERENCE, (_, name: string) => found.get(name) ?? "");
  return Object.fromEntries(Object.entries(all).map(([name, values]) => [name, values.map(filled)]));
}

async function readParameter(
  name: string,
  ctx: Context,
  refuse: (message: string) => AwsError,
): Promise<string> {
  try {
    const found = await ctx.call<Required<SSM.GetParameterResult>>(
      "ssm",
      "GetParameter",
      { Name: name },
      { as: ctx.caller },
    );
    if (found.Parameter.Type === "SecureString")
      throw refuse(`The parameter ssm:${name} is a SecureString, which can't be referred to here.`);
    return found.Parameter.Value ?? "";
  } catch (error) {
    if (error instanceof AwsError && /^Parameter(?:Version)?NotFound$/.test(error.code))
      throw refuse(`The parameter ssm:${name} can't be found.`);
    throw error;
  }
}
