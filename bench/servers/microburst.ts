import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { freePort } from "../../test/free-port.ts";
import { until } from "../../test/until.ts";
import { standFor } from "./child-cpu.ts";

/** microburst without a rule in front of a port. https://pypi.org/project/microburst/ */
const upstream = `http://127.0.0.1:${process.argv[2]}`;
const port = await freePort();
const flags = ["--upstream", upstream, "--host", "127.0.0.1", "--port", String(port), "--no-resign"];
standFor(spawn("microburst", flags, { stdio: "ignore" }));
// Whatever it is asked goes on, also to who does not expect it: that it listens is enough.
await until(async () => {
  const socket = connect(port, "127.0.0.1");
  const isThere = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isThere;
});
console.log(port);
