/**
 * Who acts in a call that is only there to look: what the dashboard shows of a table or a queue. No rule strikes or counts it, or to look at
 * an experiment would change it. No client can take this name: in theirs a `>` becomes a space.
 */
export const LOOKING_ON = "<looking on>";
