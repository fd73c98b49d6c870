import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { retryLater } from './retry';

let page: EventTarget & { visibilityState: string };
const again = vi.fn();
const look = () => {
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  vi.useFakeTimers();
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  again.mockReset();
});

it('asks again after a pause, once', () => {
  retryLater(0, again);
  expect(again).not.toHaveBeenCalled();
  vi.runAllTimers();
  look();
  expect(again).toHaveBeenCalledOnce();
});

it('waits until somebody looks', () => {
  page.visibilityState = 'hidden';
  retryLater(0, again);
  vi.runAllTimers();
  expect(again).not.toHaveBeenCalled();
  look();
  look();
  expect(again).toHaveBeenCalledOnce();
});

it('is called off during the pause and while nobody looks', () => {
  retryLater(0, again)();
  page.visibilityState = 'hidden';
  const off = retryLater(0, again);
  vi.runAllTimers();
  off();
  look();
  expect(again).not.toHaveBeenCalled();
});

it('gives up in the end', () => {
  let attempts = 0;
  const next = () => void retryLater(attempts++, next);
  next();
  vi.runAllTimers();
  expect(attempts).toBeGreaterThan(3);
});
