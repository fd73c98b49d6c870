import { describe, expect, it } from 'vitest';
import { counted, dayName, durationName, sizeName, wallClock } from './words';

const at = (text: string) => Date.parse(text + 'Z');

describe('dayName', () => {
  const now = at('2026-11-22T00:30:00');

  it('says today and yesterday by the calendar, not by 24 hours', () => {
    expect(dayName(at('2026-11-22T00:01:00'), now)).toBe('Today');
    expect(dayName(at('2026-11-21T23:59:00'), now)).toBe('Yesterday');
    expect(dayName(at('2026-11-20T12:00:00'), now)).not.toBe('Yesterday');
  });

  it('names the year only when it is another one', () => {
    expect(dayName(at('2026-05-12T10:00:00'), now)).not.toContain('2026');
    expect(dayName(at('2019-05-12T10:00:00'), now)).toContain('2019');
  });

  it('does not call a day to come today', () => {
    expect(dayName(at('2026-11-23T00:00:00'), now)).not.toMatch(/day$/i);
  });
});

it('takes the wall clock of the place, whatever its zone', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const wall = new Date(wallClock(now));
  expect(wall.getUTCHours()).toBe(now.getHours());
  expect(wall.getUTCDate()).toBe(now.getDate());
});

it('writes lengths as players do', () => {
  expect(durationName(7_400)).toBe('0:07');
  expect(durationName(750_000)).toBe('12:30');
  expect(durationName(3_723_000)).toBe('1:02:03');
});

it('writes sizes with at most one decimal', () => {
  expect(sizeName(640)).toBe('640 B');
  expect(sizeName(4_512_345)).toBe('4.5 MB');
  expect(sizeName(999_999)).toBe('1.0 MB');
  expect(sizeName(58_200_000_000)).toBe('58 GB');
});

it('counts one and many', () => {
  expect(counted(1, 'photo')).toBe('1 photo');
  expect(counted(0, 'photo')).toBe('0 photos');
});
