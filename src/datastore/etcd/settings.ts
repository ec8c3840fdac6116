/**
 * The etcd part of the connection settings, checked as the Go client checks it (libcalico-go, etcdv3 backend). Nothing is read or looked
 * up here.
 */
import type { ConnectionSettings, ConnectionSpec } from '../settings.ts';
import { SettingsError } from '../settings.ts';

/** Where one etcd member listens for clients. */
export interface Endpoint {
  /** a name or an address, IPv6 without brackets */
  readonly host: string;
  readonly port: number;
  /** for people: `https://10.0.0.1:2379`, never with a password in it */
  readonly url: string;
}

/** Where certificates come from: three paths, or three PEM texts. Empty means not given. */
export interface CertificateSource {
  readonly from: 'files' | 'inline';
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** the settings that gave them, for messages */
  readonly settings: { readonly ca: string; readonly cert: string; readonly key: string };
}

export interface EtcdSettings {
  /** as configured; empty when they have to be discovered */
  readonly endpoints: readonly string[];
  /** domain of the SRV records; empty when endpoints are given */
  readonly discoverySrv: string;
  /** what the endpoints were configured by */
  readonly setting: string;
  readonly certificates: CertificateSource;
  /** present when both user name and password are set */
  readonly user: { readonly name: string; readonly password: string; readonly setting: string } | undefined;
}

/**
 * Takes from the settings what the etcd driver needs.
 * @throws {SettingsError} when they are contradictory, with the Go client's text
 */
export function etcdSettings(settings: ConnectionSettings): EtcdSettings {
  const { spec } = settings;
  if (spec.etcdEndpoints !== '' && spec.etcdDiscoverySrv !== '') {
    throw new SettingsError(
      'multiple discovery or bootstrap options specified, use either "etcdEndpoints" or "etcdDiscoverySrv"',
    );
  }
  const endpoints = spec.etcdEndpoints.split(',').filter((endpoint) => endpoint.trim() !== '');
  if (endpoints.length === 0 && spec.etcdDiscoverySrv === '') {
    throw new SettingsError('no etcd endpoints specified', {
      hints: ['set ETCD_ENDPOINTS, such as https://10.0.0.1:2379'],
    });
  }
  return {
    endpoints,
    discoverySrv: spec.etcdDiscoverySrv,
    setting: settings.origin(spec.etcdDiscoverySrv === '' ? 'etcdEndpoints' : 'etcdDiscoverySrv'),
    certificates: certificateSource(settings),
    user:
      spec.etcdUsername === '' || spec.etcdPassword === ''
        ? undefined
        : { name: spec.etcdUsername, password: spec.etcdPassword, setting: settings.origin('etcdUsername') },
  };
}

function certificateSource(settings: ConnectionSettings): CertificateSource {
  const { spec } = settings;
  const inline = spec.etcdKey !== '' || spec.etcdCert !== '' || spec.etcdCACert !== '';
  const files = spec.etcdKeyFile !== '' || spec.etcdCertFile !== '' || spec.etcdCACertFile !== '';
  if (inline && files) throw new SettingsError('Cannot mix inline certificate-key and certificate / key files');
  const origins = (ca: keyof ConnectionSpec, cert: keyof ConnectionSpec, key: keyof ConnectionSpec) => ({
    ca: settings.origin(ca),
    cert: settings.origin(cert),
    key: settings.origin(key),
  });
  return inline
    ? {
        from: 'inline',
        ca: spec.etcdCACert,
        cert: spec.etcdCert,
        key: spec.etcdKey,
        settings: origins('etcdCACert', 'etcdCert', 'etcdKey'),
      }
    : {
        from: 'files',
        ca: spec.etcdCACertFile,
        cert: spec.etcdCertFile,
        key: spec.etcdKeyFile,
        settings: origins('etcdCACertFile', 'etcdCertFile', 'etcdKeyFile'),
      };
}

/** The port that etcd serves clients on unless told otherwise. */
const CLIENT_PORT = 2379;

/**
 * Whether TLS is spoken. The scheme of the first endpoint decides for all; no scheme means TLS, as in the Go client, which always holds a
 * TLS configuration.
 */
export function speaksTls(endpoints: readonly string[]): boolean {
  return !/^\s*http:\/\//i.test(endpoints[0] ?? '');
}

/**
 * Reads one endpoint: `https://10.0.0.1:2379`, `[::1]:2379`, `etcd.example.org`.
 * @throws {SettingsError} when it is none
 */
export function parseEndpoint(text: string, secure: boolean): Endpoint {
  const [, scheme = 'https', authority = ''] = /^\s*(?:([a-z][-+.a-z0-9]*):\/\/)?([^/?#]*)/i.exec(text) ?? [];
  const place = authority.slice(authority.lastIndexOf('@') + 1).trim();
  const [, v6, name = '', port] = /^(?:\[([0-9a-f:.%a-z]+)\]|([^:[\]\s]+))(?::([0-9]{1,5}))?$/i.exec(place) ?? [];
  const host = v6 ?? name;
  const number = port === undefined ? CLIENT_PORT : Number(port);
  if (!/^https?$/i.test(scheme) || host === '' || number > 65535) {
    throw new SettingsError(`invalid etcd endpoint "${text.replace(/^(.*?:\/\/)?[^/]*@/, '$1')}"`, {
      hints: ['an endpoint is a URL such as https://10.0.0.1:2379'],
    });
  }
  const url = `${secure ? 'https' : 'http'}://${v6 === undefined ? host : `[${host}]`}:${number}`;
  return { host, port: number, url };
}
