/** The table of commands: id → module. The file of a command carries its id. */
import type { CommandClass } from '../cli/execute.ts';

type Loader = () => Promise<{ readonly default: CommandClass }>;

export const commandLoaders: Readonly<Record<string, Loader>> = {
  'bgp convert apply': () => import('./bgp/convert/apply.ts'),
  'bgp convert plan': () => import('./bgp/convert/plan.ts'),
  'bgp convert resume': () => import('./bgp/convert/resume.ts'),
  'bgp convert rollback': () => import('./bgp/convert/rollback.ts'),
  'bgp explain': () => import('./bgp/explain.ts'),
  'bgp lint': () => import('./bgp/lint.ts'),
  'bgp reflectors add': () => import('./bgp/reflectors/add.ts'),
  'bgp reflectors list': () => import('./bgp/reflectors/list.ts'),
  'bgp reflectors remove': () => import('./bgp/reflectors/remove.ts'),
  'bgp sessions': () => import('./bgp/sessions.ts'),
  'bgp topology': () => import('./bgp/topology.ts'),
  apply: () => import('./apply.ts'),
  create: () => import('./create.ts'),
  delete: () => import('./delete.ts'),
  diff: () => import('./diff.ts'),
  get: () => import('./get.ts'),
  'ippool mode': () => import('./ippool/mode.ts'),
  'ippool modes': () => import('./ippool/modes.ts'),
  label: () => import('./label.ts'),
  'node status': () => import('./node/status.ts'),
  patch: () => import('./patch.ts'),
  replace: () => import('./replace.ts'),
  schema: () => import('./schema.ts'),
  validate: () => import('./validate.ts'),
  version: () => import('./version.ts'),
};
