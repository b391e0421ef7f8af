import { arn, type ListCase } from "../lists.ts";

const last = (text: string) => text.slice(text.lastIndexOf(":") + 1);

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
];
