import type { Json } from '../../kinds/schema.ts';
import type { PoolModePlan, PoolModeResult } from '../../operations/ippool-mode.ts';
import { riskText } from './risk-text.ts';

/** A plan and what became of it. What is not known is null. */
export function modeJson({ plan, result }: PoolModeResult, undo: string, dryRun: boolean): Json {
  const { name, cidr, before, after, changed, mtu, others, operator, risks } = plan;
  return {
    name,
    cidr,
    result,
    ...(dryRun ? { dryRun: true } : {}),
    changed,
    ...(changed ? { undo } : {}),
    before: { ...before },
    after: { ...after },
    mtu: {
      bytesTaken: { before: taken(mtu.before), after: taken(mtu.after) },
      felixConfigurations: mtu.settings === undefined ? null : mtu.settings.map((setting) => ({ ...setting })),
      mtuIfacePattern: mtu.interfaces ?? null,
      reportedForPods: mtu.reported ?? null,
    },
    allocations: usageJson(plan),
    nodes: nodesJson(plan),
    otherPools: others === undefined ? null : others.map((pool) => ({ ...pool })),
    operator: { ...operator },
    risks: risks.map((risk) => ({ risk: risk.risk, message: riskText(risk, plan) })),
  };
}

function taken({ pool, all }: PoolModePlan['mtu']['before']): Json {
  return { pool, all: all ?? null };
}

function usageJson({ usage }: PoolModePlan): Json {
  if (usage === undefined) return null;
  const { allocations, tunnels, blocks, nodes } = usage;
  return { addresses: allocations, tunnels, blocks, nodes: Object.fromEntries(nodes) };
}

function nodesJson({ nodes }: PoolModePlan): Json {
  if (nodes === undefined) return null;
  const { total, withoutAddress, alone, subnets, paths, changing } = nodes;
  return {
    total,
    withoutAddress,
    alone,
    subnets: subnets.map((subnet) => ({ ...subnet })),
    pairs: paths.map(({ pairs, count, before, after }) => ({
      pairs,
      count,
      before: [...before],
      after: [...after],
    })),
    pairsChanging: changing,
  };
}
