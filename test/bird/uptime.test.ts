import { expect, it } from 'vitest';
import { secondsSince, uptime } from '../../src/bird/uptime.ts';

const NOW = '2026-11-21 11:01:46';

it.each([
  ['11:01:46', 0, '0s'],
  ['11:01:04', 42, '42s'],
  ['10:56:34', 312, '5m12s'],
  ['07:41:46', 12_000, '3h20m'],
  ['23:01:46', 43_200, '12h0m'],
  ['2026-11-05', null, '16d'],
  ['2021-11-21', null, '1826d'],
  ['Nov05', null, 'unknown'],
])('uptime(%j) counts from the clock of the daemon', (since, seconds, text) => {
  expect([secondsSince(since, NOW), uptime(since, NOW)]).toEqual([seconds, text]);
});

it.each(['11:01:04', '2026-11-05'])('uptime(%j) is unknown without that clock', (since) => {
  expect([secondsSince(since, null), uptime(since, null)]).toEqual([null, 'unknown']);
});
