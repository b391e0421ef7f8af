import type { Handlers } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { E164 } from "./endpoint.ts";
import {
  invalidParameter,
  invalidParameterMessage,
  sandboxNumberNotFound,
  verificationFailed,
} from "./errors.ts";
import type { Inbox } from "./inbox.ts";
import { pageIn } from "./page.ts";

/** Key: [attribute]. */
const smsAttributes = defineCollection<string>({ name: "sms-attributes" });
/** Numbers that want no messages. Key: [number]. */
const optedOutNumbers = defineCollection<string>({ name: "opted-out-numbers" });

interface SandboxNumber {
  readonly phoneNumber: string;
  readonly status: "Pending" | "Verified";
  readonly password: string;
}
/** Key: [number]. */
const sandboxNumbers = defineCollection<SandboxNumber>({ name: "sandbox-numbers" });

const ATTRIBUTES = new Set([
  "MonthlySpendLimit",
  "DeliveryStatusIAMRole",
  "DeliveryStatusSuccessSamplingRate",
  "DefaultSenderID",
  "DefaultSMSType",
  "UsageReportS3Bucket",
]);

/** What an account has before it says anything: a dollar a month. */
const UNSAID = { MonthlySpendLimit: "1" };

export const isOptedOut = (store: Store, phoneNumber: string) =>
  store.collection(optedOutNumbers).has([phoneNumber]);

/** A number no longer wants messages: what a phone does by answering STOP. */
export const optOut = (store: Store, phoneNumber: string) =>
  store.collection(optedOutNumbers).put([phoneNumber], phoneNumber);

export const sms = (inbox: Inbox): Handlers<SNS.Operations> => ({
  SetSMSAttributes(input, ctx) {
    for (const [name, value] of Object.entries(input.attributes)) {
      if (!ATTRIBUTES.has(name)) throw invalidParameterMessage(`${name} is not a valid attribute`);
      if (name === "DefaultSMSType" && value !== "Promotional" && value !== "Transactional")
        throw invalidParameter(name);
      if (name === "DefaultSenderID" && !/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/.test(value))
        throw invalidParameter(name);
    }
    const attributes = ctx.store.collection(smsAttributes);
    for (const [name, value] of Object.entries(input.attributes)) attributes.put([name], value);
  },

  GetSMSAttributes(input, ctx) {
    const all = new Map(Object.entries(UNSAID));
    for (const { key, value } of ctx.store.collection(smsAttributes).entries())
      all.set(String(key[0]), value);
    const wanted = input.attributes;
    return {
      attributes: Object.fromEntries([...all].filter(([name]) => !wanted?.length || wanted.includes(name))),
    };
  },

  CheckIfPhoneNumberIsOptedOut(input, ctx) {
    if (!E164.test(input.phoneNumber))
      throw invalidParameter(`PhoneNumber Reason: input incorrectly formatted`);
    return { isOptedOut: isOptedOut(ctx.store, input.phoneNumber) };
  },

  ListPhoneNumbersOptedOut(input, ctx) {
    const { items, nextToken } = pageIn(ctx.store.collection(optedOutNumbers), input.nextToken);
    return { phoneNumbers: items, ...(nextToken && { nextToken }) };
  },

  OptInPhoneNumber(input, ctx) {
    ctx.store.collection(optedOutNumbers).delete([input.phoneNumber]);
  },

  /** There is nothing to buy a number from. */
  ListOriginationNumbers: () => ({ PhoneNumbers: [] }),

  GetSMSSandboxAccountStatus: () => ({ IsInSandbox: true }),

  CreateSMSSandboxPhoneNumber(input, ctx) {
    const password = String(100_000 + ctx.random.integer(900_000));
    const phoneNumber = input.PhoneNumber;
    ctx.store.collection(sandboxNumbers).put([phoneNumber], { phoneNumber, status: "Pending", password });
    inbox.put(ctx, {
      kind: "sms",
      to: phoneNumber,
      messageId: ctx.random.uuid(),
      message: `Your verification code for Amazon SNS is ${password}`,
      attributes: {},
    });
  },

  VerifySMSSandboxPhoneNumber(input, ctx) {
    const numbers = ctx.store.collection(sandboxNumbers);
    const number = numbers.get([input.PhoneNumber]);
    if (!number) throw sandboxNumberNotFound();
    if (number.password !== input.OneTimePassword) throw verificationFailed();
    numbers.put([input.PhoneNumber], { ...number, status: "Verified" });
  },

  DeleteSMSSandboxPhoneNumber(input, ctx) {
    if (!ctx.store.collection(sandboxNumbers).delete([input.PhoneNumber])) throw sandboxNumberNotFound();
  },

  ListSMSSandboxPhoneNumbers(input, ctx) {
    const size = input.MaxResults === undefined ? {} : { size: input.MaxResults };
    const { items, nextToken } = pageIn(ctx.store.collection(sandboxNumbers), input.NextToken, size);
    const PhoneNumbers = items.map(({ phoneNumber, status }) => ({
      PhoneNumber: phoneNumber,
      Status: status,
    }));
    return { PhoneNumbers, ...(nextToken && { NextToken: nextToken }) };
  },
});
