import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { outcomeOf, resourceOf, scopeOf, wordOf } from "./outcome.ts";
import type { Row } from "./rows.ts";

export const ROW_PX = 28;
const HEAD_PX = 28;
/** Lines drawn above and below of what is seen. */
const SPARE = 8;

interface ListProps {
  readonly rows: readonly Row[];
  readonly selected: number | undefined;
  /** Goes up when the list should show its beginning. */
  readonly top: number;
  onSelect(sequence: number | undefined): void;
  onToggle(id: string, isOpen: boolean): void;
  /** The reader has left the top, or is back there. */
  onScrolled(isAway: boolean): void;
}

/** The tree of calls as a grid, of which only the lines in sight are there: ten thousand are as quick as twenty. */
export function CallList({ rows, selected, top, onSelect, onToggle, onScrolled }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState(0);
  const [height, setHeight] = useState(600);
  const at = rows.findIndex(({ entry }) => entry.call.sequence === selected);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => scroller.current?.scrollTo({ top: 0 }), [top]);

  const first = Math.max(0, Math.floor(scroll / ROW_PX) - SPARE);
  const last = Math.min(rows.length, Math.ceil((scroll + height) / ROW_PX) + SPARE);

  const select = (index: number): void => {
    const row = rows[index];
    const element = scroller.current;
    if (!row || !element) return;
    onSelect(row.entry.call.sequence);
    const y = index * ROW_PX;
    const room = element.clientHeight - HEAD_PX - ROW_PX;
    if (y < element.scrollTop) element.scrollTo({ top: y });
    else if (y > element.scrollTop + room) element.scrollTo({ top: y - room });
  };
  const press = (event: KeyboardEvent): void => {
    const row = rows[at];
    const page = Math.max(1, Math.floor(height / ROW_PX) - 2);
    const moves: Record<string, () => void> = {
      ArrowDown: () => select(Math.min(rows.length - 1, at + 1)),
      ArrowUp: () => select(Math.max(0, at - 1)),
      PageDown: () => select(Math.min(rows.length - 1, Math.max(0, at) + page)),
      PageUp: () => select(Math.max(0, at - page)),
      Home: () => select(0),
      End: () => select(rows.length - 1),
      ArrowRight: () => row && onToggle(row.entry.call.id, true),
      ArrowLeft: () => row && closeOrLeave(row),
      Escape: () => onSelect(undefined),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };
  const closeOrLeave = (row: Row): void => {
    if (row.isOpen) onToggle(row.entry.call.id, false);
    else select(rows.findIndex(({ entry }) => entry === row.entry.parent));
  };

  return (
    <div
      ref={scroller}
      class="calls"
      role="treegrid"
      tabIndex={0}
      aria-label="Calls"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={at >= first && at < last ? `call-${selected}` : undefined}
      onKeyDown={press}
      onScroll={({ currentTarget }) => {
        setScroll(currentTarget.scrollTop);
        onScrolled(currentTarget.scrollTop > ROW_PX);
      }}
    >
      <div role="rowgroup" class="calls-head">
        <div role="row" class="call" aria-rowindex={1}>
          <span role="columnheader">Time</span>
          <span role="columnheader">Call</span>
          <span role="columnheader">Outcome</span>
          <span role="columnheader" class="number">
            ms
          </span>
          <span role="columnheader" class="wide">
            Rule
          </span>
          <span role="columnheader" class="wide">
            Scope
          </span>
        </div>
      </div>
      <div role="rowgroup" class="calls-body" style={{ height: `${rows.length * ROW_PX}px` }}>
        {rows.slice(first, last).map((row, index) => (
          <Line
            key={row.entry.call.sequence}
            row={row}
            index={first + index}
            isSelected={row.entry.call.sequence === selected}
            onSelect={onSelect}
            onToggle={onToggle}
          />
        ))}
      </div>
    </div>
  );
}

function Line(props: {
  row: Row;
  index: number;
  isSelected: boolean;
  onSelect: ListProps["onSelect"];
  onToggle: ListProps["onToggle"];
}) {
  const { row, index, isSelected, onSelect, onToggle } = props;
  const { call } = row.entry;
  const resource = resourceOf(call);
  return (
    // The grid has the keyboard: aria-activedescendant says which line is meant.
    <div
      role="row"
      id={`call-${call.sequence}`}
      class={`call ${row.isContext ? "is-context" : ""}`}
      aria-rowindex={index + 2}
      aria-level={row.depth + 1}
      aria-selected={isSelected}
      aria-expanded={row.hasChildren ? row.isOpen : undefined}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
      onClick={() => onSelect(call.sequence)}
    >
      <span role="gridcell" class="time">
        {timeText(call.startedAt)}
      </span>
      <span role="gridcell" class="name" title={call.site}>
        <span class="indent" style={{ width: `${Math.min(row.depth, 12) * 16}px` }} />
        {row.hasChildren ? (
          <span
            class="fold"
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onToggle(call.id, !row.isOpen);
            }}
          >
            {row.isOpen ? "▾" : "▸"}
          </span>
        ) : (
          <span class="fold" aria-hidden="true">
            {row.depth > 0 ? "·" : ""}
          </span>
        )}
        <b>{call.service}</b>.{call.operation}
        {resource !== "" && <span class="resource"> {resource}</span>}
      </span>
      <span role="gridcell" class="outcome">
        {call.faultRuleId !== undefined && (
          <span class="struck" title={`struck by ${call.faultRuleId}`}>
            <span aria-hidden="true">⚡</span>
            <span class="visually-hidden">struck by {call.faultRuleId}</span>
          </span>
        )}
        <span class={`badge is-${outcomeOf(call)}`}>{wordOf(call)}</span>
        {(call.attempt ?? 1) > 1 && (
          <span class="attempt">
            <span class="word">attempt </span>
            {call.attempt}
          </span>
        )}
      </span>
      <span role="gridcell" class="number">
        {call.durationMs.toLocaleString("en", { maximumFractionDigits: 0 })}
      </span>
      <span role="gridcell" class="wide rule">
        {call.faultRuleId !== undefined && <span class="tag">{call.faultRuleId}</span>}
      </span>
      <span role="gridcell" class="wide scope">
        {row.depth === 0 ? scopeOf(call) : ""}
      </span>
    </div>
  );
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, "0");

/** The time of day, in the browser's zone. */
export function timeText(epochMs: number): string {
  const date = new Date(epochMs);
  return `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}.${pad(date.getMilliseconds(), 3)}`;
}
