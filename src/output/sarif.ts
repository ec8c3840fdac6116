/** SARIF 2.1.0 (OASIS), which code review services show beside the lines it names. */
import type { Json } from '../kinds/schema.ts';

export interface SarifRule {
  readonly id: string;
  readonly level: SarifLevel;
  readonly title: string;
  /** plain text */
  readonly help: string;
}

export type SarifLevel = 'error' | 'warning' | 'note';

export interface SarifResult {
  readonly ruleId: string;
  readonly message: string;
  /** what it is about, `Kind(name)` */
  readonly subject: string;
  /** undefined where it is in no file */
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | undefined;
}

/** A log of one run. Results must name rules that are listed. */
export function sarifLog(
  tool: { readonly name: string; readonly version: string },
  rules: readonly SarifRule[],
  results: readonly SarifResult[],
): Json {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: tool.name, version: tool.version, rules: rules.map(ruleJson) } },
        columnKind: 'unicodeCodePoints',
        results: results.map((result) => resultJson(result, indexes, rules)),
      },
    ],
  };
}

function ruleJson({ id, level, title, help }: SarifRule): Json {
  return {
    id,
    shortDescription: { text: title },
    help: { text: help },
    defaultConfiguration: { level },
  };
}

function resultJson(
  { ruleId, message, subject, place }: SarifResult,
  indexes: ReadonlyMap<string, number>,
  rules: readonly SarifRule[],
): Json {
  const ruleIndex = indexes.get(ruleId) ?? -1;
  const location = {
    ...(place === undefined || place.file === '-' ? {} : { physicalLocation: physicalLocation(place) }),
    logicalLocations: [{ fullyQualifiedName: subject, kind: 'resource' }],
  };
  return {
    ruleId,
    ruleIndex,
    level: rules[ruleIndex]?.level ?? 'warning',
    message: { text: message },
    locations: [location],
  };
}

function physicalLocation({ file, line, column }: NonNullable<SarifResult['place']>): Json {
  const region = line > 0 ? { region: { startLine: line, ...(column > 0 ? { startColumn: column } : {}) } } : {};
  return { artifactLocation: { uri: uriOf(file) }, ...region };
}

/** A path as a URI reference (RFC 3986): relative ones stay relative. */
function uriOf(path: string): string {
  const parts = path.split(/[/\\]/).map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${parts}` : parts.replace(/^(\.\/)+/, '');
}
