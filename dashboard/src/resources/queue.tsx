import { useState } from "preact/hooks";
import { ask, call, look } from "../api.ts";
import { attempt } from "../notices.tsx";
import { Change, ChangeButton } from "../pieces/change.tsx";
import { Json } from "../pieces/json.tsx";
import { Shown, useLoaded } from "./loaded.tsx";
import { nameOf, placeOf, type Resource } from "./resource.ts";

interface Message {
  readonly MessageId: string;
  readonly Body: string;
  readonly Attribute?: readonly { readonly Name: string; readonly Value: string }[];
}

interface Peeked {
  readonly ReceiveMessageResponse: {
    readonly ReceiveMessageResult: { readonly Message?: readonly Message[] };
  };
}

const MOST_SHOWN = 100;

/** A queue: its messages without receiving them, to send, purge and redrive. */
export function Queue({ resource }: { resource: Resource }) {
  const name = nameOf(resource);
  const place = placeOf(resource);
  const { account, region, arn } = resource;
  const [body, setBody] = useState("");
  const queue = useLoaded(arn, async () => {
    const { QueueUrl } = await look<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: name }, place);
    const { Attributes } = await look<{ Attributes: Record<string, string> }>(
      "sqs",
      "GetQueueAttributes",
      { QueueUrl, AttributeNames: ["All"] },
      place,
    );
    return { QueueUrl, Attributes };
  });
  const messages = useLoaded(arn, async () => {
    const path = `/_aws/sqs/messages/${region}/${account}/${encodeURIComponent(name)}?ShowInvisible=true&ShowDelayed=true`;
    const answer = await ask<Peeked>("GET", path);
    return answer.ReceiveMessageResponse.ReceiveMessageResult.Message ?? [];
  });
  const act = (operation: string, input: object, done: string) =>
    attempt(async () => {
      await call("sqs", operation, input, place);
      messages.again();
      queue.again();
    }, done);
  return (
    <Shown loaded={queue}>
      {({ QueueUrl, Attributes }) => (
        <>
          <dl class="facts">
            <div>
              <dt>Waiting</dt>
              <dd>{Attributes["ApproximateNumberOfMessages"]}</dd>
            </div>
            <div>
              <dt>In flight</dt>
              <dd>{Attributes["ApproximateNumberOfMessagesNotVisible"]}</dd>
            </div>
            <div>
              <dt>Delayed</dt>
              <dd>{Attributes["ApproximateNumberOfMessagesDelayed"]}</dd>
            </div>
            <div>
              <dt>Dead letters</dt>
              <dd>{Attributes["RedrivePolicy"] ?? "none"}</dd>
            </div>
          </dl>
          <Change>
            <form
              class="bar"
              onSubmit={(event) => {
                event.preventDefault();
                const fifo = name.endsWith(".fifo")
                  ? { MessageGroupId: "dashboard", MessageDeduplicationId: String(Date.now()) }
                  : {};
                void act(
                  "SendMessage",
                  { QueueUrl, MessageBody: body, ...fifo },
                  "The message is sent.",
                ).then((done) => done && setBody(""));
              }}
            >
              <input
                type="text"
                class="grow"
                aria-label="Body of a message"
                placeholder="Body of a message"
                value={body}
                onInput={({ currentTarget }) => setBody(currentTarget.value)}
              />
              <button type="submit" class="primary" disabled={body === ""}>
                Send
              </button>
            </form>
          </Change>
          <p class="buttons">
            <button
              type="button"
              onClick={() => {
                messages.again();
                queue.again();
              }}
            >
              Read again
            </button>
            <ChangeButton
              onClick={() =>
                void act(
                  "StartMessageMoveTask",
                  { SourceArn: arn },
                  "Its messages go back to where they came from.",
                )
              }
            >
              Redrive
            </ChangeButton>
            <ChangeButton
              class="danger"
              onClick={() => void act("PurgeQueue", { QueueUrl }, "The queue is empty.")}
            >
              Purge
            </ChangeButton>
          </p>
          <Shown loaded={messages}>
            {(found) => (
              <>
                {found.length === 0 && <p class="quiet">It has no messages.</p>}
                <ul class="messages">
                  {found.slice(0, MOST_SHOWN).map(({ MessageId, Body, Attribute = [] }) => (
                    <li key={MessageId}>
                      <details>
                        <summary>
                          <code class="cut">{Body}</code>
                          <span class="quiet">
                            received{" "}
                            {Attribute.find(({ Name }) => Name === "ApproximateReceiveCount")?.Value ?? 0}{" "}
                            times
                          </span>
                        </summary>
                        <Json
                          label="Message"
                          value={{
                            MessageId,
                            Body,
                            ...Object.fromEntries(Attribute.map(({ Name, Value }) => [Name, Value])),
                          }}
                        />
                      </details>
                    </li>
                  ))}
                </ul>
                {found.length > MOST_SHOWN && (
                  <p class="quiet">
                    The first {MOST_SHOWN} of {found.length}.
                  </p>
                )}
              </>
            )}
          </Shown>
        </>
      )}
    </Shown>
  );
}
