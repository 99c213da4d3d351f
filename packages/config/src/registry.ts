import type { z } from 'zod';
import { baseUrl, secret, section, type Surroundings, text } from './fields.ts';
import type { Secret } from './secret.ts';

/** Where the schema registry is: any with Confluent's API. */
export interface RegistryConfig {
  /** Base address, without a slash at its end. Required, here or as UNDERSTUDY_REGISTRY_URL. */
  readonly url: string;
  /** HTTP basic authentication; default none. */
  readonly auth: RegistryAuth | null;
}

export interface RegistryAuth {
  readonly username: string;
  readonly password: Secret;
}

export function registrySection(surroundings: Surroundings): z.ZodType<RegistryConfig> {
  const auth: z.ZodType<RegistryAuth> = section({
    username: text(/./, 'a user name'),
    password: secret(surroundings),
  });
  return section({ url: baseUrl(), auth: auth.optional() }).transform(({ url, auth }) => {
    return { url, auth: auth ?? null };
  });
}
