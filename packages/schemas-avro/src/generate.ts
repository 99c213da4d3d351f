/** Writes `types.generated.ts` anew: `node packages/schemas-avro/src/generate.ts`. */
import { writeFileSync } from 'node:fs';
import { generateTypes } from './generate-types.ts';
import { loadSchema, recordNames } from './schemas.ts';

writeFileSync(new URL('types.generated.ts', import.meta.url), generateTypes(recordNames.map(loadSchema)));
