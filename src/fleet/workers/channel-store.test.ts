import { EventEmitter } from "node:events";
import { behavesAsAStore } from "../behaviour.fixture.test.ts";
import { type Channel, ChannelEnd } from "./channel.ts";
import { ChannelStore } from "./channel-store.ts";
import { WorkerFleet } from "./worker-fleet.ts";

/** Two ends of a channel as processes have them: what is said is JSON, and is heard in a later turn. */
function channels(): [Channel, Channel] {
  const [one, other] = [new EventEmitter(), new EventEmitter()];
  const endAt = (here: EventEmitter, there: EventEmitter): Channel => ({
    send(message, sent) {
      const text = JSON.stringify(message);
      setImmediate(() => there.emit("message", JSON.parse(text)));
      sent(null);
    },
    on: (event, hear) => here.on(event, hear),
    off: (event, hear) => here.off(event, hear),
  });
  return [endAt(one, other), endAt(other, one)];
}

behavesAsAStore("over the channels of workers", async () => {
  const fleet = new WorkerFleet(() => performance.now());
  const worker = () => {
    const [primary, own] = channels();
    fleet.join(primary);
    const store: ChannelStore = new ChannelStore((what, given) => end.ask(what, given));
    const end = new ChannelEnd(own, store.answers);
    return store;
  };
  return [worker(), worker()];
});
