import { newAccount, testCloud } from "../../../test/cloud.ts";

/** Calls of SSM in an account of a test's own, with outputs as they come. */
// biome-ignore lint/suspicious/noExplicitAny: tests read outputs of every operation
export type Call = (operation: string, input?: object, service?: string) => Promise<any>;

export async function ssmCloud() {
  const cloud = await testCloud({ listen: false });
  const account = newAccount();
  const call: Call = (operation, input = {}, service = "ssm") =>
    cloud.call(service, operation, input, {
      account,
      region: "us-east-1",
      as: `arn:aws:iam::${account}:root`,
    });
  const put = (Name: string, Value: string, more: object = {}) =>
    call("PutParameter", { Name, Value, Type: "String", ...more });
  return { cloud, account, call, put, [Symbol.asyncDispose]: () => cloud.stop() };
}
