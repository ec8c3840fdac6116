/** The validity of a server's certificate, for a message about one that was refused. */
import { codeOf } from '../../system-errors.ts';
import type { ServerAddress } from './connection.ts';

export interface CertificateDates {
  readonly from: Date;
  readonly to: Date;
}

/** Whether a connection failed because a certificate is not valid today. */
export function isOutOfDate(error: unknown): boolean {
  return ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'].includes(codeOf(error));
}

/**
 * Connects once more, trusting whoever answers, and sends nothing. Undefined when there is no certificate within the time, or it is valid today: then
 * another one in its chain is not.
 * @param servername what to ask the server for; empty for its own name
 */
export async function certificateDates(
  { host, port }: ServerAddress,
  servername: string,
  milliseconds: number,
): Promise<CertificateDates | undefined> {
  const [{ connect }, { isIP }] = await Promise.all([import('node:tls'), import('node:net')]);
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
      ...(servername !== '' && { servername }),
    });
    const end = (dates?: CertificateDates): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(dates);
    };
    const timer = setTimeout(end, milliseconds);
    socket.once('secureConnect', () => {
      const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
      const dates = { from: new Date(from), to: new Date(to) };
      const now = new Date();
      end(now < dates.from || now > dates.to ? dates : undefined);
    });
    socket.on('error', () => end());
  });
}
