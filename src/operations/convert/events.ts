/** What a conversion tells while it goes on. */
import type { GateProgress } from './gate.ts';
import type { Direction } from './journal.ts';
import type { StopReason } from './stopped.ts';

export type ConvertEvent =
  | {
      readonly event: 'start';
      readonly command: string;
      readonly plan: string;
      readonly steps: number;
      readonly done: number;
    }
  /** what every node sees now is the measure */
  | { readonly event: 'measuring' }
  | { readonly event: 'measured'; readonly nodes: number }
  | {
      readonly event: 'step';
      readonly direction: Direction;
      /** from 1 */
      readonly number: number;
      readonly of: number;
      readonly does: string;
      readonly risk: string;
    }
  | { readonly event: 'written'; readonly action: string; readonly kind: string; readonly name: string }
  | { readonly event: 'gate'; readonly number: number; readonly until: string }
  | ({ readonly event: 'waiting' } & GateProgress)
  | { readonly event: 'passed'; readonly number: number }
  /** nodes that tell nothing and are not waited for */
  | { readonly event: 'forgiven'; readonly nodes: readonly string[] }
  /** after a rollback: objects that are as they were, and those in which something else has changed meanwhile */
  | { readonly event: 'restored'; readonly same: readonly string[]; readonly different: readonly string[] }
  | { readonly event: 'end'; readonly outcome: 'applied' | 'rolled-back' | 'nothing-to-do' }
  | {
      readonly event: 'stopped';
      readonly reason: StopReason | 'error';
      readonly message: string;
      readonly hints: readonly string[];
    };
