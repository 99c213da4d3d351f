import type { Config } from './config.ts';
import { type ConfigSource, readConfig, readConfigSource } from './read-config.ts';

/**
 * Reads a configuration file.
 *
 * @throws ConfigError that lists everything that is wrong with it
 */
export function loadConfig(source: Omit<ConfigSource, 'text'>): Config {
  return parseConfig(readConfigSource(source));
}

/** The same for a text that is at hand. */
export function parseConfig(source: ConfigSource): Config {
  return readConfig(source).config;
}
