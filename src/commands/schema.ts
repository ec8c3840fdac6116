import * as Flags from '@oclif/core/flags';
import { UsageError } from '../cli/argv.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { formatIn } from '../cli/formats.ts';
import { kinds } from '../kinds/all.ts';
import { jsonSchema, jsonSchemaOfAll } from '../kinds/json-schema.ts';
import type { JsonObject } from '../kinds/schema.ts';
import { supportedKind } from '../operations/input.ts';
import { formatJson } from '../output/json.ts';
import { formatYaml } from '../output/yaml.ts';

export default class Schema extends BaseCommand {
  static override summary = 'Print the JSON Schema of a kind, for editors.';
  static override description =
    'Prints the JSON Schema by which editors complete and check manifests: that of one kind, or without KIND one for manifests of every kind. No datastore is asked.';
  static override usage = 'schema [KIND]';
  static override examples = [
    'calicoctl schema > calico.json',
    'calicoctl schema ippool > ippool.json',
    'calicoctl schema gnp -o yaml',
  ];
  static override strict = false;
  static override flags = {
    output: Flags.string({ char: 'o', summary: 'json or yaml.', default: 'json' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Schema);
    const [word, ...more] = argv.map(String);
    if (more.length > 0)
      throw new UsageError(`accepts at most 1 arg(s), received ${argv.length}`, ['usage: calicoctl schema [KIND]']);
    const context = await this.world(flags);
    const schema = word === undefined ? jsonSchemaOfAll(kinds) : jsonSchema(supportedKind(word));
    context.io.out(formatIn(FORMATS, flags.output === 'yml' ? 'yaml' : flags.output)(schema));
    return 0;
  }
}

const FORMATS: Readonly<Record<string, (schema: JsonObject) => string>> = {
  json: (schema) => `${formatJson(schema)}\n`,
  yaml: formatYaml,
};
