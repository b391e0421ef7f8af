import { arn, byId, type Call, type ListCase } from "../lists.ts";

const last = (text: string) => text.slice(text.lastIndexOf(":") + 1);

const endpointName = ({ Endpoint }: { Endpoint: string }) => last(Endpoint);
const subscribe = (call: Call, name: string) =>
  call("Subscribe", {
    TopicArn: arn("sns", call.account, "t"),
    Protocol: "sqs",
    Endpoint: arn("sqs", call.account, name),
  });

async function unsubscribe(call: Call, name: string): Promise<void> {
  // Subscribing again answers with the subscription that is there.
  const { SubscriptionArn } = await subscribe(call, name);
  await call("Unsubscribe", { SubscriptionArn });
}

/** `q010` as a phone number. */
const numberOf = (name: string) => `+15550100${name.slice(1)}`;

/** SNS gives a hundred at a time, whatever is asked: its pages are tested with as many. */
export const lists: readonly ListCase[] = [
  {
    service: "sns",
    operation: "ListTopics",
    token: "NextToken",
    next: "NextToken",
    items: "Topics",
    fixedSize: 100,
    add: (call, Name) => call("CreateTopic", { Name }),
    remove: (call, name) => call("DeleteTopic", { TopicArn: arn("sns", call.account, name) }),
    nameOf: ({ TopicArn }: { TopicArn: string }) => last(TopicArn),
  },
  {
    service: "sns",
    operation: "ListSubscriptionsByTopic",
    token: "NextToken",
    next: "NextToken",
    items: "Subscriptions",
    fixedSize: 100,
    input: (account) => ({ TopicArn: arn("sns", account, "t") }),
    prepare: (call) => call("CreateTopic", { Name: "t" }),
    add: subscribe,
    remove: unsubscribe,
    nameOf: endpointName,
  },
  {
    service: "sns",
    operation: "ListSubscriptions",
    token: "NextToken",
    next: "NextToken",
    items: "Subscriptions",
    fixedSize: 100,
    prepare: (call) => call("CreateTopic", { Name: "t" }),
    add: subscribe,
    remove: unsubscribe,
    nameOf: endpointName,
  },
  {
    service: "sns",
    operation: "ListPlatformApplications",
    token: "NextToken",
    next: "NextToken",
    items: "PlatformApplications",
    fixedSize: 100,
    add: (call, Name) =>
      call("CreatePlatformApplication", { Name, Platform: "GCM", Attributes: { PlatformCredential: "key" } }),
    remove: (call, name) =>
      call("DeletePlatformApplication", {
        PlatformApplicationArn: arn("sns", call.account, `app/GCM/${name}`),
      }),
    nameOf: ({ PlatformApplicationArn }: { PlatformApplicationArn: string }) =>
      PlatformApplicationArn.slice(PlatformApplicationArn.lastIndexOf("/") + 1),
  },
  {
    service: "sns",
    operation: "ListEndpointsByPlatformApplication",
    input: (account) => ({ PlatformApplicationArn: arn("sns", account, "app/GCM/a") }),
    token: "NextToken",
    next: "NextToken",
    items: "Endpoints",
    fixedSize: 100,
    prepare: (call) =>
      call("CreatePlatformApplication", {
        Name: "a",
        Platform: "GCM",
        Attributes: { PlatformCredential: "key" },
      }),
    ...byId(
      async (call, Token) => {
        const PlatformApplicationArn = arn("sns", call.account, "app/GCM/a");
        const { EndpointArn } = await call("CreatePlatformEndpoint", { PlatformApplicationArn, Token });
        return String(EndpointArn);
      },
      (call, EndpointArn) => call("DeleteEndpoint", { EndpointArn }),
    ),
    nameOf: ({ Attributes }: { Attributes: { Token: string } }) => Attributes.Token,
  },
  {
    service: "sns",
    operation: "ListSMSSandboxPhoneNumbers",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "PhoneNumbers",
    add: (call, name) => call("CreateSMSSandboxPhoneNumber", { PhoneNumber: numberOf(name) }),
    remove: (call, name) => call("DeleteSMSSandboxPhoneNumber", { PhoneNumber: numberOf(name) }),
    nameOf: ({ PhoneNumber }: { PhoneNumber: string }) => `q${PhoneNumber.slice(-3)}`,
  },
];
