const DAY = "(?:sun|mon|tue|wed|thu|fri|sat)";
const WEEKLY = new RegExp(`^${DAY}:\\d\\d:\\d\\d-${DAY}:\\d\\d:\\d\\d$`, "i");

/** Is it a window as backups have it: `05:00-06:00`? */
export const isDailyWindow = (text: string): boolean => /^\d\d:\d\d-\d\d:\d\d$/.test(text);

/** Is it a window as maintenance has it: `sun:05:00-sun:06:00`? */
export const isWeeklyWindow = (text: string): boolean => WEEKLY.test(text);
