import { timeText } from "../calls/list.tsx";

export interface LogEvent {
  readonly eventId?: string;
  readonly timestamp: number;
  readonly message: string;
}

/** Lines of a log, the newest last. */
export const LogLines = ({ events, label }: { events: readonly LogEvent[]; label: string }) => (
  <div class="log" role="log" tabIndex={0} aria-label={label}>
    {events.map(({ eventId, timestamp, message }, index) => (
      <div key={eventId ?? index}>
        <span class="quiet">{timeText(timestamp)}</span> {message.trimEnd()}
      </div>
    ))}
  </div>
);
