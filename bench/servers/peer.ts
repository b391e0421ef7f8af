import { type EmulatorName, emulator } from "../../test/emulators.ts";
import { standFor } from "./child-cpu.ts";

/** Another emulator, a process below this one. */
const peer = await emulator(process.argv[2] as EmulatorName);
standFor(peer.process);
console.log(new URL(peer.url).port);
