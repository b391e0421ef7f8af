import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [events(new CloudWatchLogsClient(options))];

function events(logs: CloudWatchLogsClient): Lane {
  const logGroupName = "crash-group";
  const acknowledged = new Acknowledged("logs");
  let round = 0;
  const stream = () => `stream-${round}`;
  return {
    name: "logs",
    setup: async () => void (await logs.send(new CreateLogGroupCommand({ logGroupName }))),
    write: async (n) => {
      // A stream a round, so that all of it can be read again.
      if (n % 1000 === 0) {
        round = n / 1000;
        await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: stream() }));
      }
      const logStreamName = stream();
      const timestamp = Date.now();
      const logEvents = [1, 2].map((part) => ({ timestamp, message: `e${n}-${part}` }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
      acknowledged.add(`${logStreamName} e${n}`);
    },
    verify: async () => {
      const read = new Map<string, Set<string>>();
      await acknowledged.verify(async (name) => {
        const [logStreamName, event] = name.split(" ") as [string, string];
        let found = read.get(logStreamName);
        if (!found) {
          found = await messagesIn(logs, logGroupName, logStreamName);
          read.set(logStreamName, found);
        }
        return found.has(`${event}-1`) && found.has(`${event}-2`);
      });
    },
  };
}

async function messagesIn(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  logStreamName: string,
): Promise<Set<string>> {
  const found = new Set<string>();
  let nextToken: string | undefined;
  for (;;) {
    const page = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken }),
    );
    for (const { message } of page.events!) found.add(message!);
    if (page.nextForwardToken === nextToken) return found;
    nextToken = page.nextForwardToken;
  }
}
