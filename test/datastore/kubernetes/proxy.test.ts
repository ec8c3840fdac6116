import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../../src/datastore/kubernetes/proxy.ts';

const PROXY = 'http://proxy.example.org:3128';
const server = (host: string, port = 6443) => ({ scheme: 'https', host, port }) as const;

describe('proxyFor()', () => {
  it.each([
    ['HTTPS_PROXY for https', server('api.example.org'), { HTTPS_PROXY: PROXY, HTTP_PROXY: 'http://other' }, PROXY],
    ['https_proxy too', server('api.example.org'), { https_proxy: PROXY }, PROXY],
    ['the capital spelling first', server('a.b'), { HTTPS_PROXY: PROXY, https_proxy: 'http://other' }, PROXY],
    ['HTTP_PROXY for http', { ...server('a.b'), scheme: 'http' } as const, { HTTP_PROXY: PROXY }, PROXY],
    ['no proxy for the other scheme', server('a.b'), { HTTP_PROXY: PROXY }, undefined],
    ['http when the proxy has no scheme', server('a.b'), { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128'],
    ['no proxy without variables', server('a.b'), {}, undefined],
    ['no proxy for an empty variable', server('a.b'), { HTTPS_PROXY: '' }, undefined],
  ])('chooses %s', (_what, target, env, expected) => {
    expect(proxyFor(target, env)).toBe(expected);
  });

  it.each(['localhost', '127.0.0.1', '127.8.8.8', '::1'])('reaches %s directly', (host) => {
    expect(proxyFor(server(host), { HTTPS_PROXY: PROXY })).toBeUndefined();
  });

  it.each([
    ['*', 'a.b'],
    ['example.org', 'example.org'],
    ['example.org', 'api.example.org'],
    ['Example.Org', 'API.example.org'],
    ['.example.org', 'api.example.org'],
    ['*.example.org', 'api.example.org'],
    ['other, example.org', 'example.org'],
    ['example.org:6443', 'api.example.org'],
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1:6443', '10.0.0.1'],
    ['10.0.0.0/8', '10.9.9.9'],
    ['fd00::/64', 'fd00::7'],
    ['fd00::7', 'fd00::7'],
    ['[fd00::7]:6443', 'fd00::7'],
  ])('NO_PROXY=%s exempts %s', (list, host) => {
    expect(proxyFor(server(host), { HTTPS_PROXY: PROXY, NO_PROXY: list })).toBeUndefined();
  });

  it.each([
    ['example.org', 'anexample.org'],
    ['.example.org', 'example.org'],
    ['*.example.org', 'example.org'],
    ['example.org:443', 'example.org'],
    ['10.0.0.0/8', '11.0.0.1'],
    ['10.0.0.1', '10.0.0.11'],
    ['', 'example.org'],
    ['10.0.0.0/8', 'example.org'],
  ])('NO_PROXY=%s does not exempt %s', (list, host) => {
    expect(proxyFor(server(host), { HTTPS_PROXY: PROXY, no_proxy: list })).toBe(PROXY);
  });
});
