import { useEffect, useState } from "preact/hooks";
import { call, look } from "../api.ts";
import { timeText } from "../calls/list.tsx";
import { momentOf } from "../duration.ts";
import { attempt } from "../notices.tsx";
import { Change } from "../pieces/change.tsx";
import { Json } from "../pieces/json.tsx";
import { ExecutionGraph, type HistoryEvent } from "./execution-graph.tsx";
import { Shown, useLoaded } from "./loaded.tsx";
import { placeOf, type Resource } from "./resource.ts";

interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
  readonly startDate: unknown;
}

/** A state machine: its executions, and what each went through. */
export function StateMachine({ resource }: { resource: Resource }) {
  const { arn: stateMachineArn } = resource;
  const place = placeOf(resource);
  const service = resource.service;
  const [input, setInput] = useState("{}");
  const [chosen, setChosen] = useState<string>();
  const machine = useLoaded(stateMachineArn, () =>
    look<{ definition: string; type?: string }>(service, "DescribeStateMachine", { stateMachineArn }, place),
  );
  const executions = useLoaded(
    stateMachineArn,
    async () =>
      (
        await look<{ executions?: Execution[] }>(
          service,
          "ListExecutions",
          { stateMachineArn, maxResults: 50 },
          place,
        )
      ).executions ?? [],
  );
  const opened = chosen ?? executions.value?.[0]?.executionArn;
  const history = useLoaded(
    `${opened} ${executions.value?.find(({ executionArn }) => executionArn === opened)?.status}`,
    async () => {
      if (opened === undefined) return [];
      return (
        (
          await look<{ events?: HistoryEvent[] }>(
            service,
            "GetExecutionHistory",
            { executionArn: opened, maxResults: 1000 },
            place,
          )
        ).events ?? []
      );
    },
  );
  const isRunning = executions.value?.some(({ status }) => status === "RUNNING") ?? false;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => {
      executions.again();
      history.again();
    }, 1000);
    return () => clearInterval(timer);
  });
  const start = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      const { executionArn } = await call<{ executionArn: string }>(
        service,
        "StartExecution",
        { stateMachineArn, input },
        place,
      );
      setChosen(executionArn);
      executions.again();
    });
  };
  return (
    <>
      <form class="bar" onSubmit={start}>
        <Change>
          <input
            type="text"
            class="grow"
            aria-label="Input"
            value={input}
            onInput={({ currentTarget }) => setInput(currentTarget.value)}
          />
          <button type="submit" class="primary">
            Start
          </button>
        </Change>
        <button
          type="button"
          onClick={() => {
            executions.again();
            history.again();
          }}
        >
          Read again
        </button>
      </form>
      <Shown loaded={executions}>
        {(found) => (
          <table>
            <caption class="visually-hidden">Executions</caption>
            <tbody>
              {found.map(({ executionArn, name, status, startDate }) => (
                <tr key={executionArn} class={executionArn === opened ? "is-selected" : ""}>
                  <td class="cut">
                    <button type="button" class="link" onClick={() => setChosen(executionArn)}>
                      {name}
                    </button>
                  </td>
                  <td>
                    <span class={`badge is-${status}`}>{status}</span>
                  </td>
                  <td class="quiet">{timeText(momentOf(startDate) ?? 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Shown>
      <Shown loaded={machine}>
        {({ definition }) => (
          <>
            <ExecutionGraph definition={definition} events={history.value ?? []} />
            <details>
              <summary>Definition</summary>
              <Json label="Definition" value={definition} />
            </details>
          </>
        )}
      </Shown>
      {history.value && history.value.length > 0 && (
        <details>
          <summary>{history.value.length} events</summary>
          <Json label="Events" value={history.value} />
        </details>
      )}
    </>
  );
}
