import "./cpu.ts";
import { emulator } from "../../test/emulators.ts";

/** moto's server, which is a process of Python below this one: what it has of the processor is not in this one's. */
const moto = await emulator("moto");
process.removeAllListeners("disconnect");
async function end(): Promise<void> {
  await moto[Symbol.asyncDispose]();
  process.exit();
}
process.on("disconnect", end);
process.on("SIGTERM", end);
console.log(new URL(moto.url).port);
