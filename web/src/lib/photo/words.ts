/** Dates, times and sizes as people say them. Wall clocks come in as if they were UTC. */

const browser = globalThis.navigator?.language ?? 'en-GB';
const locale = browser.startsWith('en') ? browser : 'en-GB';
const dayMs = 86_400_000;

const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
const dayOfThisYear = format({ weekday: 'short', day: 'numeric', month: 'long' });
const dayOfAnyYear = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const fullDate = format({ day: 'numeric', month: 'long', year: 'numeric' });
const weekdayAndTime = format({ weekday: 'long', hour: 'numeric', minute: '2-digit' });
const dateAndTime = format({ dateStyle: 'long', timeStyle: 'short' });

/** The viewer's own wall clock now, in the form of `Photo.takenAt`. */
export function wallClock(now = new Date()): number {
  return now.getTime() - now.getTimezoneOffset() * 60_000;
}

/** "Today", "Yesterday", "Thu, 12 May", "Sun, 12 May 2019". */
export function dayName(takenAt: number, now: number = wallClock()): string {
  const daysAgo = Math.floor(now / dayMs) - Math.floor(takenAt / dayMs);
  if (daysAgo === 0) return 'Today';
  if (daysAgo === 1) return 'Yesterday';
  const sameYear = new Date(takenAt).getUTCFullYear() === new Date(now).getUTCFullYear();
  return (sameYear ? dayOfThisYear : dayOfAnyYear).format(takenAt);
}

export const dateName = (takenAt: number): string => fullDate.format(takenAt);
export const weekdayName = (takenAt: number): string => weekdayAndTime.format(takenAt);
export const momentName = (takenAt: number): string => dateAndTime.format(takenAt);

/** "0:07", "12:30", "1:02:03". */
export function durationName(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** "640 B", "4.5 MB", "1.2 TB", in steps of 1000 as disks are sold. */
export function sizeName(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let unit = 0;
  while (bytes >= 999.5 && unit < units.length - 1) {
    bytes /= 1000;
    unit++;
  }
  return `${bytes >= 10 || unit === 0 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

/** "1 photo", "3 photos". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString(locale)} ${count === 1 ? one : many}`;
