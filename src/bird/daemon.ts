/** Answers to `show status`. */
import { BirdError } from './reply.ts';
import type { ReplyReader } from './reply.ts';

/** What a daemon says of itself. null: it did not say. */
export interface BirdDaemon {
  readonly version: string | null;
  readonly routerId: string | null;
  /** local times of the daemon's machine, `2026-11-21 11:01:46` */
  readonly serverTime: string | null;
  readonly lastReboot: string | null;
  readonly lastReconfiguration: string | null;
  /** its recovery after a restart, while it lasts: routes are sent when it has ended */
  readonly gracefulRestart: DaemonRestart | null;
  /** `Daemon is up and running`, `Reconfiguration in progress`, `Shutdown in progress` */
  readonly message: string;
}

/** A daemon that waits for its neighbours after a restart (RFC 4724, section 4.1). */
export interface DaemonRestart {
  /** protocols it waits for */
  readonly waitingFor: number | null;
  /** seconds after which it waits no longer */
  readonly secondsLeft: number | null;
}

/** Reads the lines until the one with the code 0013. */
export class StatusReader implements ReplyReader {
  readonly #lines: string[] = [];
  #message = '';

  line(text: string): boolean {
    const [, code = '', rest = ''] = /^(\d{4})[ -](.*)$/.exec(text) ?? [];
    if (code === '0001') return false;
    if (code === '0013') {
      this.#message = rest;
      return true;
    }
    if (/^[89]/.test(code) || (code === '' && !text.startsWith(' ')))
      throw new BirdError('unexpected output line from BIRD', text);
    this.#lines.push(code === '' ? text.slice(1) : rest);
    return false;
  }

  daemon(): BirdDaemon {
    const find = (pattern: RegExp): string | null => {
      for (const line of this.#lines) {
        const found = pattern.exec(line)?.[1];
        if (found !== undefined) return found;
      }
      return null;
    };
    const number = (pattern: RegExp): number | null => {
      const found = find(pattern);
      return found === null ? null : Number(found);
    };
    const restarts = find(/^(Graceful restart recovery) in progress/) !== null;
    return {
      version: find(/^BIRD (.+)$/),
      routerId: find(/^Router ID is (.+)$/),
      serverTime: find(/^Current server time is (.+)$/),
      lastReboot: find(/^Last reboot on (.+)$/),
      lastReconfiguration: find(/^Last reconfiguration on (.+)$/),
      gracefulRestart: restarts
        ? {
            waitingFor: number(/^\s*Waiting for (\d+) (?:protocols|channels)/),
            secondsLeft: number(/^\s*Wait timer is (\d+)/),
          }
        : null,
      message: this.#message,
    };
  }
}
