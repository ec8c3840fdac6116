import { describe, expect, it } from 'vitest';
import { etcdSettings, parseEndpoint, speaksTls } from '../../../src/datastore/etcd/settings.ts';
import { SettingsError } from '../../../src/datastore/settings.ts';
import { settings } from './support.ts';

const NO_CERTIFICATES = {
  from: 'files',
  ca: '',
  cert: '',
  key: '',
  settings: { ca: 'ETCD_CA_CERT_FILE', cert: 'ETCD_CERT_FILE', key: 'ETCD_KEY_FILE' },
};

describe('etcdSettings()', () => {
  it('takes endpoints, and tells by what they were set', () => {
    expect(etcdSettings(settings({ etcdEndpoints: 'http://a:2379,http://b:2379' }))).toEqual({
      endpoints: ['http://a:2379', 'http://b:2379'],
      discoverySrv: '',
      setting: 'ETCD_ENDPOINTS',
      certificates: NO_CERTIFICATES,
      user: undefined,
    });
  });

  it('takes the domain of SRV records instead of endpoints', () => {
    expect(etcdSettings(settings({ etcdDiscoverySrv: 'example.org' }))).toEqual({
      endpoints: [],
      discoverySrv: 'example.org',
      setting: 'ETCD_DISCOVERY_SRV',
      certificates: NO_CERTIFICATES,
      user: undefined,
    });
  });

  it.each([
    ['', 'pw'],
    ['calico', ''],
  ])('takes user %j with password %j for no user at all', (etcdUsername, etcdPassword) => {
    expect(etcdSettings(settings({ etcdEndpoints: 'a', etcdUsername, etcdPassword })).user).toBeUndefined();
  });

  it('takes user and password when both are set', () => {
    const { user } = etcdSettings(settings({ etcdEndpoints: 'a', etcdUsername: 'calico', etcdPassword: 'pw' }));
    expect(user).toEqual({ name: 'calico', password: 'pw', setting: 'ETCD_USERNAME' });
  });

  it('takes certificates as PEM texts', () => {
    const { certificates } = etcdSettings(
      settings({ etcdEndpoints: 'a', etcdCACert: 'A', etcdCert: 'B', etcdKey: 'C' }),
    );
    const named = { ca: 'etcdCACert', cert: 'etcdCert', key: 'etcdKey' };
    expect(certificates).toEqual({
      from: 'inline',
      ca: 'A',
      cert: 'B',
      key: 'C',
      settings: Object.fromEntries(Object.entries(named).map(([key, field]) => [key, `etcd.cfg: spec.${field}`])),
    });
  });

  it.each([
    [
      { etcdEndpoints: 'http://a', etcdDiscoverySrv: 'example.org' },
      'multiple discovery or bootstrap options specified, use either "etcdEndpoints" or "etcdDiscoverySrv"',
    ],
    [
      { etcdEndpoints: 'http://a', etcdCert: 'inline', etcdKeyFile: 'a.pem' },
      'Cannot mix inline certificate-key and certificate / key files',
    ],
  ])('refuses %j', (spec, message) => {
    expect(() => etcdSettings(settings(spec))).toThrow(new SettingsError(message));
  });
});

describe('speaksTls()', () => {
  it.each([
    [['http://a:2379', 'https://b:2379'], false],
    [['https://a:2379', 'http://b:2379'], true],
    [['a:2379'], true],
    [['HTTP://a:2379'], false],
  ])('judges %j by its first endpoint', (endpoints, secure) => {
    expect(speaksTls(endpoints)).toBe(secure);
  });
});

describe('etcdSettings() without endpoints', () => {
  it.each([[{}], [{ etcdEndpoints: ' , ' }]])('refuses %j and says what to set', (spec) => {
    const hints = ['set ETCD_ENDPOINTS, such as https://10.0.0.1:2379'];
    expect(() => etcdSettings(settings(spec))).toThrow(new SettingsError('no etcd endpoints specified', { hints }));
  });
});

describe('parseEndpoint()', () => {
  const refusal = (endpoint: string) =>
    new SettingsError(`invalid etcd endpoint "${endpoint}"`, {
      hints: ['an endpoint is a URL such as https://10.0.0.1:2379'],
    });

  it.each([
    ['https://10.0.0.1:2379', { host: '10.0.0.1', port: 2379, url: 'https://10.0.0.1:2379' }],
    ['https://etcd.example.org', { host: 'etcd.example.org', port: 2379, url: 'https://etcd.example.org:2379' }],
    ['etcd:4001', { host: 'etcd', port: 4001, url: 'https://etcd:4001' }],
    ['https://[fd00::1]:2380/', { host: 'fd00::1', port: 2380, url: 'https://[fd00::1]:2380' }],
    [' https://a:1/path?x=1 ', { host: 'a', port: 1, url: 'https://a:1' }],
    ['https://user:secret@a:1', { host: 'a', port: 1, url: 'https://a:1' }],
  ])('reads %j', (text, endpoint) => {
    expect(parseEndpoint(text, true)).toEqual(endpoint);
  });

  it('names the scheme that is spoken, not the one that is written', () => {
    expect(parseEndpoint('https://a:1', false).url).toBe('http://a:1');
  });

  it.each([
    'https://',
    'unix:///run/etcd.sock',
    'https://a:99999',
    'https://a:b',
    'https://fd00::1:2379',
    'https://a b',
  ])('refuses %j', (text) => {
    expect(() => parseEndpoint(text, true)).toThrow(refusal(text));
  });

  it.each([
    ['https://user:sec@ret@a:b', 'https://a:b'],
    ['user:secret@a:b', 'a:b'],
  ])('does not repeat the password in %j', (text, shown) => {
    expect(() => parseEndpoint(text, true)).toThrow(refusal(shown));
  });
});
