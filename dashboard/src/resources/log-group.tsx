import { useEffect, useState } from "preact/hooks";
import { call, look } from "../api.ts";
import { squallNow } from "../clock.ts";
import { complain } from "../notices.tsx";
import { Shown, useLoaded } from "./loaded.tsx";
import { type LogEvent, LogLines } from "./log-lines.tsx";
import { nameOf, placeOf, type Resource } from "./resource.ts";

const TAIL_MS = 1000;
const MOST_LINES = 500;

/** A log group: its last lines, as they come if wanted, and Logs Insights. */
export function LogGroup({ resource }: { resource: Resource }) {
  const logGroupName = nameOf(resource);
  const place = placeOf(resource);
  const [filterPattern, setPattern] = useState("");
  const [isTailing, setTailing] = useState(false);
  const lines = useLoaded(`${resource.arn} ${filterPattern}`, async () => {
    const { events = [] } = await look<{ events?: LogEvent[] }>(
      "logs",
      "FilterLogEvents",
      { logGroupName, limit: 10_000, ...(filterPattern && { filterPattern }) },
      place,
    );
    return events.slice(-MOST_LINES);
  });
  useEffect(() => {
    if (!isTailing) return;
    const timer = setInterval(lines.again, TAIL_MS);
    return () => clearInterval(timer);
  });
  return (
    <>
      <div class="bar">
        <input
          type="search"
          class="grow"
          aria-label="Filter pattern"
          placeholder="Filter pattern: ERROR"
          value={filterPattern}
          onChange={({ currentTarget }) => setPattern(currentTarget.value)}
        />
        <button type="button" aria-pressed={isTailing} onClick={() => setTailing(!isTailing)}>
          Live tail
        </button>
        <button type="button" onClick={lines.again}>
          Read again
        </button>
      </div>
      <Shown loaded={lines}>
        {(events) =>
          events.length === 0 ? (
            <p class="quiet">No line is as you ask for.</p>
          ) : (
            <LogLines label="Lines" events={events} />
          )
        }
      </Shown>
      <Insights resource={resource} />
    </>
  );
}

type Row = readonly { readonly field: string; readonly value: string }[];

const ASKS = 100;
const ASK_MS = 100;
const FIRST = "fields @timestamp, @message\n| sort @timestamp desc\n| limit 20";

/** Logs Insights over the last day. */
function Insights({ resource }: { resource: Resource }) {
  const [queryString, setQuery] = useState(FIRST);
  const [rows, setRows] = useState<readonly Row[]>();
  const place = placeOf(resource);
  const run = async (event: Event) => {
    event.preventDefault();
    const now = Math.floor(squallNow() / 1000);
    try {
      const { queryId } = await call<{ queryId: string }>(
        "logs",
        "StartQuery",
        { logGroupName: nameOf(resource), startTime: now - 86_400, endTime: now + 1, queryString },
        place,
      );
      for (let asked = 0; asked < ASKS; asked++) {
        const { status, results } = await look<{ status: string; results: Row[] }>(
          "logs",
          "GetQueryResults",
          { queryId },
          place,
        );
        if (status !== "Running" && status !== "Scheduled") {
          setRows(results);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      }
    } catch (error) {
      complain(error);
    }
  };
  const columns = [...new Set(rows?.flatMap((row) => row.map(({ field }) => field)))].filter(
    (field) => field !== "@ptr",
  );
  return (
    <section>
      <h3>Insights, the last day</h3>
      <form onSubmit={(event) => void run(event)}>
        <textarea
          rows={3}
          spellcheck={false}
          aria-label="Query"
          value={queryString}
          onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        />
        <p class="buttons">
          <button type="submit" class="primary">
            Run
          </button>
        </p>
      </form>
      {rows && (
        <div class="wide-table">
          <table>
            <caption>{rows.length} rows</caption>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index}>
                  {columns.map((column) => (
                    <td key={column}>{row.find(({ field }) => field === column)?.value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
