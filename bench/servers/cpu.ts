/** A server tells whoever has started it how much of the processor it has had (`process.cpuUsage`), and ends with them. */
process.on("message", () => process.send?.(process.cpuUsage()));
process.on("disconnect", () => process.exit());
