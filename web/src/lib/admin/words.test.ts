import { describe, expect, it } from 'vitest';
import type { Queue } from './api';
import { whenDone } from './words';

const now = Date.parse('2024-05-06T07:00:00Z');
const queue = (values: Partial<Queue>): Queue => ({
  name: 'smartSearch',
  state: 'working',
  left: 5,
  perHour: 60,
  doneAt: null,
  why: null,
  ...values,
});

describe('whenDone', () => {
  it('says how long it will take, in the unit that people would use', () => {
    const done = (doneAt: string) => whenDone(queue({ doneAt }), now);
    expect(done('2024-05-06T07:00:20Z')).toBe('Done in a moment');
    expect(done('2024-05-06T07:01:10Z')).toBe('Done in about 1 minute');
    expect(done('2024-05-06T08:20:00Z')).toBe('Done in about 80 minutes');
    expect(done('2024-05-06T18:00:00Z')).toBe('Done in about 11 hours');
    expect(done('2024-05-09T07:00:00Z')).toBe('Done in about 3 days');
  });

  it('says why it waits, and that nobody knows when it is done', () => {
    expect(whenDone(queue({ state: 'waiting', why: 'The processor is at 81 °C' }), now)).toBe(
      'The processor is at 81 °C; unknown when it is done',
    );
  });

  it('promises nothing of what an administrator has paused', () => {
    expect(whenDone(queue({ state: 'paused', why: 'An administrator has paused it' }), now)).toBe(
      'An administrator has paused it',
    );
  });

  it('says that nothing is left', () => {
    expect(whenDone(queue({ state: 'idle', left: 0 }), now)).toBe('Done');
  });
});
