import { useState } from "preact/hooks";
import { type Bytes, bytesFrom, call, look, textOf } from "../api.ts";
import { complain } from "../notices.tsx";
import { Change } from "../pieces/change.tsx";
import { Json } from "../pieces/json.tsx";
import { Shown, useLoaded } from "./loaded.tsx";
import { type LogEvent, LogLines } from "./log-lines.tsx";
import { nameOf, placeOf, type Resource } from "./resource.ts";

interface Configuration {
  readonly Runtime?: string;
  readonly Handler?: string;
  readonly State?: string;
  readonly MemorySize?: number;
  readonly Timeout?: number;
}

interface Invoked {
  readonly StatusCode?: number;
  readonly FunctionError?: string;
  readonly LogResult?: string;
  readonly Payload?: Bytes;
}

/** A Lambda function: to invoke, and what it logged last. */
export function LambdaFunction({ resource }: { resource: Resource }) {
  const FunctionName = nameOf(resource);
  const place = placeOf(resource);
  const [payload, setPayload] = useState("{}");
  const [isRunning, setRunning] = useState(false);
  const [invoked, setInvoked] = useState<Invoked>();
  const configuration = useLoaded(resource.arn, () =>
    look<Configuration>("lambda", "GetFunctionConfiguration", { FunctionName }, place),
  );
  const logs = useLoaded(resource.arn, async () => {
    const logGroupName = `/aws/lambda/${FunctionName}`;
    const { events = [] } = await look<{ events?: LogEvent[] }>(
      "logs",
      "FilterLogEvents",
      { logGroupName, limit: 10_000 },
      place,
    ).catch(() => ({ events: [] }));
    return events.slice(-200);
  });
  const invoke = async (event: Event) => {
    event.preventDefault();
    setRunning(true);
    try {
      setInvoked(
        await call<Invoked>(
          "lambda",
          "Invoke",
          { FunctionName, LogType: "Tail", Payload: bytesFrom(payload) },
          place,
        ),
      );
    } catch (error) {
      complain(error);
    }
    setRunning(false);
    logs.again();
  };
  return (
    <>
      <Shown loaded={configuration}>
        {({ Runtime, Handler, State, MemorySize, Timeout }) => (
          <p>
            <span class="badge">{State ?? "Active"}</span> {Runtime} <code>{Handler}</code> {MemorySize} MB,{" "}
            {Timeout} s
          </p>
        )}
      </Shown>
      <Change>
        <form onSubmit={(event) => void invoke(event)}>
          <label>
            Payload
            <textarea
              rows={5}
              spellcheck={false}
              value={payload}
              onInput={({ currentTarget }) => setPayload(currentTarget.value)}
            />
          </label>
          <p class="buttons">
            <button type="submit" class="primary" disabled={isRunning}>
              {isRunning ? "Running …" : "Invoke"}
            </button>
          </p>
        </form>
      </Change>
      {invoked && (
        <section>
          <h3>
            {invoked.FunctionError ? (
              <span class="badge is-server">{invoked.FunctionError}</span>
            ) : (
              <span class="badge is-ok">{invoked.StatusCode}</span>
            )}{" "}
            Answer
          </h3>
          <Json label="Answer" value={(invoked.Payload && textOf(invoked.Payload)) ?? ""} />
        </section>
      )}
      <section>
        <div class="bar">
          <h3>Last logs</h3>
          <span class="grow" />
          <button type="button" onClick={logs.again}>
            Read again
          </button>
        </div>
        <Shown loaded={logs}>
          {(events) =>
            events.length === 0 ? (
              <p class="quiet">It has not logged anything yet.</p>
            ) : (
              <LogLines label="Logs" events={events} />
            )
          }
        </Shown>
      </section>
    </>
  );
}
